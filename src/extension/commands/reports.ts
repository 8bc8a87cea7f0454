import * as vscode from 'vscode';
import { curveCsv } from '../../engine/report/csv.ts';
import { ReefError } from '../../protocol/errors.ts';
import { saveExport } from '../panels/save-export.ts';
import type { Services } from '../services.ts';
import { runArgument, type RunReference } from './function-reference.ts';
import { chooseFunction } from './pick-function.ts';

export async function showReport(services: Services, args: readonly unknown[]): Promise<void> {
  const run = await chooseRun(services, args);
  if (run === undefined) return;
  const { report } = await services.engine.request('report', run);
  services.panels.showReport(run.folder, report);
}

/** Saves a report as JSON (the whole) or CSV (the curve). */
export async function exportReport(services: Services, args: readonly unknown[]): Promise<void> {
  const run = await chooseRun(services, args);
  if (run === undefined) return;
  const { report } = await services.engine.request('report', run);
  const formats = [
    {
      label: 'JSON',
      description: vscode.l10n.t('the whole report'),
      format: 'json',
      content: () => `${JSON.stringify(report, null, 2)}\n`,
    },
    { label: 'CSV', description: vscode.l10n.t('the curve'), format: 'csv', content: () => curveCsv(report) },
  ] as const;
  const picked = await vscode.window.showQuickPick(formats, { placeHolder: vscode.l10n.t('Choose a format') });
  if (picked === undefined) return;
  const name = `${report.function.name}-${report.run_id}.${picked.format}`;
  await saveExport(run.folder, name, picked.format, picked.content());
}

/** The run that the arguments name; for a function its last report; else asked for. */
async function chooseRun(services: Services, args: readonly unknown[]): Promise<RunReference | undefined> {
  const named = runArgument(args);
  if (named !== undefined) return named;
  const chosen = await chooseFunction(services, args, ({ figures }) => figures !== null);
  if (chosen === undefined) return undefined;
  if (chosen.figures === null) {
    throw new ReefError(
      'not-enough-data',
      vscode.l10n.t('There is no report of {0} yet: profile it first.', chosen.function.name),
    );
  }
  return { folder: chosen.folder, runId: chosen.figures.runId };
}
