import * as vscode from 'vscode';
import { changeLine, planTitle } from '../engine/format/cloud-plan.ts';
import type { CloudPlan, ExecutionRole, PlanAnswer } from '../protocol/deploying.ts';

/** Shows what would change in a cloud, and asks once whether to change it; a role that would be made can be chosen instead. */
export async function askAboutPlan(plan: CloudPlan, roles: () => Promise<ExecutionRole[]>): Promise<PlanAnswer> {
  const detail = [plan.changes.map((change) => changeLine(change)).join('\n'), ...plan.notes].join('\n\n');
  const accept = acceptText(plan);
  const choose = vscode.l10n.t('Choose a Role…');
  const buttons = plan.newRole === null ? [accept] : [accept, choose];
  const chosen = await vscode.window.showWarningMessage(`${planTitle(plan)}?`, { modal: true, detail }, ...buttons);
  if (chosen !== choose) return { accepted: chosen === accept };
  const role = await chooseRole(await roles());
  return role === undefined ? { accepted: false } : { role };
}

function acceptText({ verb, newRole }: CloudPlan): string {
  if (verb === 'destroy') return vscode.l10n.t('Destroy');
  if (verb === 'rollBack') return vscode.l10n.t('Roll Back');
  return newRole === null ? vscode.l10n.t('Deploy') : vscode.l10n.t('Make the Role and Deploy');
}

/** The ARN of a role that Lambda may assume; undefined when none was picked. */
async function chooseRole(roles: readonly ExecutionRole[]): Promise<string | undefined> {
  const items = roles.map(({ name, arn, description }) => ({ label: `$(shield) ${name}`, description, detail: arn, arn }));
  const placeHolder =
    items.length === 0
      ? vscode.l10n.t('This account has no role that Lambda may assume')
      : vscode.l10n.t('Choose the role that the function gets');
  const picked = await vscode.window.showQuickPick(items, { placeHolder, matchOnDetail: true, ignoreFocusOut: true });
  return picked?.arn;
}
