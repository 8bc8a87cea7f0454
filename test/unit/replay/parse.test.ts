import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCurves } from '../../../src/engine/targets/replay/parse.ts';
import { ReefError } from '../../../src/protocol/errors.ts';

const parse = (text: string) => parseCurves(text, 'old.csv', 'old');

describe('recorded curves', () => {
  it('need two columns; the file names the curve', () => {
    expect(parse('memory_mb,duration_ms\n512,80\n128,300\n')).toEqual([
      {
        id: 'old',
        architecture: 'x86_64',
        rows: [
          { memoryMb: 128, durationMs: 300, sigmaLn: 0.03, initMs: null, maxMemoryMb: null },
          { memoryMb: 512, durationMs: 80, sigmaLn: 0.03, initMs: null, maxMemoryMb: null },
        ],
      },
    ]);
  });

  it('may have a byte-order mark, CRLF, quotes, spaces, empty lines, any order of columns, further columns', () => {
    const text = '\uFEFFnote, Duration_MS ,memory_mb\r\n"fast, local",80.5, 512 \r\n\r\nslow,"300",128\r\n';
    expect(parse(text)[0]?.rows.map((row) => [row.memoryMb, row.durationMs])).toEqual([
      [128, 300],
      [512, 80.5],
    ]);
  });

  it('may be several in a file, by curve_id', () => {
    const curves = parse('curve_id,arch,memory_mb,duration_ms\na,arm64,128,10\nb,x86_64,128,20\na,,256,5\n');
    expect(curves.map(({ id, architecture, rows }) => [id, architecture, rows.length])).toEqual([
      ['a', 'arm64', 2],
      ['b', 'x86_64', 1],
    ]);
  });

  it('take their spread from sigma_ln, else from p99_ms within bounds', () => {
    const rows = parse(
      'memory_mb,duration_ms,sigma_ln,p99_ms\n128,100,0.1,900\n256,100,,150\n512,100,,99\n1024,100,,1e6\n2048,100,,\n',
    )[0]?.rows;
    expect(rows?.map((row) => row.sigmaLn)).toEqual([0.1, expect.closeTo(Math.log(1.5) / 2.326, 9), 0.005, 0.6, 0.03]);
  });

  it('keep init and memory where they were recorded', () => {
    const rows = parse('memory_mb,duration_ms,init_ms,max_memory_mb\n128,100,0,\n256,50,210.5,77\n')[0]?.rows;
    expect(rows?.map(({ initMs, maxMemoryMb }) => [initMs, maxMemoryMb])).toEqual([
      [0, null],
      [210.5, 77],
    ]);
  });

  it.each([
    ['', 'old.csv is empty'],
    ['\n\n', 'old.csv is empty'],
    ['128,300\n256,150', 'old.csv line 1: there is no column memory_mb'],
    ['memory_mb,time\n128,300', 'old.csv line 1: there is no column duration_ms'],
    ['memory_mb,duration_ms', 'old.csv has no rows below its header'],
    ['memory_mb,duration_ms,duration_ms\n1,2,3', 'the column duration_ms is there twice'],
    ['memory_mb,duration_ms\n128,300\n256,abc', 'old.csv line 3: duration_ms is "abc", not a positive number; correct the line.'],
    ['memory_mb,duration_ms\n128,\n', 'old.csv line 2: duration_ms is missing; correct the line.'],
    ['memory_mb,duration_ms\r\n128,1\r\n,\r\n', 'old.csv line 3: memory_mb is missing; correct the line.'],
    ['memory_mb,duration_ms\n128,-5', 'duration_ms is "-5", not a positive number'],
    ['memory_mb,duration_ms\n128,0', 'duration_ms is "0", not a positive number'],
    ['memory_mb,duration_ms\n128,NaN', 'duration_ms is "NaN", not a positive number'],
    ['memory_mb,duration_ms\n128,Infinity', 'duration_ms is "Infinity", not a positive number'],
    ['memory_mb,duration_ms\n128,1e999', 'duration_ms is "1e999", not a positive number'],
    ['memory_mb,duration_ms\n128,0x10', 'duration_ms is "0x10", not a positive number'],
    ['memory_mb,duration_ms\n128.5,5', 'memory_mb is "128.5", not a whole number of MB'],
    ['memory_mb,duration_ms\n-128,5', 'memory_mb is "-128", not a whole number of MB'],
    ['memory_mb,duration_ms,sigma_ln\n128,5,-0.1', 'sigma_ln is "-0.1", not a number of 0 or more'],
    ['memory_mb,duration_ms,p99_ms\n128,5,?', 'p99_ms is "?", not a positive number'],
    ['memory_mb,duration_ms,arch\n128,5,mips', 'arch is "mips", not x86_64 or arm64'],
    ['memory_mb,duration_ms\n128,5\n128,6', 'old.csv line 3: curve "old" has 128 MB already in line 2'],
    [
      'curve_id,memory_mb,duration_ms,arch\na,128,5,arm64\na,256,6,x86_64',
      'old.csv line 3: curve "a" has rows of two architectures',
    ],
    ['memory_mb,duration_ms\n128,5,7', 'old.csv line 2: the number of values differs from the header'],
    ['memory_mb,duration_ms\n128,"5', 'old.csv line 2: this is not CSV'],
  ])('give one clear error for %j', (text, sentence) => {
    expect(() => parse(text)).toThrow(sentence);
    expect(() => parse(text)).toThrow(ReefError);
  });

  it('come back from what was written, whatever the figures', () => {
    const row = fc.record({
      memory: fc.integer({ min: 1, max: 10_240 }),
      duration: fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
      sigma: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ({ memory }) => memory, minLength: 1, maxLength: 20 }), (rows) => {
        const lines = rows.map(({ memory, duration, sigma }) => `${memory},${duration},${sigma}`);
        const [curve] = parse(['memory_mb,duration_ms,sigma_ln', ...lines].join('\n'));
        const written = rows
          .toSorted((a, b) => a.memory - b.memory)
          .map(({ memory, duration, sigma }) => [memory, duration, sigma]);
        expect(curve?.rows.map(({ memoryMb, durationMs, sigmaLn }) => [memoryMb, durationMs, sigmaLn])).toEqual(written);
      }),
    );
  });

  it('never fail with anything but a ReefError', () => {
    const alphabet = fc.constantFrom(
      'memory_mb',
      'duration_ms',
      'curve_id',
      ',',
      '\n',
      '"',
      '\r\n',
      '128',
      '-1',
      'x',
      ' ',
      '\uFEFF',
    );
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 30 }), (parts) => {
        const attempt = (): unknown => {
          try {
            return parse(parts.join(''));
          } catch (error) {
            return error;
          }
        };
        const result = attempt();
        expect(Array.isArray(result) || result instanceof ReefError).toBe(true);
      }),
    );
  });
});
