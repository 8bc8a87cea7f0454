import * as vscode from 'vscode';
import type { TextRange } from '../../protocol/functions.ts';

/** Shows a place of a workspace file; `file` is relative to the folder. */
export async function openAt(folder: string, file: string, range: TextRange | null): Promise<void> {
  const uri = vscode.Uri.joinPath(vscode.Uri.parse(folder), file);
  const selection = range === null ? undefined : new vscode.Range(toPosition(range.start), toPosition(range.start));
  await vscode.window.showTextDocument(uri, selection === undefined ? {} : { selection });
}

function toPosition({ line, character }: TextRange['start']): vscode.Position {
  return new vscode.Position(line, character);
}
