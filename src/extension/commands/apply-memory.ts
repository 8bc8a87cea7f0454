import * as vscode from 'vscode';
import { formatMemory } from '../../engine/format/format.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { MemoryEditResult } from '../../protocol/requests.ts';
import type { ChangePreview } from '../change-preview.ts';
import type { EngineClient } from '../client/engine-client.ts';
import { openAt } from './open-at.ts';

type Edits = MemoryEditResult['edits'];

/**
 * Makes the source state this size, once the change was seen and accepted, and shows the place. It is left unsaved, so that it
 * can be undone.
 */
export async function applyMemory(
  { engine, preview }: { engine: EngineClient; preview: ChangePreview },
  folder: string,
  functionId: string,
  memoryMb: number,
): Promise<void> {
  const { edits } = await engine.request('memoryEdit', { folder, functionId, memoryMb });
  const [first] = edits;
  if (first === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The template states {0} already.', formatMemory(memoryMb)));
    return;
  }
  // The edits are of one file: whatever states the size.
  const uri = vscode.Uri.joinPath(vscode.Uri.parse(folder), first.file);
  const document = await vscode.workspace.openTextDocument(uri);
  const { version } = document;
  const name = functionId.slice(functionId.lastIndexOf('#') + 1);
  const accepted = await preview.ask({
    uri,
    after: edited(document, edits),
    title: vscode.l10n.t('{0}: memory of {1}', first.file, name),
    question: vscode.l10n.t('Give {0} {1} in {2}?', name, formatMemory(memoryMb), first.file),
  });
  if (!accepted) return;
  const edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) edit.replace(uri, rangeOf(range), newText);
  if (document.version !== version || !(await vscode.workspace.applyEdit(edit))) {
    throw new ReefError('internal', vscode.l10n.t('{0} changed in the meantime: try again.', first.file));
  }
  await openAt(folder, first.file, first.range);
}

function edited(document: vscode.TextDocument, edits: Edits): string {
  const placed = edits.map(({ range, newText }) => {
    const { start, end } = rangeOf(range);
    return { start: document.offsetAt(start), end: document.offsetAt(end), newText };
  });
  return placed
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { start, end, newText }) => text.slice(0, start) + newText + text.slice(end), document.getText());
}

function rangeOf({ start, end }: Edits[number]['range']): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
