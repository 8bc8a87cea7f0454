import { UsageError } from '../usage.ts';
import { followLogsCommand } from './follow-logs.ts';
import { importLogsCommand } from './import-logs.ts';
import { showLogCommand } from './show-log.ts';

const verbs: Record<string, (args: string[], signal: AbortSignal) => Promise<number>> = {
  follow: followLogsCommand,
  show: showLogCommand,
  import: importLogsCommand,
};

/** `reef logs follow|show|import …`: the logs of functions on AWS. */
export async function logsCommand([verb = '', ...args]: string[], signal: AbortSignal): Promise<number> {
  const command = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (command === undefined)
    throw new UsageError('reef logs takes: follow FUNCTION, show RUN[/NUMBER], or import FUNCTION|FILE.');
  return command(args, signal);
}
