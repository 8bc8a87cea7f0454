import { expect, test } from 'vitest';
import { staleSentence } from '../../../src/engine/drift/stale.ts';

const reportedAt = '2026-01-01T00:00:00.000Z';
const nowMs = Date.parse('2026-01-05T00:00:00.000Z');

test('a report holds while code, duration and age do', () => {
  expect(staleSentence({ reportedAt, nowMs })).toBeUndefined();
  expect(staleSentence({ reportedAt, nowMs, codeChanged: false, drift: { verdict: 'same', ratio: 1.05 } })).toBeUndefined();
  expect(staleSentence({ reportedAt, nowMs, drift: { verdict: 'not-enough', ratio: 2 } })).toBeUndefined();
});

test('it says why not, the code first', () => {
  expect(staleSentence({ reportedAt, nowMs, codeChanged: true, drift: { verdict: 'slower', ratio: 1.5 } })).toBe(
    'The code has changed since it was profiled on 2026-01-01: profile it again.',
  );
  expect(staleSentence({ reportedAt, nowMs, drift: { verdict: 'slower', ratio: 1.5 } })).toBe(
    'Calls since it was profiled take 50 % longer than the report says: profile it again.',
  );
  expect(staleSentence({ reportedAt, nowMs, drift: { verdict: 'faster', ratio: 0.6 } })).toBe(
    'Calls since it was profiled take 40 % less time than the report says: profile it again.',
  );
  expect(staleSentence({ reportedAt, nowMs: Date.parse('2026-02-05T00:00:00.000Z') })).toBe(
    'It was profiled 35 days ago: profile it again.',
  );
});
