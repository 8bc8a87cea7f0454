import type { Language } from '../../protocol/functions.ts';

const evenNumbers = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / 2 + 1 }, (_unused, index) => from + 2 * index);

/**
 * Runtime identifiers of AWS Lambda, retired ones included. Source: "Lambda runtimes" in the AWS Lambda developer guide,
 * 2025-11; Node.js and Python go a few releases further, because theirs come every year by the same rule.
 */
const awsRuntimes = new Set([
  ...'nodejs nodejs4.3 nodejs4.3-edge nodejs6.10 nodejs8.10 provided provided.al2 provided.al2023'.split(' '),
  ...evenNumbers(10, 30).map((major) => `nodejs${major}.x`),
  ...'python2.7 python3.6 python3.7 python3.8'.split(' '),
  ...Array.from({ length: 9 }, (_unused, index) => `python3.${index + 9}`),
  ...'java8 java8.al2 java11 java17 java21 java25 go1.x ruby2.5 ruby2.7 ruby3.2 ruby3.3 ruby3.4 ruby3.5'.split(' '),
  ...'dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 dotnet5.0 dotnet6 dotnet7 dotnet8 dotnet9 dotnet10'.split(' '),
]);

export function isAwsRuntime(runtime: string): boolean {
  return awsRuntimes.has(runtime);
}

/** Which shim runs this runtime; null when Reef has none. */
export function languageOfRuntime(runtime: string): Language | null {
  if (/^nodejs\d+\.x$/.test(runtime)) return 'node';
  return /^python3\.\d+$/.test(runtime) ? 'python' : null;
}

const nodeFile = /\.(?:[cm]?[jt]s|tsx)$/i;
const declarationFile = /\.d\.[cm]?ts$/i;

export function languageOfFile(file: string): Language | null {
  if (nodeFile.test(file)) return declarationFile.test(file) ? null : 'node';
  return /\.py$/i.test(file) ? 'python' : null;
}
