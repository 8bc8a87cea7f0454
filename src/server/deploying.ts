import type { Connection, ProgressToken } from 'vscode-languageserver/node';
import type { Asking } from '../engine/features/deploying.ts';
import {
  type CloudOutcome,
  type CloudPlan,
  confirmCloudPlan,
  deployingRequests,
  type PlanAnswer,
} from '../protocol/deploying.ts';
import { ReefError } from '../protocol/errors.ts';
import { reportSteps } from './progress.ts';
import { answer } from './request-handler.ts';
import type { Services } from './services.ts';
import { trustedWorkspace } from './workspace-of.ts';
import type { Workspace } from './workspace.ts';

/** The requests about deploying functions: what is there, and changes of it after a yes. */
export function registerDeploying(services: Services): void {
  answer(services, deployingRequests.deployTool, async ({ folder, ...action }, signal) => {
    const { engine } = await ready(services, folder);
    return { tool: await engine.deployTool(action, signal) };
  });

  answer(services, deployingRequests.deployedTargets, async ({ folder, function: name }, signal) => {
    const { engine } = await ready(services, folder);
    return { targets: await engine.deployedTargets(name, signal) };
  });

  answer(services, deployingRequests.executionRoles, async ({ folder, target }, signal) => {
    const { engine } = await ready(services, folder);
    return { roles: await engine.executionRoles(target, signal) };
  });

  answer(services, deployingRequests.deploy, async ({ folder, workDoneToken, ...action }, signal) =>
    changing(services, { folder, workDoneToken, title: `Deploying ${action.function}` }, signal, ({ engine }, asking, both) =>
      engine.deploy(action, asking, both),
    ),
  );

  answer(services, deployingRequests.rollBack, async ({ folder, workDoneToken, ...action }, signal) =>
    changing(services, { folder, workDoneToken, title: `Rolling ${action.function} back` }, signal, ({ engine }, asking, both) =>
      engine.rollBack(action, asking, both),
    ),
  );

  answer(services, deployingRequests.destroy, async ({ folder, workDoneToken, ...action }, signal) =>
    changing(services, { folder, workDoneToken, title: `Destroying ${action.function}` }, signal, ({ engine }, asking, both) =>
      engine.destroy(action, asking, both),
    ),
  );
}

type Change = { folder: string; workDoneToken: ProgressToken | undefined; title: string };

/** As a study: a window that closes ends it, and what it had begun is undone. */
async function changing(
  services: Services,
  { folder, workDoneToken, title }: Change,
  signal: AbortSignal,
  work: (workspace: Workspace, asking: Asking, signal: AbortSignal) => Promise<CloudOutcome>,
): Promise<CloudOutcome> {
  const workspace = await ready(services, folder);
  const progress = reportSteps(services.connection, workDoneToken, title);
  const asking = { confirm: (plan: CloudPlan) => ask(services.connection, folder, plan), onStep: progress.step };
  try {
    return await workspace.study(signal, (both) => work(workspace, asking, both));
  } finally {
    progress.end();
  }
}

async function ready(services: Services, folder: string): Promise<Workspace> {
  const workspace = trustedWorkspace(services, folder);
  await workspace.ready;
  return workspace;
}

/** @throws ReefError `invalid-settings` in an editor that does not know how to ask */
async function ask(connection: Connection, folder: string, plan: CloudPlan): Promise<PlanAnswer> {
  try {
    const answered: unknown = await connection.sendRequest(confirmCloudPlan.method, { folder, plan });
    return confirmCloudPlan.result.parse(answered);
  } catch (cause) {
    const sentence = `${plan.functionName} on ${plan.target} is changed only after a yes, and this editor cannot ask for it: use "reef deploy" in a terminal.`;
    throw new ReefError('invalid-settings', sentence, { cause });
  }
}
