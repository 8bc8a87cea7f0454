import { describe, expect, it } from 'vitest';
import { eventOf, parseGetFunction, parseInvoke } from '../../../src/engine/serve/api.ts';

const nothing = (): undefined => undefined;

describe('a request to Invoke', () => {
  it.for([
    ['Echo', 'Echo', null],
    ['Echo:live', 'Echo', 'live'],
    ['Echo?Qualifier=7', 'Echo', '7'],
    ['012345678912%3Afunction%3AEcho', 'Echo', null],
    ['arn%3Aaws%3Alambda%3Aeu-west-1%3A012345678912%3Afunction%3AEcho', 'Echo', null],
    ['arn:aws:lambda:eu-west-1:012345678912:function:Echo:3', 'Echo', '3'],
  ] as const)('names its function and version: %s', ([named, functionName, qualifier]) => {
    const [path = '', query] = named.split('?');
    const url = `/2015-03-31/functions/${path}/invocations${query === undefined ? '' : `?${query}`}`;
    expect(parseInvoke(url, nothing)).toEqual({
      functionName,
      qualifier,
      type: 'RequestResponse',
      wantsTail: false,
      streams: false,
    });
    expect(parseGetFunction(`/2015-03-31/functions/${path}/configuration${query === undefined ? '' : `?${query}`}`)).toEqual({
      functionName,
      qualifier,
      whole: false,
    });
  });

  it('says how it wants to be answered', () => {
    const headers = new Map([
      ['x-amz-invocation-type', 'Event'],
      ['x-amz-log-type', 'Tail'],
    ]);
    const request = parseInvoke('/2015-03-31/functions/Echo/invocations', (name) => headers.get(name));
    expect(request).toMatchObject({ type: 'Event', wantsTail: true });
  });

  it('may want its response as it comes', () => {
    const streamed = parseInvoke('/2021-11-15/functions/Echo/response-streaming-invocations?Qualifier=live', nothing);
    expect(streamed).toMatchObject({ functionName: 'Echo', qualifier: 'live', streams: true });
    expect(parseGetFunction('/2015-03-31/functions/Echo')).toMatchObject({ functionName: 'Echo', whole: true });
  });

  it.for(['/', '/2015-03-31/functions/', '/2015-03-31/functions/Echo', '/2014-11-13/functions/Echo/invoke-async/'])(
    'is none: %s',
    (url) => {
      expect(parseInvoke(url, nothing)).toBeNull();
    },
  );

  it('has JSON or nothing for an event', () => {
    expect(['', ' \n', '{"a":1}', 'null', '{', 'undefined'].map(eventOf)).toEqual(['{}', '{}', '{"a":1}', 'null', null, null]);
  });
});
