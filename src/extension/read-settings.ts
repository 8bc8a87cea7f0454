import * as vscode from 'vscode';
import type { ServerSettings } from '../protocol/requests.ts';
import { settingValue, toServerSettings } from './settings-model.ts';
import { settingIds, type SettingValues } from './settings-ids.ts';

/** The settings as VS Code gives them now, checked; `onProblem` hears the id of each setting whose value is not allowed. */
export function readSettings(onProblem: (settingId: string) => void): ServerSettings {
  const configuration = vscode.workspace.getConfiguration();
  const raw = Object.fromEntries(Object.values(settingIds).map((id) => [id, configuration.get<unknown>(id)]));
  return toServerSettings(raw, vscode.workspace.isTrusted, onProblem);
}

/** One setting as VS Code gives it now; a value that is not allowed counts as its default. */
export function readSetting<Id extends keyof SettingValues>(id: Id): SettingValues[Id] {
  return settingValue(id, vscode.workspace.getConfiguration().get<unknown>(id), () => undefined);
}

/** Writes a setting where it is set now: in the workspace if it has a value of its own, else for the user. */
export async function writeSetting<Id extends keyof SettingValues>(id: Id, value: SettingValues[Id]): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const isOfWorkspace = configuration.inspect(id)?.workspaceValue !== undefined;
  await configuration.update(id, value, isOfWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}
