import { Identities } from '../identity.ts';
import type { DeployContext } from './context.ts';
import type { Found } from './found-function.ts';

/** The account and region that are talked to. */
export type Whereabouts = { partition: string; account: string; region: string };

/** A function's ARN tells them; where there is none, the credentials do. */
export async function whereabouts(
  { options, lambda }: DeployContext,
  found: Found | null,
  signal: AbortSignal,
): Promise<Whereabouts> {
  if (found !== null) return partsOf(found.deployed.arn);
  using identities = new Identities(options);
  const [{ arn, account }, region] = await Promise.all([identities.caller(signal), lambda.region()]);
  return { ...partsOf(arn), account, region };
}

function partsOf(arn: string): Whereabouts {
  const [, partition = 'aws', , region = '', account = ''] = arn.split(':');
  return { partition, account, region };
}

export function functionArn({ partition, account, region }: Whereabouts, name: string): string {
  return `arn:${partition}:lambda:${region}:${account}:function:${name}`;
}
