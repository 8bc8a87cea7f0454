import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';

/**
 * Runs `request` with the id that the function has on the target. On recorded curves that is the curve of the same name,
 * else the only one, else the one that the user names.
 */
export async function askForCurve<Result>(
  target: string,
  fn: Pick<FunctionInfo, 'id' | 'name'>,
  request: (functionId: string) => Promise<Result>,
): Promise<Result> {
  if (!isReplay(target)) return request(fn.id);
  let sentence = '';
  for (const functionId of fn.id === '' ? [''] : [fn.id, fn.name, '']) {
    try {
      return await request(functionId);
    } catch (error) {
      if (!isUnresolved(error)) throw error;
      sentence = error.message;
    }
  }
  for (;;) {
    const curve = await vscode.window.showInputBox({
      title: vscode.l10n.t('Which recorded curve?'),
      prompt: sentence,
      ignoreFocusOut: true,
    });
    if (curve === undefined) throw new ReefError('cancelled', 'Cancelled.');
    try {
      return await request(curve);
    } catch (error) {
      if (!isUnresolved(error)) throw error;
      sentence = error.message;
    }
  }
}

export function isReplay(target: string): boolean {
  return target.startsWith('replay:');
}

function isUnresolved(error: unknown): error is ReefError {
  return error instanceof ReefError && (error.code === 'no-such-function' || error.code === 'ambiguous-function');
}
