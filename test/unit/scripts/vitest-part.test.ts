import { describe, expect, test } from 'vitest';
import { summarize } from '../../../scripts/vitest-part.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each, i) => ({ fullName: `test ${i}`, status: each })),
});

describe('the sum of a Vitest run', () => {
  test('counts tests by how they ended, and names those that did not pass', () => {
    const report = { testResults: [file('passed', 'passed', 'passed', 'skipped'), file('failed', 'failed', 'passed', 'todo')] };
    expect(summarize(report, 1)).toEqual({
      passed: 3,
      failed: 1,
      skipped: 2,
      notes: ['failed: test 0', 'skipped: test 2', 'skipped: test 2'],
    });
  });

  test('a file that fails before its first test is a failure', () => {
    expect(summarize({ testResults: [file('failed'), file('passed', 'passed')] }, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  test('a file whose hook fails is a failure, though its tests were only skipped', () => {
    expect(summarize({ testResults: [file('failed', 'skipped')] }, 1)).toMatchObject({ failed: 1, skipped: 1 });
  });

  test('an unhandled error is a failure, though every test passed', () => {
    expect(summarize({ testResults: [file('passed', 'passed')] }, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  test('a good run has no failure and nothing to say', () => {
    expect(summarize({ testResults: [file('passed', 'passed')] }, 0)).toEqual({ passed: 1, failed: 0, skipped: 0, notes: [] });
  });
});
