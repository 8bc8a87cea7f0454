import * as vscode from 'vscode';
import { settingDefaults, settingIds } from './settings-ids.ts';

/** Where functions run now, as the setting says. */
export function readTarget(): string {
  const value = vscode.workspace.getConfiguration().get<unknown>(settingIds.target);
  return typeof value === 'string' && value !== '' ? value : settingDefaults[settingIds.target];
}

/** Remembers the target: for this workspace when there is one, else for the user. */
export async function writeTarget(target: string): Promise<void> {
  const scope = vscode.workspace.workspaceFolders ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration().update(settingIds.target, target, scope);
}
