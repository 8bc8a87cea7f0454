import * as vscode from 'vscode';
import { parseGrouping } from '../../protocol/deployed-groups.ts';
import { contextKeys, viewIds } from '../commands/ids.ts';
import type { Services } from '../services.ts';
import { settingIds } from '../settings-ids.ts';
import { createTreeProvider } from './tree-provider.ts';
import type { DeployedNode } from './deployed-model.ts';

/** The view *Deployed*. Showing it asks no cloud: opening one of its places does. */
export function registerDeployedView({ deployed, workspace }: Services): vscode.Disposable {
  let formats: { day: Intl.DateTimeFormat; time: Intl.DateTimeFormat } | undefined;
  const provider = createTreeProvider<DeployedNode['payload']>(async () => {
    const [folder] = workspace.folders();
    if (!vscode.workspace.isTrusted || folder === undefined) return [];
    const [{ deployedTree }, { readSetting }] = await Promise.all([import('./deployed-model.ts'), import('../read-settings.ts')]);
    const { day, time } = (formats ??= dateFormats());
    // Without a message of its own, VS Code draws a view that was just opened only two seconds later.
    view.message = '';
    deployed.setPlaces(readSetting(settingIds.awsPlaces));
    const tree = {
      folder: folder.folder,
      place: (target: string) => deployed.place(target),
      details: (target: string, functionId: string) => deployed.functions.of(target, functionId),
      open: (target: string) => deployed.open(target),
      openFunction: (target: string, functionId: string) => deployed.functions.open(target, functionId),
      t: vscode.l10n.t,
      day: (ms: number) => day.format(ms),
      time: (ms: number) => time.format(ms),
    };
    const grouping = parseGrouping(readSetting(settingIds.groupDeployedBy)) ?? { by: 'stack' };
    return deployedTree(deployed.places(), tree, { filter: deployed.filter(), grouping });
  });
  const view = vscode.window.createTreeView(viewIds.deployed, { treeDataProvider: provider, showCollapseAll: true });

  return vscode.Disposable.from(
    view,
    provider,
    deployed.onDidChange(() => {
      const filter = deployed.filter();
      view.description = filter === '' ? '' : vscode.l10n.t('filter: {0}', filter);
      void vscode.commands.executeCommand('setContext', contextKeys.hasDeployedFilter, filter !== '');
      provider.refresh();
    }),
    view.onDidCollapseElement(({ element }) => {
      if (element.id === element.payload.target) deployed.stop(element.payload.target);
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => provider.refresh()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => provider.refresh()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(settingIds.awsPlaces) || event.affectsConfiguration(settingIds.groupDeployedBy))
        provider.refresh();
    }),
  );
}

function dateFormats(): { day: Intl.DateTimeFormat; time: Intl.DateTimeFormat } {
  return {
    day: new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium' }),
    time: new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' }),
  };
}
