import { type Connection, type ProgressToken, WorkDoneProgress } from 'vscode-languageserver/node';
import { formatDuration } from '../engine/format/format.ts';
import type { OnProgress, Progress } from '../engine/studies/ports.ts';
import { unawaited } from './unawaited.ts';

/** A replayed study makes thousands of calls a second: the client is told ten times a second. */
const everyMs = 100;

export type Reporter = {
  report: OnProgress;
  /** What happens now; `share` of the whole, or null where that is not known. */
  say: (message: string, share: number | null) => void;
  end(): void;
};

/** Progress of one request as `$/progress`; says nothing when the client gave no token. */
export function reportProgress(connection: Connection, token: ProgressToken | undefined, title: string): Reporter {
  if (token === undefined) return { report: () => undefined, say: () => undefined, end: () => undefined };
  let lastAtMs = 0;
  unawaited(connection.sendProgress(WorkDoneProgress.type, token, { kind: 'begin', title, percentage: 0, cancellable: true }));

  const send = (message: string, percentage: number | undefined): void => {
    const nowMs = Date.now();
    if (nowMs - lastAtMs < everyMs) return;
    lastAtMs = nowMs;
    const shown = percentage === undefined ? { message } : { message, percentage };
    unawaited(connection.sendProgress(WorkDoneProgress.type, token, { kind: 'report', ...shown }));
  };

  return {
    report: (progress) => send(progressMessage(progress), percentageOf(progress)),
    say: (message, share) => send(message, share === null ? undefined : percentageOf({ done: share, total: 1 })),
    end: () => unawaited(connection.sendProgress(WorkDoneProgress.type, token, { kind: 'end' })),
  };
}

export type Steps = { step: (message: string) => void; end: () => void };

/** What happens now in one request, as `$/progress`, where it is not known how much there is to do. */
export function reportSteps(connection: Connection, token: ProgressToken | undefined, title: string): Steps {
  if (token === undefined) return { step: () => undefined, end: () => undefined };
  unawaited(connection.sendProgress(WorkDoneProgress.type, token, { kind: 'begin', title, cancellable: true }));
  return {
    step: (message) => unawaited(connection.sendProgress(WorkDoneProgress.type, token, { kind: 'report', message })),
    end: () => unawaited(connection.sendProgress(WorkDoneProgress.type, token, { kind: 'end' })),
  };
}

/** For example `Measuring: 12 of about 40 calls, about 8 s left`. */
export function progressMessage({ message, done, total, remainingMs }: Progress): string {
  const left = remainingMs === null ? '' : `, about ${formatDuration(remainingMs)} left`;
  return `${message}: ${done} of about ${total} calls${left}`;
}

/** Whole percents: a study that makes more calls than it expected stays at 99 until it is done. */
export function percentageOf({ done, total }: Pick<Progress, 'done' | 'total'>): number {
  return total <= 0 ? 0 : Math.min(99, Math.floor((100 * done) / total));
}
