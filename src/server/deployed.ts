import { sourcesIn } from '../engine/features/deployed.ts';
import type { Source } from '../engine/link-deployed.ts';
import { deployedRowsNotification, type DeployedRowsParams, requests } from '../protocol/requests.ts';
import { answer } from './request-handler.ts';
import type { Services } from './services.ts';
import { trustedWorkspace } from './workspace-of.ts';
import { unawaited } from './unawaited.ts';

/** What an extension asks about deployed functions. None of it calls a cloud in a workspace that is not trusted. */
export function registerDeployed(services: Services): void {
  const { connection } = services;

  answer(services, requests.deployed, async ({ folder, target, workDoneToken: token }, signal) => {
    const { engine } = trustedWorkspace(services, folder);
    const sources = await sourcesOf(services);
    return engine.deployed({ target, sources }, signal, (rows) => {
      if (token === undefined) return;
      const params: DeployedRowsParams = { token, rows };
      unawaited(connection.sendNotification(deployedRowsNotification, params));
    });
  });

  answer(services, requests.deployedVersions, async ({ folder, target, functionId }, signal) => {
    const { engine } = trustedWorkspace(services, folder);
    return engine.deployedVersions({ target, function: functionId }, signal);
  });

  answer(services, requests.logFigures, async ({ folder, target, functionId, days, fresh }, signal) => {
    const { engine } = trustedWorkspace(services, folder);
    return engine.logFigures({ target, function: functionId, days, fresh }, signal);
  });

  answer(services, requests.awsPlaces, async () => {
    const { awsProfiles, lambdaRegions } = await awsFiles();
    return { profiles: await awsProfiles(), regions: [...lambdaRegions] };
  });

  answer(services, requests.signIn, async ({ target }) => {
    const { signInCommand } = await awsFiles();
    return { command: await signInCommand(target) };
  });
}

/** Part of the AWS SDK: loaded with the first use. */
async function awsFiles() {
  const [profiles, regions] = await Promise.all([
    import('../engine/targets/aws/profiles.ts'),
    import('../engine/targets/aws/regions.ts'),
  ]);
  return { ...profiles, ...regions };
}

/** A deployed function may come from any of the open folders. */
async function sourcesOf({ workspaces, log }: Services): Promise<Source[]> {
  const found = await Promise.all(
    workspaces.all().map(async ({ uri, engine, ready }) => {
      await ready.catch(() => log.log('warn', `What is deployed is not linked to ${uri}: it could not be searched.`));
      return sourcesIn(engine.folder, uri, engine.functions.discovery().functions);
    }),
  );
  return found.flat();
}
