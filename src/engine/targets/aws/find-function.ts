import { isCancelled, ReefError } from '../../../protocol/errors.ts';
import type { Deployed } from './deployed.ts';
import type { Lambda } from './lambda.ts';
import { targetName } from './place.ts';
import { published } from './versions.ts';

const listed = 8;

/**
 * The deployed function of a name or ARN; where there is none, the only one that a template's function of that name may have
 * become (`couldBe`).
 * @throws ReefError `no-such-function`, `ambiguous-function`
 */
export async function findFunction(lambda: Lambda, wanted: string, signal: AbortSignal): Promise<Deployed> {
  try {
    return await lambda.configuration(wanted, signal);
  } catch (error) {
    if (!(error instanceof ReefError) || error.code !== 'no-such-function' || wanted.startsWith('arn:')) throw error;
    const candidates: Deployed[] = [];
    for await (const page of lambda.functionPages(signal)) candidates.push(...page.filter(({ name }) => couldBe(name, wanted)));
    const [only, other] = candidates;
    if (only === undefined) throw error;
    if (other === undefined) return only;
    const names = candidates.slice(0, listed).map(({ name }) => name);
    const more = candidates.length > listed ? ` and ${candidates.length - listed} more` : '';
    const sentence = `Several functions in ${targetName(lambda.place)} may be "${wanted}": name one of ${names.join(', ')}${more}.`;
    throw new ReefError('ambiguous-function', sentence, { cause: error });
  }
}

/**
 * A version or alias of a function, with the settings that it has.
 * @throws ReefError `no-such-function`, which names those that there are
 */
export async function findVersion(
  lambda: Lambda,
  { arn, name }: Deployed,
  qualifier: string,
  signal: AbortSignal,
): Promise<Deployed> {
  try {
    return await lambda.configuration(arn, signal, qualifier);
  } catch (error) {
    if (!(error instanceof ReefError) || error.code !== 'no-such-function') throw error;
    const there = await qualifiersOf(lambda, arn, signal);
    const sentence = `${name} has no version or alias "${qualifier}" in ${targetName(lambda.place)}${there}.`;
    throw new ReefError('no-such-function', sentence, { cause: error });
  }
}

/** What there is, as the end of a sentence; nothing where that may not be listed. */
async function qualifiersOf(lambda: Lambda, arn: string, signal: AbortSignal): Promise<string> {
  try {
    const [aliases, versions] = await Promise.all([lambda.aliases(arn, signal), lambda.versions(arn, signal)]);
    const known = [...aliases.map(({ name }) => name), ...published(versions).map(({ version }) => version)];
    const more = known.length > listed ? ` and ${known.length - listed} more` : '';
    return known.length === 0 ? ': there is nothing but $LATEST' : `: there is ${known.slice(0, listed).join(', ')}${more}`;
  } catch (error) {
    if (isCancelled(error)) throw error;
    return ': check its name';
  }
}

/**
 * Whether a deployed name is one that the tools give to a function of a template: `<stack>-<logical id>-<random>` by
 * CloudFormation, which cuts long parts, and `<service>-<stage>-<key>` by the Serverless Framework. The AWS CDK ends a
 * logical id with eight digits of a hash.
 */
export function couldBe(deployed: string, wanted: string): boolean {
  if (deployed.endsWith(`-${wanted}`)) return true;
  const [, rest] = /^(.+)-[A-Za-z0-9]{12,13}$/.exec(deployed) ?? [];
  if (rest === undefined) return false;
  if (rest.endsWith(`-${wanted}`) || rest.replace(/[0-9A-F]{8}$/, '').endsWith(`-${wanted}`)) return true;
  // A name has at most 64 characters: of a long logical id its beginning is left.
  const id = rest.slice(rest.indexOf('-') + 1);
  return deployed.length === longestName && id.length >= leastLeft && wanted.startsWith(id);
}

const longestName = 64;
const leastLeft = 8;
