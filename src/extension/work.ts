import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { contextKeys } from './commands/ids.ts';
import type { Work } from './views/runs-model.ts';

export type WorkPlan = Pick<Work, 'folder' | 'functionId' | 'functionName' | 'study'> & {
  /** Shown in the status bar only: it goes on until it is stopped. */
  endless?: boolean;
};
export type OnWorkProgress = (message: string, percentage: number | undefined) => void;

/** What this window has under way. */
export interface WorkList extends vscode.Disposable {
  readonly onDidChange: vscode.Event<void>;
  list(): readonly Work[];
  cancel(id: string): void;
  /** The one way to do long work: shows it as a notification with Cancel and as a node of *Runs* until `task` settles. */
  run<T>(
    plan: WorkPlan,
    title: string,
    task: (token: vscode.CancellationToken, onProgress: OnWorkProgress, cancel: () => void) => Promise<T>,
  ): Promise<T>;
}

export function createWorkList(): WorkList {
  const changed = new vscode.EventEmitter<void>();
  const entries = new Map<string, { work: Work; cancel: vscode.CancellationTokenSource }>();

  function publish(): void {
    const isFollowing = [...entries.values()].some(({ work }) => work.study === 'logs');
    void vscode.commands.executeCommand('setContext', contextKeys.hasWorkUnderWay, entries.size > 0);
    void vscode.commands.executeCommand('setContext', contextKeys.hasFollowedLogs, isFollowing);
    changed.fire();
  }

  async function run<T>(
    { endless = false, ...plan }: WorkPlan,
    title: string,
    task: (token: vscode.CancellationToken, onProgress: OnWorkProgress, cancel: () => void) => Promise<T>,
  ): Promise<T> {
    const work: Work = { ...plan, id: randomUUID(), startedAtMs: Date.now(), message: '', percentage: null };
    const cancel = new vscode.CancellationTokenSource();
    entries.set(work.id, { work, cancel });
    publish();
    const location = endless ? vscode.ProgressLocation.Window : vscode.ProgressLocation.Notification;
    const options = { location, title, cancellable: true };
    try {
      return await vscode.window.withProgress(options, (progress, token) => {
        token.onCancellationRequested(() => cancel.cancel());
        return task(
          cancel.token,
          (message, percentage) => {
            const increment = percentage === undefined ? 0 : percentage - (work.percentage ?? 0);
            progress.report({ message, increment: Math.max(0, increment) });
            work.message = message;
            if (percentage !== undefined) work.percentage = percentage;
            changed.fire();
          },
          () => cancel.cancel(),
        );
      });
    } finally {
      entries.delete(work.id);
      cancel.dispose();
      publish();
    }
  }

  return {
    onDidChange: changed.event,
    list: () => [...entries.values()].map(({ work }) => work),
    cancel: (id) => entries.get(id)?.cancel.cancel(),
    run,
    dispose() {
      for (const { cancel } of entries.values()) cancel.cancel();
      changed.dispose();
    },
  };
}
