import type { Connection, ProgressToken } from 'vscode-languageserver/node';
import type { OnProgress, Progress } from '../engine/studies/ports.ts';
import { type ProbeParams, probeNotification } from '../protocol/requests.ts';
import type { SamplePoint } from '../protocol/sizing.ts';
import { progressMessage } from './progress.ts';
import { unawaited } from './unawaited.ts';

/** A replayed study makes thousands of calls a second: the client hears of them ten times a second. */
const gatherMs = 100;

export type ProbeReporter = { report: OnProgress; end(): void };

/** Attempts of one request as `reef/probe`, gathered so that none is left out; says nothing when the client gave no token. */
export function reportProbes(connection: Pick<Connection, 'sendNotification'>, token: ProgressToken | undefined): ProbeReporter {
  let points: SamplePoint[] = [];
  let latest: Progress | null = null;
  let timer: NodeJS.Timeout | undefined;

  function send(): void {
    clearTimeout(timer);
    timer = undefined;
    if (token === undefined || latest === null || points.length === 0) return;
    const { done, total } = latest;
    const params: ProbeParams = { token, points, message: progressMessage(latest), done, total };
    points = [];
    unawaited(connection.sendNotification(probeNotification, params));
  }

  return {
    report(progress) {
      latest = progress;
      if (progress.sample === undefined) return;
      points.push(pointOf(progress.sample));
      timer ??= setTimeout(send, gatherMs);
    },
    end: send,
  };
}

function pointOf({ memoryMb, durationMs, initMs, cold, outcome }: NonNullable<Progress['sample']>): SamplePoint {
  return { memory_mb: memoryMb, duration_ms: durationMs, init_ms: initMs, cold, outcome };
}
