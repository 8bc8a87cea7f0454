import type { Connection } from 'vscode-languageserver/node';
import type { Log } from '../engine/studies/ports.ts';

/** The log of the server is the client's: it shows the lines in its output channel. */
export function connectionLog(connection: Connection): Log {
  return {
    log(level, message) {
      const { console } = connection;
      if (level === 'error') console.error(message);
      else if (level === 'warn') console.warn(message);
      else if (level === 'info') console.info(message);
      else console.debug(message);
    },
  };
}

/** An error with its stack and its causes, for the log only. */
export function detailsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${detailsOf(error.cause)}`;
}
