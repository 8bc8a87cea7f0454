import * as vscode from 'vscode';
import { formatDuration, formatMemory, formatPercent } from '../../engine/format/format.ts';
import type { ImportedLogs } from '../../protocol/logs.ts';
import type { Services } from '../services.ts';
import { commandIds } from './ids.ts';
import { chooseDeployed } from './pick-deployed.ts';

const periodsInDays = [14, 1, 7, 30];

/** Keeps what the cloud has logged of a deployed function's calls as samples: asks how far back, shows a summary. */
export async function importLogs(services: Services, args: readonly unknown[]): Promise<void> {
  const chosen = await chooseDeployed(services, args);
  const days = chosen === undefined ? undefined : await chooseDays();
  if (chosen === undefined || days === undefined) return;
  const { subject, target } = chosen;
  const { folder, function: fn } = subject;
  const { work, engine, output } = services;
  output.appendLine(vscode.l10n.t('— Importing the log of {0} on {1}', fn.name, target));
  const plan = { folder, functionId: fn.id, functionName: fn.name, study: 'import' } as const;
  const imported = await work.run(plan, vscode.l10n.t('Importing the log of {0}', fn.name), (token, onProgress) =>
    engine.request('importLogs', { folder, functionId: fn.id, target, days }, { token, onProgress }),
  );
  for (const line of [...summaryLines(imported), '']) output.appendLine(line);
  // Not awaited: the command is over, whenever the message is closed.
  void offerNext(services, imported, [folder, fn.id, target]);
}

async function chooseDays(): Promise<number | undefined> {
  const items = periodsInDays.map((days) => ({
    label: days === 1 ? vscode.l10n.t('the last day') : vscode.l10n.t('the last {0} days', days),
    days,
  }));
  const placeHolder = vscode.l10n.t('How far back? Reading logs is free of charge.');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.days;
}

async function offerNext(services: Services, imported: ImportedLogs, reference: readonly string[]): Promise<void> {
  const { functionName, calls, kept, unparsed } = imported;
  const sentence = vscode.l10n.t('{0}: {1} calls in the log, {2} of them new.', functionName, calls, kept);
  const unread = unparsed === 0 ? '' : vscode.l10n.t('{0} lines could not be read.', unparsed);
  const showOutput = vscode.l10n.t('Show Output');
  const profile = vscode.l10n.t('Profile');
  const show = unparsed === 0 ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const picked = await show([sentence, unread].filter(Boolean).join(' '), showOutput, profile);
  if (picked === showOutput) services.output.show(true);
  if (picked === profile) await vscode.commands.executeCommand(commandIds.profile, ...reference);
}

function summaryLines({ calls, coldRate, callsPerMonth, sizes, notes }: ImportedLogs): string[] {
  const rate = callsPerMonth === null ? '' : vscode.l10n.t('about {0} calls a month', Math.round(callsPerMonth));
  const head = [vscode.l10n.t('{0} calls', calls), vscode.l10n.t('{0} cold', formatPercent(coldRate)), rate];
  const ofSizes = sizes.map(({ memoryMb, calls: ofSize, p50Ms, p95Ms }) => {
    const times = p50Ms === null || p95Ms === null ? '' : `p50 ${formatDuration(p50Ms)} · p95 ${formatDuration(p95Ms)}`;
    return [formatMemory(memoryMb), vscode.l10n.t('{0} calls', ofSize), times].filter(Boolean).join(' · ');
  });
  return [head.filter(Boolean).join(' · '), ...ofSizes, ...notes];
}
