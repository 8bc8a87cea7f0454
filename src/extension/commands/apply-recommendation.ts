import * as vscode from 'vscode';
import { formatMemory } from '../../engine/format/format.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { Services } from '../services.ts';
import { isApplicable } from '../views/function-facts.ts';
import { openAt } from './open-places.ts';
import { chooseFunction } from './pick-function.ts';

/** Writes the recommended size of a function into its template. */
export async function applyRecommendation(services: Services, args: readonly unknown[]): Promise<void> {
  const chosen = await chooseFunction(services, args, ({ function: fn, figures }) => isApplicable(fn, figures));
  if (chosen === undefined) return;
  const { folder, function: fn, figures } = chosen;
  if (figures === null) {
    throw new ReefError('not-enough-data', vscode.l10n.t('There is no recommendation for {0} yet: profile it first.', fn.name));
  }
  await applyMemory(services, folder, fn.id, figures.recommendedMb);
}

/** Makes the template state this size and shows the place. The change is left unsaved, so that it can be looked at and undone. */
export async function applyMemory(
  { engine }: Pick<Services, 'engine'>,
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
