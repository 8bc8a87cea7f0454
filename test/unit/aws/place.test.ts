import { describe, expect, it } from 'vitest';
import { parsePlace, targetName } from '../../../src/engine/targets/aws/place.ts';

describe('the place of the target aws', () => {
  it.for([
    ['', { profile: null, region: null }, 'aws'],
    ['dev', { profile: 'dev', region: null }, 'aws:dev'],
    ['dev/eu-west-1', { profile: 'dev', region: 'eu-west-1' }, 'aws:dev/eu-west-1'],
    ['/us-gov-east-1', { profile: null, region: 'us-gov-east-1' }, 'aws:/us-gov-east-1'],
    ['team/dev', { profile: 'team/dev', region: null }, 'aws:team/dev'],
    ['team/dev/ap-southeast-2', { profile: 'team/dev', region: 'ap-southeast-2' }, 'aws:team/dev/ap-southeast-2'],
  ] as const)('is read from "%s"', ([argument, place, name]) => {
    expect(parsePlace(argument)).toEqual(place);
    expect(targetName(place)).toBe(name);
  });

  it('is refused with a region that cannot be one', () => {
    expect(() => parsePlace('/moon-base')).toThrow('"moon-base" is no region of AWS: name one such as aws:/eu-west-1.');
  });
});
