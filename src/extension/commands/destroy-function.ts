import * as vscode from 'vscode';
import { unchangedText } from '../../engine/format/cloud-plan.ts';
import type { Services } from '../services.ts';
import { isDeployable } from '../views/function-facts.ts';
import { targetArgument } from './function-reference.ts';
import { requireTrust } from './guards.ts';
import { onCloud, targetParameter, withCloudProgress } from './on-cloud.ts';
import { chooseFunction } from './pick-function.ts';

/** Deletes what this workspace made for a function where it is deployed: the engine shows its plan and asks. */
export async function destroyFunction(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const chosen = await chooseFunction(services, args, (item) => isDeployable(item.function));
  if (chosen === undefined) return;
  const { folder, function: fn } = chosen;
  const logs = await chooseLogs(fn.name);
  if (logs === undefined) return;
  await onCloud(targetArgument(args), async (target) => {
    const params = { folder, function: fn.id, ...targetParameter(target), logs };
    const { state, plan } = await withCloudProgress(vscode.l10n.t('Destroying {0}', fn.name), (token, onProgress) =>
      services.engine.request('destroy', params, { token, onProgress }),
    );
    if (state === 'declined') return;
    const sentence =
      state === 'unchanged'
        ? unchangedText(plan)
        : vscode.l10n.t('Nothing of {0} is left on {1}.', plan.functionName, plan.target);
    void vscode.window.showInformationMessage(sentence);
  });
}

/** Whether the logs go too; undefined when nothing was picked. */
async function chooseLogs(name: string): Promise<boolean | undefined> {
  const items = [
    {
      label: `$(trash) ${vscode.l10n.t('The function and what was made for it')}`,
      detail: vscode.l10n.t('Its logs stay.'),
      logs: false,
    },
    { label: `$(trash) ${vscode.l10n.t('And its logs too')}`, detail: vscode.l10n.t('They cannot be brought back.'), logs: true },
  ];
  const placeHolder = vscode.l10n.t('What of {0} shall be deleted? The plan is shown first', name);
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.logs;
}
