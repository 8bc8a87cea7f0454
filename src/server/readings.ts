import type { Connection, ProgressToken } from 'vscode-languageserver/node';
import type { OnProgress, Progress } from '../engine/studies/ports.ts';
import type { LiveReading } from '../engine/tracing/request.ts';
import { type ReadingsParams, readingsNotification } from '../protocol/requests.ts';
import { progressMessage } from './progress.ts';
import { unawaited } from './unawaited.ts';

/** The client hears ten times a second. */
const gatherMs = 100;

export type ReadingReporter = { progress: OnProgress; add: (reading: LiveReading) => void; end(): void };

/** Readings of one request as `reef/readings`; says nothing when the client gave no token. */
export function reportReadings(
  connection: Pick<Connection, 'sendNotification'>,
  token: ProgressToken | undefined,
): ReadingReporter {
  let latest: Progress | null = null;
  let gathered: LiveReading[] = [];
  let timer: NodeJS.Timeout | undefined;

  function send(): void {
    clearTimeout(timer);
    timer = undefined;
    const [first] = gathered;
    if (token === undefined || latest === null || first === undefined) return;
    const params: ReadingsParams = {
      token,
      message: progressMessage(latest),
      done: latest.done,
      total: latest.total,
      run: first.run,
      timeMs: gathered.map(({ timeMs }) => timeMs),
      usageBytes: gathered.map(({ usageBytes }) => usageBytes),
      workingSetBytes: gathered.map(({ workingSetBytes }) => workingSetBytes),
    };
    gathered = [];
    unawaited(connection.sendNotification(readingsNotification, params));
  }

  return {
    progress: (now) => {
      latest = now;
    },
    add(reading) {
      if (gathered[0] !== undefined && gathered[0].run !== reading.run) send();
      gathered.push(reading);
      timer ??= setTimeout(send, gatherMs);
    },
    end: send,
  };
}
