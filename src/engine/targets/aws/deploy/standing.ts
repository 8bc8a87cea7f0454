import type { Deployment } from '../../../../protocol/deploying.ts';
import type { DeployContext } from './context.ts';
import type { DeployPlan } from './plan-deploy.ts';
import { isSame, published } from './versions.ts';

/** What a planned function is deployed as before the plan is carried out; null: it is not there. */
export async function standing(
  { lambda }: DeployContext,
  { found, alias, url }: DeployPlan,
  signal: AbortSignal,
): Promise<Deployment | null> {
  if (found === null) return null;
  const { deployed } = found;
  const latest = async (): Promise<string | null> => {
    const versions = await lambda.versions(deployed.arn, signal);
    return published(versions).find((each) => isSame(each, deployed))?.version ?? null;
  };
  return {
    arn: deployed.arn,
    version: alias === null ? await latest() : alias.version,
    alias: alias?.name ?? null,
    url: url.current?.url ?? null,
  };
}
