import * as vscode from 'vscode';
import type { ServerSettings } from '../protocol/requests.ts';
import { toServerSettings } from './settings-model.ts';
import { settingIds } from './settings-ids.ts';

/** The settings as VS Code gives them now, checked; `onProblem` hears the id of each setting whose value is not allowed. */
export function readSettings(onProblem: (settingId: string) => void): ServerSettings {
  const configuration = vscode.workspace.getConfiguration();
  const raw = Object.fromEntries(Object.values(settingIds).map((id) => [id, configuration.get<unknown>(id)]));
  return toServerSettings(raw, vscode.workspace.isTrusted, onProblem);
}
