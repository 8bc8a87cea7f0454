import { loadSharedConfigFiles } from '@smithy/core/config';
import type { AwsProfile } from '../../../protocol/deployed.ts';
import { type AwsPlace, parsePlace } from './place.ts';

type Section = Partial<Record<string, string>>;

/** Sections of the config file that are no profiles: the loader writes `[sso-session corp]` as `sso-session.corp`. */
const otherSections = /^(sso-session|services)\./;

/** How far roles may be assumed from each other's credentials. */
const longestChain = 10;

/** The profiles of the AWS tools on this machine (`~/.aws/config`, `~/.aws/credentials`, or where the environment has them). No secret leaves. */
export async function awsProfiles(): Promise<AwsProfile[]> {
  const sections = await readSections();
  return [...sections]
    .filter(([name]) => !otherSections.test(name))
    .map(([name, section]) => ({ name, region: section['region'] ?? null, sso: signInProfile(name, sections) !== null }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/**
 * The command that signs in to the profile of a target such as `aws:dev/eu-west-1`, as a program and its arguments; null where
 * its credentials do not come from SSO.
 */
export async function signInCommand(target: string): Promise<string[] | null> {
  const profile = signInProfile(profileOf(parsePlace(target.slice('aws:'.length))), await readSections());
  return profile === null ? null : ['aws', 'sso', 'login', '--profile', profile];
}

function profileOf({ profile }: AwsPlace): string {
  return profile ?? process.env['AWS_PROFILE'] ?? 'default';
}

/** The profile itself, or the one whose credentials it assumes its role with. */
function signInProfile(name: string, sections: ReadonlyMap<string, Section>): string | null {
  let current: string | undefined = name;
  for (let steps = 0; current !== undefined && steps < longestChain; steps++) {
    const section = sections.get(current);
    if (section?.['sso_session'] !== undefined || section?.['sso_start_url'] !== undefined) return current;
    current = section?.['source_profile'];
  }
  return null;
}

/** Read anew each time: a profile may have been added since. */
async function readSections(): Promise<Map<string, Section>> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const sections = new Map<string, Section>(Object.entries(configFile));
  for (const [name, section] of Object.entries(credentialsFile)) sections.set(name, { ...sections.get(name), ...section });
  return sections;
}
