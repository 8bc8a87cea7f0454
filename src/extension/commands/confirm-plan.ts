import * as vscode from 'vscode';
import type { EventChoice } from '../../protocol/requests.ts';
import type { Objective } from '../../protocol/sizing.ts';
import type { Services } from '../services.ts';
import { isReplay } from './target-function.ts';

type Asked = { folder: string; functionId: string; target: string; event: EventChoice; objective?: Objective };

/** Asks before calls that are paid for, with what is expected and the limits; true where nobody pays, without asking. */
export async function confirmPlan({ engine }: Services, asked: Asked): Promise<boolean> {
  if (['process', 'docker'].includes(asked.target) || isReplay(asked.target)) return true;
  const plan = await engine.request('plan', asked);
  if (!plan.billed) return true;
  const makeCalls = vscode.l10n.t('Make Calls');
  const question = vscode.l10n.t('Profile on {0}?', plan.target);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail: plan.sentence }, makeCalls)) === makeCalls;
}
