import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextLines } from '../../../src/engine/functions/text-lines.ts';
import { textAt } from './template-text.ts';

test('counts LF, CRLF and CR as line ends, and UTF-16 units as characters', () => {
  const lines = new TextLines('ab\r\n😀c\n\rd');
  expect(lines.positionAt(0)).toEqual({ line: 0, character: 0 });
  expect(lines.positionAt(4)).toEqual({ line: 1, character: 0 });
  expect(lines.positionAt(6)).toEqual({ line: 1, character: 2 });
  expect(lines.positionAt(9)).toEqual({ line: 3, character: 0 });
  expect(lines.positionAt(10)).toEqual({ line: 3, character: 1 });
});

test('a range finds the same text again', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n', '\r\n', '\r', ' ') });
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), (text, a, b) => {
      const start = Math.min(a, text.length);
      const end = Math.min(start + b, text.length);
      expect(textAt(text, new TextLines(text).range(start, end))).toBe(text.slice(start, end));
    }),
  );
});

test('a position leads back to its offset', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '😀', '\n', '\r\n') });
  fc.assert(
    fc.property(text, fc.nat(), (text, at) => {
      const lines = new TextLines(text);
      // Between the two halves of a line end is no position.
      const offset = Math.min(at, text.length);
      fc.pre(text.slice(offset - 1, offset + 1) !== '\r\n');
      expect(lines.offsetAt(lines.positionAt(offset))).toBe(offset);
    }),
  );
});
