import * as vscode from 'vscode';
import type { ServerSettings } from '../protocol/requests.ts';
import { settingDefaults, settingIds, toServerSettings } from './settings-model.ts';

/** The settings as VS Code gives them now, checked; `onProblem` hears the id of each setting whose value is not allowed. */
export function readSettings(onProblem: (settingId: string) => void): ServerSettings {
  const configuration = vscode.workspace.getConfiguration();
  const raw = Object.fromEntries(Object.values(settingIds).map((id) => [id, configuration.get<unknown>(id)]));
  return toServerSettings(raw, vscode.workspace.isTrusted, onProblem);
}

export function readTarget(): string {
  const value = vscode.workspace.getConfiguration().get<unknown>(settingIds.target);
  return typeof value === 'string' && value !== '' ? value : settingDefaults[settingIds.target];
}

/** Remembers the target: for this workspace when there is one, else for the user. */
export async function writeTarget(target: string): Promise<void> {
  const scope = vscode.workspace.workspaceFolders ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration().update(settingIds.target, target, scope);
}
