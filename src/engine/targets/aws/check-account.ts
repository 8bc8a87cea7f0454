import { isCancelled, messageOf } from '../../../protocol/errors.ts';
import { type Check, check } from '../../doctor/check.ts';
import { actions } from './actions.ts';
import type { AwsOptions } from './client-config.ts';
import { Identities, type Identity } from './identity.ts';
import { Lambda } from './lambda.ts';
import { fullConcurrency, largestOfNewAccountMb } from './target.ts';
import { targetName } from './place.ts';

/** What the target `aws` needs at a place: somebody signed in, a region, permissions, limits. Changes nothing. */
export async function checkAccount(options: AwsOptions, signal: AbortSignal): Promise<Check[]> {
  const name = targetName(options.place);
  const needed = { neededFor: `the target ${name}` };
  using lambda = new Lambda(options);
  using identities = new Identities(options);
  let identity: Identity | undefined;
  const signedIn = await check({ name: `Credentials of ${name}`, ...needed }, async () => {
    identity = await identities.caller(signal);
    return `${identity.arn} in ${await lambda.region()}.`;
  });
  if (identity === undefined) return [signedIn];
  return [signedIn, await limits(lambda, name, signal), ...(await permissions(identities, identity, name, signal))];
}

function limits(lambda: Lambda, name: string, signal: AbortSignal): Promise<Check> {
  return check({ name: `Limits of ${name}`, neededFor: 'sizing' }, async () => {
    const { concurrency } = await lambda.limits(signal);
    const found = `${concurrency} calls at once`;
    return concurrency < fullConcurrency
      ? { warning: `${found}: a new account, whose functions have at most ${largestOfNewAccountMb} MB.` }
      : `${found}.`;
  });
}

async function permissions(identities: Identities, identity: Identity, name: string, signal: AbortSignal): Promise<Check[]> {
  const titleOf = (neededFor: string): string => `Permissions of ${name} for ${neededFor}`;
  const wanted = Object.entries(actions);
  try {
    const all = wanted.flatMap(([, names]) => names);
    const denied = new Set(await identities.denied(identity, all, signal));
    return wanted.map(([neededFor, names]) => {
      const missing = names.filter((action) => denied.has(action));
      return missing.length === 0
        ? { name: titleOf(neededFor), neededFor, state: 'ok', message: `Allowed: ${names.join(', ')}.` }
        : {
            name: titleOf(neededFor),
            neededFor,
            state: 'missing',
            message: `Allow ${missing.join(', ')} in an IAM policy of ${identity.arn}.`,
          };
    });
  } catch (error) {
    if (isCancelled(error)) throw error;
    const message = `They are not known, as they cannot be simulated: ${messageOf(error)}`;
    return [{ name: `Permissions of ${name}`, neededFor: 'knowing them beforehand', state: 'warning', message }];
  }
}
