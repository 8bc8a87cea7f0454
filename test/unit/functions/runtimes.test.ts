import { expect, test } from 'vitest';
import { platformOf } from '../../../src/engine/functions/native/platform.ts';
import { currentRuntimes, isAwsRuntime, nearestRuntime } from '../../../src/engine/functions/runtimes.ts';

test.each([
  ['node', '24.1.0', 'nodejs24.x'],
  ['node', '23.7.0', 'nodejs22.x'],
  ['node', '99.0.0', 'nodejs24.x'],
  ['node', '18.20.0', 'nodejs20.x'],
  ['python', '3.13.0', 'python3.13'],
  ['python', '3.99', 'python3.14'],
  ['python', '3.9', 'python3.10'],
] as const)('of %s %s the nearest runtime is %s', (language, version, runtime) => {
  expect(nearestRuntime(language, version)).toBe(runtime);
});

test('runtimes of today are runtimes', () => {
  expect(
    Object.values(currentRuntimes)
      .flat()
      .filter((runtime) => !isAwsRuntime(runtime)),
  ).toEqual([]);
});

test.each([
  ['nodejs18.x', 26],
  ['nodejs20.x', 34],
  ['nodejs24.x', 34],
  ['python3.11', 26],
  ['python3.12', 34],
  ['python3.14', 34],
])('%s has glibc 2.%i', (runtime, glibcMinor) => {
  expect(platformOf(runtime, 'arm64')).toEqual({ architecture: 'arm64', glibcMinor });
});
