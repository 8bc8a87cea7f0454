import type { ReefError } from '../../../protocol/errors.ts';
import { versionOfRuntime } from '../../functions/runtimes.ts';
import { packageFailed } from '../package-failed.ts';
import type { Installer, Wanted } from './installer.ts';

/** What uv and pip say when a package cannot be had, with its name. */
const noWheel = [/(\S+?)(?:[=<>!~]=?\S*)? has no (?:usable )?wheels/, /(\S+?)(?:[=<>!~]=?\S*)? has no wheels with a matching/];
const noVersion = [
  /there (?:is|are) no versions? of (\S+)/,
  /Because (\S+) was not found in the package registry/,
  /No matching distribution found for (\S+)/,
];
const contradiction = [
  /Cannot install (.+?) because these package versions have conflicting dependencies/,
  /Because you require (.+?), we can conclude that your requirements are unsatisfiable/,
];
const notReached =
  /Failed to fetch: ?\S+|NewConnectionError|Connection(?:Error| refused| reset)|Temporary failure in name resolution|dns error/i;

/** Why packages were not installed, in one sentence; `output` is what the installer printed. */
export function installFailure({ name }: Installer, output: string, { runtime, platform }: Wanted): ReefError {
  // Boxes and breaks of lines are for terminals.
  const text = output.replaceAll(/[\s│╰─▶×]+/g, ' ');
  const cause = new Error(withoutPasswords(output).trim());
  const place = `Python ${versionOfRuntime(runtime)} on Linux ${platform.architecture}`;
  if (notReached.test(text))
    return packageFailed(`${name} could not fetch the packages: check the network, and the index that ${name} is set to`, cause);
  const wheelless = firstOf(noWheel, text);
  if (wheelless !== null) {
    return packageFailed(
      `${wheelless} has no wheel for ${place}: take a version that has one, or deploy an image (dockerfile)`,
      cause,
    );
  }
  const unknown = firstOf(noVersion, text);
  if (unknown !== null) {
    return packageFailed(
      `There is no ${unknown} with a wheel for ${place}: correct the requirement, or deploy an image (dockerfile)`,
      cause,
    );
  }
  const conflict = firstOf(contradiction, text);
  if (conflict !== null) return packageFailed(`The requirements contradict each other (${conflict}): correct them`, cause);
  const last = withoutPasswords(output).trim().split(/\r?\n/).at(-1) ?? '';
  return packageFailed(
    `${name} could not install the packages: ${last.replace(/^\s*(?:ERROR|error|cause): /, '').replace(/\.$/, '')}`,
    cause,
  );
}

function firstOf(patterns: readonly RegExp[], text: string): string | null {
  for (const pattern of patterns) {
    const name = pattern.exec(text)?.[1];
    if (name !== undefined) return name.replace(/[,.;]$/, '');
  }
  return null;
}

/** Addresses of private indexes may hold a name and a password. */
function withoutPasswords(text: string): string {
  return text.replaceAll(/\/\/[^/@\s]+@/g, '//');
}
