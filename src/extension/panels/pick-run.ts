import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';
import type { EngineClient } from '../client/engine-client.ts';
import type { OpenPanel } from './open-panel.ts';

/** Runs looked through for others of the function. */
const runsSearched = 1000;

/** Asks which other run of a panel's function to compare with; undefined when nothing was picked. */
export async function pickOtherRun(
  engine: EngineClient,
  { folder, functionId, runId }: Pick<OpenPanel, 'folder' | 'functionId' | 'runId'>,
): Promise<string | undefined> {
  const { runs } = await engine.request('runs', { folder, limit: runsSearched });
  const others = runs.filter(
    (run) => run.hasReport && run.study === 'sizing' && run.functionId === functionId && run.id !== runId,
  );
  if (others.length === 0) {
    throw new ReefError(
      'not-enough-data',
      vscode.l10n.t('There is no other report of this function yet: profile it again, on another target or after a change.'),
    );
  }
  const format = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
  const items = others.map((run) => ({
    label: format.format(run.startedAtMs),
    description: run.target,
    detail: [
      vscode.l10n.t('{0} samples', run.samples),
      run.gitCommit === null ? '' : vscode.l10n.t('Commit {0}', run.gitCommit.slice(0, 8)),
    ]
      .filter(Boolean)
      .join(' · '),
    runId: run.id,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Choose the run to compare with'),
    matchOnDescription: true,
  });
  return picked?.runId;
}
