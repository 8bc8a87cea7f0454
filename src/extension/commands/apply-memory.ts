import * as vscode from 'vscode';
import { formatMemory } from '../../engine/format/format.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { EngineClient } from '../client/engine-client.ts';
import { openAt } from './open-at.ts';

/** Makes the template state this size and shows the place. The change is left unsaved, so that it can be looked at and undone. */
export async function applyMemory(engine: EngineClient, folder: string, functionId: string, memoryMb: number): Promise<void> {
  const { edits } = await engine.request('memoryEdit', { folder, functionId, memoryMb });
  const [first] = edits;
  if (first === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The template states {0} already.', formatMemory(memoryMb)));
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { file, range, newText } of edits) {
    const uri = vscode.Uri.joinPath(vscode.Uri.parse(folder), file);
    const { start, end } = range;
    edit.replace(uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new ReefError('internal', vscode.l10n.t('{0} changed in the meantime: try again.', first.file));
  }
  await openAt(folder, first.file, first.range);
}
