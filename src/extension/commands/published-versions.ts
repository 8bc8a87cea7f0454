import * as vscode from 'vscode';
import { formatBytes, formatMemory } from '../../engine/format/format.ts';
import type { DeployedVersion } from '../../protocol/deploying.ts';
import { showError } from '../errors.ts';
import type { Services } from '../services.ts';
import { targetArgument } from './function-reference.ts';
import { requireTrust } from './guards.ts';
import { onCloud, targetParameter, withCloudProgress } from './on-cloud.ts';
import { chooseFunction } from './pick-function.ts';

/** A function where it is deployed. */
export type DeployedFunction = { folder: string; function: string; name: string; target: string | undefined };

type Item = vscode.QuickPickItem & { version: string };

/** Shows what was published of a function, and goes back to the version that is picked. */
export async function showVersions(services: Services, args: readonly unknown[]): Promise<void> {
  requireTrust();
  const chosen = await chooseFunction(services, args);
  if (chosen === undefined) return;
  const { folder, function: fn } = chosen;
  await onCloud(targetArgument(args), async (target) => {
    const { versions } = await withCloudProgress(vscode.l10n.t('Reading the versions of {0}', fn.name), (token) =>
      services.engine.request('publishedVersions', { folder, function: fn.id, ...targetParameter(target) }, { token }),
    );
    const picked = await vscode.window.showQuickPick(versions.map(itemOf), {
      title: vscode.l10n.t('Published versions of {0}', fn.name),
      placeHolder:
        versions.length === 0
          ? vscode.l10n.t('No version was published yet')
          : vscode.l10n.t('Pick the version to go back to; what would change is shown first'),
      matchOnDetail: true,
    });
    if (picked !== undefined) await rollBack(services, { folder, function: fn.id, name: fn.name, target }, picked.version);
  });
}

function itemOf({ version, aliases, isLatest, publishedAt, memoryMb, codeBytes, description }: DeployedVersion): Item {
  const published = publishedAt?.slice(0, 16).replace('T', ' ');
  return {
    label: `$(${aliases.length > 0 ? 'tag' : 'versions'}) ${version}`,
    description: [...aliases, ...(isLatest ? ['$LATEST'] : [])].join(', '),
    detail: [published, formatMemory(memoryMb), formatBytes(codeBytes), description].filter(Boolean).join(' · '),
    version,
  };
}

/** Goes back to a version, or to the one before: the engine shows its plan and asks. */
export async function rollBack(
  services: Services,
  { folder, function: id, name, target }: DeployedFunction,
  to?: string,
): Promise<void> {
  try {
    const params = { folder, function: id, ...targetParameter(target), ...(to !== undefined && { to }) };
    const { state, deployment } = await withCloudProgress(vscode.l10n.t('Rolling {0} back', name), (token, onProgress) =>
      services.engine.request('rollBack', params, { token, onProgress }),
    );
    if (state === 'declined') return;
    const sentence =
      state === 'unchanged'
        ? vscode.l10n.t('{0} is at that version already.', name)
        : vscode.l10n.t('{0} is rolled back to version {1}.', name, deployment?.version ?? '');
    void vscode.window.showInformationMessage(sentence);
  } catch (error) {
    void showError(error, services.log);
  }
}
