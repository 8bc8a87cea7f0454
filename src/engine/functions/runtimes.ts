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

/** Runtimes that functions can be created with, oldest first. Source: as above; the others are retired or not there yet. */
export const currentRuntimes: Readonly<Record<Language, readonly string[]>> = {
  node: ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'],
  python: ['python3.10', 'python3.11', 'python3.12', 'python3.13', 'python3.14'],
};

/** The runtime that comes nearest to a version of Node or Python (`24.1.0`, `3.11`): the newest that is no newer, else the oldest. */
export function nearestRuntime(language: Language, version: string): string {
  const own = releaseOf(version, language);
  const runtimes = currentRuntimes[language];
  const fitting = runtimes.filter((runtime) => releaseOf(versionOfRuntime(runtime), language) <= own);
  return fitting.at(-1) ?? runtimes[0] ?? '';
}

/** What plain code that states no runtime runs on where nothing else says it. */
export function newestRuntime(language: Language): string {
  return currentRuntimes[language].at(-1) ?? '';
}

/** `22` of `nodejs22.x`, `3.13` of `python3.13`. */
export function versionOfRuntime(runtime: string): string {
  return /\d+(?:\.\d+)?/.exec(runtime)?.[0] ?? '';
}

/** What tells releases of a language apart: Node's major, Python's minor version. */
function releaseOf(version: string, language: Language): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return language === 'node' ? major : major * 100 + minor;
}

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
