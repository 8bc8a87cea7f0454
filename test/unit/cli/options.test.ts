import { describe, expect, test } from 'vitest';
import { durationMs, parse, positiveNumber, share, wholeNumber } from '../../../src/cli/options.ts';
import { UsageError } from '../../../src/cli/usage.ts';

describe('options of the command line', () => {
  test.each([
    ['10%', 0.1],
    ['0.25', 0.25],
    ['0', 0],
    ['12.5 %', 0.125],
  ])('a share may be written as %s', (text, expected) => {
    expect(share(text, 'tolerance')).toBeCloseTo(expected, 12);
  });

  test.each(['-1%', 'ten', '', '10%%', '1001%', 'NaN'])('a share cannot be "%s"', (text) => {
    expect(() => share(text, 'tolerance')).toThrow(UsageError);
  });

  test.each([
    ['500ms', 500],
    ['2s', 2000],
    ['1.5 s', 1500],
    ['250', 250],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
  ])('a time may be written as %s', (text, expected) => {
    expect(durationMs(text, 'max-duration')).toBe(expected);
  });

  test.each(['0', '-5ms', '5d', '5 minutes', 'soon'])('a time cannot be "%s"', (text) => {
    expect(() => durationMs(text, 'max-duration')).toThrow(/--max-duration/);
  });

  test.each(['1.5', '-1', '', 'x', '1e999'])('a count cannot be "%s"', (text) => {
    expect(() => wholeNumber(text, 'seed', 0)).toThrow(UsageError);
  });

  test.each(['0', '-1', '', 'x', 'Infinity'])('an amount of money cannot be "%s"', (text) => {
    expect(() => positiveNumber(text, 'max-usd')).toThrow(UsageError);
  });

  test('what is not given stays open', () => {
    expect([
      share(undefined, 'a'),
      durationMs(undefined, 'a'),
      wholeNumber(undefined, 'a', 0),
      positiveNumber(undefined, 'a'),
    ]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('an unknown option is named', () => {
    expect(() => parse(['--colour'], { json: { type: 'boolean' } }, 0)).toThrow(/--colour/);
  });

  test('an argument too many is named', () => {
    expect(() => parse(['one', 'two'], {}, 1)).toThrow('Unexpected argument: two');
  });
});
