import { setTimeout as sleep } from 'node:timers/promises';
import { ReefError } from '../../../../protocol/errors.ts';
import type { Architecture } from '../../../../protocol/functions.ts';
import { changedMeanwhile } from '../kept-changes.ts';
import type { Lambda } from '../lambda.ts';
import { type Code, LambdaCode } from '../lambda-code.ts';
import { isConflict } from '../undo.ts';
import { DeployCalls } from './deploy-calls.ts';
import type { Found } from './found-function.ts';
import { asInput, differing, type Settings } from './settings.ts';

/** Code, and its SHA-256 as Lambda writes it: in base64 of a package, the hex digest of an image. */
export type NewCode = { code: Code; sha256: string };

export type Latest = {
  settings: Settings;
  /** Null: it stays. */
  code: NewCode | null;
  architecture: Architecture;
};

/** A role that has just been made is known everywhere only after a while. Source: AWS IAM, "Changes that I make are not always immediately visible". */
const longestRoleWaitMs = 60_000;
const firstRoleWaitMs = 1_000;
const slowestRoleWaitMs = 8_000;

/**
 * Gives `$LATEST` settings and code, each only if nobody else has changed it since it was read, and each in force before the
 * next. Returns it as it then is, compared with what was wanted.
 * @throws ReefError `in-use` when somebody else changes it meanwhile
 */
export async function setLatest(lambda: Lambda, from: Found, to: Latest, signal: AbortSignal): Promise<Found> {
  const { arn, name } = from.deployed;
  using calls = new DeployCalls(lambda.options);
  using packages = new LambdaCode(lambda.options);
  let { revisionId } = from.deployed;
  const names = differing(from.settings, to.settings);
  if (names.length > 0) {
    const input = asInput(to.settings, names, from.logging);
    const update = onceAssumable(signal, () => calls.updateSettings(arn, input, revisionId, signal));
    await unlessDone(
      update,
      async () => differing((await foundNow(calls, lambda, arn, signal)).settings, to.settings).length === 0,
    );
    ({ revisionId } = await lambda.settled(arn, signal));
  }
  if (to.code !== null) {
    const { code } = to;
    const upload = packages.upload(arn, code.code, to.architecture, revisionId, signal);
    await unlessDone(upload, async () => isCodeOf(await foundNow(calls, lambda, arn, signal), code));
  }
  await lambda.settled(arn, signal);
  const now = await existing(calls, arn, signal);
  if (to.code !== null) checkCode(now, to.code);
  const [other] = differing(now.settings, to.settings);
  if (other === undefined && now.deployed.architecture === to.architecture) return now;
  throw changedMeanwhile(name);
}

/** @throws ReefError `service-failed` when the function has other code than was sent */
export function checkCode(now: Found, wanted: NewCode): void {
  if (isCodeOf(now, wanted)) return;
  const { name, codeSha256 } = now.deployed;
  const sentence = `${name} has other code (${codeSha256 ?? 'unknown'}) than was sent (${wanted.sha256}): look at what is deployed.`;
  throw new ReefError('service-failed', sentence);
}

function isCodeOf({ deployed, code }: Found, { sha256 }: NewCode): boolean {
  return deployed.codeSha256 === sha256 || (code.kind === 'image' && code.uri.endsWith(`@sha256:${sha256}`));
}

/** A function once no change of it is under way, be it that the last one failed. */
export async function foundNow(calls: DeployCalls, lambda: Lambda, arn: string, signal: AbortSignal): Promise<Found> {
  await lambda.ended(arn, signal);
  return existing(calls, arn, signal);
}

async function existing(calls: DeployCalls, arn: string, signal: AbortSignal): Promise<Found> {
  const found = await calls.find(arn, signal);
  if (found === null) throw new ReefError('no-such-function', `${arn} was deleted by somebody else.`);
  return found;
}

/** Repeats a call for as long as Lambda cannot assume the role yet. */
export async function onceAssumable<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result> {
  const untilMs = performance.now() + longestRoleWaitMs;
  for (let waitMs = firstRoleWaitMs; ; waitMs = Math.min(2 * waitMs, slowestRoleWaitMs)) {
    try {
      return await call();
    } catch (error) {
      if (!isNotAssumable(error) || performance.now() + waitMs > untilMs) throw error;
    }
    await sleep(waitMs, undefined, { signal });
  }
}

function isNotAssumable(error: unknown): boolean {
  const cause = error instanceof ReefError ? error.cause : error;
  return cause instanceof Error && cause.name === 'InvalidParameterValueException' && /cannot be assumed/.test(cause.message);
}

/**
 * Waits for a guarded change. Where its answer was lost and its repetition met the change itself, that is no conflict.
 * @throws ReefError `in-use` when somebody else was first
 */
export async function unlessDone(change: Promise<void>, isDone: () => Promise<boolean>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isConflict(error) || !(await isDone())) throw error;
  }
}
