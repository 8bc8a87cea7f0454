import type { Deployment } from '../../../../protocol/deploying.ts';
import type { DeployContext } from './context.ts';
import type { DeployPlan } from './plan-deploy.ts';
import { versionLike } from '../versions.ts';

/** What a planned function is deployed as before the plan is carried out; null: it is not there. */
export async function standing(
  { lambda }: DeployContext,
  { found, alias, url }: DeployPlan,
  signal: AbortSignal,
): Promise<Deployment | null> {
  if (found === null) return null;
  const { deployed } = found;
  return {
    arn: deployed.arn,
    version: alias === null ? await versionLike(lambda, deployed, signal) : alias.version,
    alias: alias?.name ?? null,
    url: url.current?.url ?? null,
  };
}
