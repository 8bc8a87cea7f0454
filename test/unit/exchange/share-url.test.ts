import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatShareUrl, parseShareUrl } from '../../../src/engine/exchange/power-tuning/share-url.ts';
import { ReefError } from '../../../src/protocol/errors.ts';
import { resultOf } from './result-of.ts';

const hash = 'gAAAAgAE6QY=;9kCvREjBtkMAwEBDAADwQg==;bSdENrWuTDYG3lc26d1nNg==';
const url = `https://lambda-power-tuning.show/#${hash}`;

describe('a share URL of Power Tuning', () => {
  it('holds sizes, times and costs, and comes back as it was', () => {
    const shared = parseShareUrl(url);
    const sizes = shared.curves[0]?.sizes ?? [];
    expect(sizes.map(({ memoryMb }) => memoryMb)).toEqual([128, 512, 1024, 1769]);
    expect(sizes.map(({ durationMs }) => durationMs)).toEqual([1402.03, 365.51, 192.75, 120].map(Math.fround));
    expect(sizes.map(({ cost }) => cost.toPrecision(6))).toEqual([
      '0.00000292292',
      '0.00000305001',
      '0.00000321667',
      '0.00000345509',
    ]);
    expect(formatShareUrl(shared)).toBe(url);
  });

  it('is read as its own documentation gives one', () => {
    const documented =
      'https://lambda-power-tuning.show/#gAAAAQACAAQABsAL;ZooQR4yvkUa/pQRGRC5zRaADHUVjOftE;QdWhOEMkoziDT5Q4xhiIOMYYiDi6RNc4';
    const shared = parseShareUrl(documented);
    expect(shared.curves[0]?.sizes.map(({ memoryMb }) => memoryMb)).toEqual([128, 256, 512, 1024, 1536, 3008]);
    expect(formatShareUrl(shared)).toBe(documented);
  });

  it('may compare two functions with their legends, and name a currency', () => {
    const comparison = `https://lambda-power-tuning.show/?currency=CNY#${hash};${hash};x86%20old;arm%3Bnew`;
    const shared = parseShareUrl(comparison);
    expect(shared.currency).toBe('CNY');
    expect(shared.curves.map(({ name, sizes }) => [name, sizes.length])).toEqual([
      ['x86 old', 4],
      ['arm;new', 4],
    ]);
    expect(formatShareUrl(shared)).toBe(comparison);
  });

  it.each([
    ['the bare hash', hash],
    ['another page', `http://localhost:8080/ui/#${hash}`],
    ['percent signs in place of base64 padding', `${url.replaceAll('=', '%3D')}\n`],
    ['the alphabet of URLs', url.replaceAll('+', '-').replaceAll('/', '_').replace('https:__lambda-power-tuning.show_', '')],
  ])('is read from %s', (_what, text) => {
    expect(parseShareUrl(text).curves[0]?.sizes).toEqual(parseShareUrl(url).curves[0]?.sizes);
  });

  it.each([
    ['', /3 parts/],
    ['https://lambda-power-tuning.show/', /3 parts/],
    ['https://lambda-power-tuning.show/#a;b', /3 parts.*has 2/],
    ['#;;', /holds no sizes/],
    ['#gAA;AAAA;AAAA', /times .* middle of a number/],
    ['#gAAAAg==;AACAPw==;AACAPw==', /2 sizes, 1 times and 1 costs/],
    ['#gAA=;AACAfw==;AACAPw==', /Infinity ms/],
    ['#gAA=;AACAvw==;AACAPw==', /-1 ms/],
    ['#AAA=;AACAPw==;AACAPw==', /at 0 MB/],
    ['#gAA=;?;AACAPw==', /times .* not base64/],
    ['#gA==;AACAPw==;AACAPw==', /sizes .* middle of a number/],
  ])('%j is refused in one sentence', (text, sentence) => {
    expect(() => parseShareUrl(text)).toThrow(ReefError);
    expect(() => parseShareUrl(text)).toThrow(sentence);
  });

  it('does not hold a size above 16 bits', () => {
    const shared = { curves: [{ name: null, sizes: [{ memoryMb: 32_768, durationMs: 1, cost: 1 }] }], currency: null };
    expect(() => formatShareUrl(shared)).toThrow(/32768 MB/);
  });

  const amount = fc.float({ min: 0, noNaN: true, noDefaultInfinity: true });
  const sizes = fc.array(fc.record({ memoryMb: fc.integer({ min: 1, max: 32_767 }), durationMs: amount, cost: amount }), {
    minLength: 1,
    maxLength: 100,
  });
  const single = sizes.map((each) => [{ name: null, sizes: each }]);
  const pair = fc.tuple(sizes, sizes, fc.string(), fc.string()).map(([a, b, nameA, nameB]) => [
    { name: nameA, sizes: a },
    { name: nameB, sizes: b },
  ]);

  it('comes back whatever it holds', () => {
    const shared = fc.record({ curves: fc.oneof(single, pair), currency: fc.constantFrom(null, 'CNY') });
    fc.assert(
      fc.property(shared, (original) => {
        const text = formatShareUrl(original);
        expect(parseShareUrl(text)).toEqual(original);
        expect(formatShareUrl(parseShareUrl(text))).toBe(text);
      }),
    );
  });

  it('never fails with anything but a ReefError', () => {
    const part = fc.oneof(fc.base64String({ maxLength: 24 }), fc.string({ maxLength: 8 }), fc.constantFrom(';', '#', '%', hash));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 10 }), (parts) => {
        const result = resultOf(() => parseShareUrl(parts.join(';')));
        expect(result instanceof ReefError || (result instanceof Object && 'curves' in result)).toBe(true);
      }),
    );
  });
});
