import type { Connection } from 'vscode-languageserver/node';
import type { LogLine } from '../engine/targets/target.ts';
import { outputNotification, type OutputParams } from '../protocol/requests.ts';
import { unawaited } from './unawaited.ts';

const windowMs = 1_000;
const linesPerWindow = 200;
const maxLineLength = 2_000;

export type OutputSink = { line(functionName: string, line: Pick<LogLine, 'stream' | 'text'>): void };

/**
 * Sends what functions print to the client's output channel, bounded: a function that prints without end
 * must not drown the protocol. How many lines were left out is said once a second.
 */
export function createOutput(send: (params: OutputParams) => void): OutputSink {
  let sent = 0;
  let leftOut = 0;
  let timer: NodeJS.Timeout | undefined;

  function endWindow(functionName: string): void {
    timer = undefined;
    if (leftOut > 0) send({ functionName, stream: 'reef', text: `… ${leftOut} more lines, not shown` });
    sent = 0;
    leftOut = 0;
  }

  return {
    line(functionName, { stream, text }) {
      timer ??= setTimeout(() => endWindow(functionName), windowMs);
      if (sent >= linesPerWindow) {
        leftOut += 1;
        return;
      }
      sent += 1;
      send({ functionName, stream, text: text.length > maxLineLength ? `${text.slice(0, maxLineLength)}…` : text });
    },
  };
}

export function connectionOutput(connection: Connection): OutputSink {
  return createOutput((params) => unawaited(connection.sendNotification(outputNotification, params)));
}
