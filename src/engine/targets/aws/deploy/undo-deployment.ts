import { isDeepStrictEqual } from 'node:util';
import { ReefError } from '../../../../protocol/errors.ts';
import type { Journal } from '../journal.ts';
import type { Lambda } from '../lambda.ts';
import { LambdaCode } from '../lambda-code.ts';
import { isConflict } from '../undo.ts';
import { DeployCalls } from './deploy-calls.ts';
import type { Found } from './found-function.ts';
import type { DeployPending } from './journal-steps.ts';
import { Repositories } from './repositories.ts';
import { Roles } from './roles.ts';
import { foundNow, type NewCode, setLatest } from './set-latest.ts';
import { differing, settingNames, type Settings } from './settings.ts';
import { tagNames } from './tags.ts';

/** Others may change the function at the same time: their change is looked at anew, so often. */
const mostTries = 5;

/**
 * Undoes what a deployment changed of a function: one that it made is deleted; `$LATEST` becomes again what it was, as live
 * calls feel it first, then its URL and its new alias go.
 */
export async function undoFunction(lambda: Lambda, journal: Journal, signal: AbortSignal): Promise<void> {
  using calls = new DeployCalls(lambda.options);
  const arn = journal.head.functionArn;
  const pending = (): DeployPending => journal.pending().deployment;
  const made = pending().function;
  if (made !== null) {
    const found = await calls.find(arn, signal);
    if (found?.tags[tagNames.made] === made.id) await calls.deleteFunction(arn, signal);
    journal.note({ step: 'function-gone' });
  }
  await restoreLatest(lambda, calls, journal, signal);
  await restoreUrl(calls, journal, signal);
  const { newAlias } = pending();
  if (newAlias !== null) {
    const alias = await lambda.alias(arn, newAlias.name, signal);
    if (alias?.description === newAlias.description) await lambda.deleteAlias(arn, newAlias.name, signal);
    journal.note({ step: 'new-alias-gone' });
  }
}

/** Undoes what a deployment made for a function, once nothing needs it any more: its image, repository and role. */
export async function undoMade(lambda: Lambda, journal: Journal, signal: AbortSignal): Promise<void> {
  const { image, repository, role } = journal.pending().deployment;
  if (image !== null || repository !== null) {
    using repositories = new Repositories(lambda.options);
    const name = repository?.name ?? image?.repository ?? '';
    const found = await repositories.find(name, signal);
    const isMade =
      found !== null && repository !== null && (await repositories.tags(found, signal))[tagNames.made] === repository.id;
    if (isMade) await repositories.delete(name, signal);
    else if (image !== null) await repositories.deleteImage(name, image.tag, signal);
    journal.note({ step: 'image-gone' });
    journal.note({ step: 'repository-gone' });
  }
  if (role !== null) {
    using roles = new Roles(lambda.options);
    const found = await roles.find(role.name, signal);
    if (found?.tags[tagNames.made] === role.id) await roles.delete(role.name, signal);
    journal.note({ step: 'role-gone' });
  }
}

/** Makes `$LATEST` again what the version from before is, unless somebody else has changed it since. */
async function restoreLatest(lambda: Lambda, calls: DeployCalls, journal: Journal, signal: AbortSignal): Promise<void> {
  const { latest } = journal.pending().deployment;
  if (latest === null) return;
  const arn = journal.head.functionArn;
  const before = await calls.find(arn, signal, latest.before);
  if (before === null) {
    const sentence = `Version ${latest.before} of ${arn}, which is what it was before the change, is gone: deploy it again.`;
    throw new ReefError('service-failed', sentence);
  }
  const settings = { ...before.settings, description: latest.description };
  for (let tries = 0; ; tries++) {
    const now = await foundNow(calls, lambda, arn, signal);
    const hasCode = now.deployed.codeSha256 === before.deployed.codeSha256;
    const isRestored = hasCode && differing(now.settings, settings).length === 0;
    if (isRestored || !isOurs(now, before, settings, latest)) break;
    if (tries === mostTries) {
      throw new ReefError(
        'in-use',
        `${arn} is half changed, and others change it too: deploy it again, or roll back to version ${latest.before}.`,
      );
    }
    const code = hasCode ? null : await codeOf(lambda, before, signal);
    try {
      await setLatest(lambda, now, { settings, code, architecture: before.deployed.architecture }, signal);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  journal.note({ step: 'latest-restored' });
}

/** Whether all is as it was, or as this deployment was to make it: anything else was set by somebody else, and stays. */
function isOurs(now: Found, before: Found, settings: Settings, to: NonNullable<DeployPending['latest']>): boolean {
  const isKnownCode = [before.deployed.codeSha256, to.code].includes(now.deployed.codeSha256);
  const names = settingNames.filter((name) => name !== 'environment');
  return (
    isKnownCode &&
    names.every(
      (name) => isDeepStrictEqual(now.settings[name], settings[name]) || isDeepStrictEqual(now.settings[name], to.to[name]),
    )
  );
}

/** The code of a function or version, to be given to `$LATEST` again. */
export async function codeOf(lambda: Lambda, { deployed, code }: Found, signal: AbortSignal): Promise<NewCode> {
  const sha256 = deployed.codeSha256 ?? '';
  if (code.kind === 'image') return { code, sha256 };
  using packages = new LambdaCode(lambda.options);
  return { code: { kind: 'zip', bytes: await packages.download(deployed.arn, signal, deployed.version) }, sha256 };
}

async function restoreUrl(calls: DeployCalls, journal: Journal, signal: AbortSignal): Promise<void> {
  const { url } = journal.pending().deployment;
  if (url === null) return;
  const { alias, before, after } = url;
  const arn = journal.head.functionArn;
  const now = (await calls.urls(arn, signal)).find((each) => each.alias === alias)?.auth ?? null;
  if (now === after && now !== before) {
    if (before === null) await calls.deleteUrl(arn, alias, signal);
    else if (now === null) await calls.createUrl(arn, alias, signal);
    else await calls.setUrlAuth(arn, alias, before, signal);
  }
  journal.note({ step: 'url-restored' });
}
