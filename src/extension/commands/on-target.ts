import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import { onTarget } from './target-function.ts';

/** Runs `request` with the id that the function has on the target; asks for it where several recorded curves could be meant. */
export function askForCurve<Result>(
  target: string,
  fn: Pick<FunctionInfo, 'id' | 'name'>,
  request: (functionId: string) => Promise<Result>,
): Promise<Result> {
  return onTarget(target, fn, request, async (question) => {
    const curve = await vscode.window.showInputBox({
      title: vscode.l10n.t('Which recorded curve?'),
      prompt: question,
      ignoreFocusOut: true,
    });
    if (curve === undefined) throw new ReefError('cancelled', 'Cancelled.');
    return curve;
  });
}
