import { afterEach, describe, expect, test, vi } from 'vitest';
import { functionArgument, targetArgument } from '../../../src/extension/commands/function-reference.ts';
import { nameOfId } from '../../../src/extension/commands/target-function.ts';
import { consoleUrl } from '../../../src/extension/deployed/console-url.ts';
import { deployedArgument, deployedPayload } from '../../../src/extension/deployed/payload.ts';
import { throttle } from '../../../src/extension/throttle.ts';

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:shop-Orders';

describe('the page of a function in the console', () => {
  test.each([
    [arn, undefined, 'https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions/shop-Orders'],
    [arn, '12', 'https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions/shop-Orders/versions/12'],
    [arn, 'live', 'https://eu-west-1.console.aws.amazon.com/lambda/home?region=eu-west-1#/functions/shop-Orders/aliases/live'],
    [
      'arn:aws-cn:lambda:cn-north-1:1:function:f',
      undefined,
      'https://cn-north-1.console.amazonaws.cn/lambda/home?region=cn-north-1#/functions/f',
    ],
    [
      'arn:aws-us-gov:lambda:us-gov-west-1:1:function:f',
      undefined,
      'https://us-gov-west-1.console.amazonaws-us-gov.com/lambda/home?region=us-gov-west-1#/functions/f',
    ],
    ['arn:other:lambda:x-1:1:function:f', undefined, null],
    ['template.yaml#Orders', undefined, null],
  ])('%s %s', (id, qualifier, url) => {
    expect(consoleUrl(id, qualifier)).toBe(url);
  });
});

describe('a node of the view Deployed', () => {
  const payload = { folder: 'file:///w', target: 'aws:dev/eu-west-1', functionId: arn, functionName: 'shop-Orders' };

  test('names a function and its target to the commands of functions', () => {
    const args = [{ payload: { ...payload, qualifier: 'live' } }, []];
    expect(functionArgument(args)).toEqual({ folder: 'file:///w', functionId: arn });
    expect(targetArgument(args)).toBe('aws:dev/eu-west-1');
    expect(deployedArgument(args)).toEqual({ ...payload, qualifier: 'live' });
    expect(nameOfId(arn)).toBe('shop-Orders');
  });

  test('that is no function names none', () => {
    const place = [{ payload: { folder: 'file:///w', target: 'aws' } }];
    expect(deployedPayload(place)).toEqual({ folder: 'file:///w', target: 'aws' });
    expect(deployedArgument(place)).toBeUndefined();
    expect(functionArgument(place)).toBeUndefined();
    for (const args of [[], [undefined], ['aws'], [{ payload: { folder: 1 } }]]) expect(deployedPayload(args)).toBeUndefined();
  });
});

describe('throttle', () => {
  afterEach(() => void vi.useRealTimers());

  test('runs at once, then as often as allowed, and after the last call', () => {
    vi.useFakeTimers();
    let runs = 0;
    const task = throttle(() => (runs += 1), 250);
    task();
    expect(runs).toBe(1);
    for (let i = 0; i < 10; i++) task();
    expect(runs).toBe(1);
    vi.advanceTimersByTime(250);
    expect(runs).toBe(2);
    vi.advanceTimersByTime(1_000);
    expect(runs).toBe(2);
    task();
    expect(runs).toBe(3);
  });
});
