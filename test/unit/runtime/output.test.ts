import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineBuffer, LineSplitter, maxLineBytes } from '../../../src/engine/runtime/output.ts';

function split(chunks: Buffer[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('splits at line ends, and takes what is left as a line', () => {
    expect(split([Buffer.from('one\ntwo\r\n\nlast')])).toEqual(['one', 'two', '', 'last']);
    expect(split([Buffer.from('one\n')])).toEqual(['one']);
    expect(split([])).toEqual([]);
  });

  it('gives the same lines however the bytes are cut into chunks', () => {
    const text = fc.array(fc.constantFrom('a', '\n', 'é', '日', '🐟', ' ', 'line')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(20)), (whole, cuts) => {
        const bytes = Buffer.from(whole);
        const chunks: Buffer[] = [];
        let from = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(from, from + cut));
          from += cut;
        }
        chunks.push(bytes.subarray(from));
        expect(split(chunks)).toEqual(split([bytes]));
      }),
    );
  });

  it('cuts a line that is too long, and goes on after it', () => {
    const [long = '', next] = split([Buffer.alloc(maxLineBytes - 1, 'x'), Buffer.from('yz\nnext\n')]);
    expect(long.startsWith('x'.repeat(100))).toBe(true);
    expect(long).toMatch(/xy … \[line cut at 256 KB\]$/);
    expect(next).toBe('next');
  });
});

describe('LineBuffer', () => {
  const line = (text: string) => ({ text });

  it('keeps the latest lines within both bounds and counts the rest', () => {
    const buffer = new LineBuffer({ maxLines: 3, maxChars: 10 });
    for (const text of ['1', '22', '333', '4444']) buffer.push(line(text));
    expect(buffer.all().map(({ text }) => text)).toEqual(['22', '333', '4444']);
    buffer.push(line('55555'));
    expect(buffer.all().map(({ text }) => text)).toEqual(['4444', '55555']);
    expect(buffer).toMatchObject({ droppedLines: 3, droppedChars: 6 });
  });

  it('accounts for every line', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20 })), fc.nat(10), fc.nat(60), (texts, maxLines, maxChars) => {
        const buffer = new LineBuffer({ maxLines, maxChars });
        for (const text of texts) buffer.push(line(text));
        const kept = buffer.all();
        expect(kept.length + buffer.droppedLines).toBe(texts.length);
        expect(kept.map(({ text }) => text)).toEqual(texts.slice(buffer.droppedLines));
        expect(kept.length).toBeLessThanOrEqual(maxLines);
      }),
    );
  });
});
