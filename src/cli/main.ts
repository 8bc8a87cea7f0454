#!/usr/bin/env node
import { toolVersion } from '../engine/version.ts';
import { isCancelled, messageOf } from '../protocol/errors.ts';
import { applyCommand } from './commands/apply.ts';
import { deployCommand } from './commands/deploy.ts';
import { destroyCommand } from './commands/destroy.ts';
import { dockerCommand } from './commands/docker.ts';
import { exportCommand } from './commands/export.ts';
import { doctorCommand } from './commands/doctor.ts';
import { driftCommand } from './commands/drift.ts';
import { functionsCommand } from './commands/functions.ts';
import { importCommand } from './commands/import.ts';
import { invokeCommand } from './commands/invoke.ts';
import { packageCommand } from './commands/package.ts';
import { logsCommand } from './commands/logs.ts';
import { profileCommand } from './commands/profile.ts';
import { recoverCommand } from './commands/recover.ts';
import { reportCommand } from './commands/report.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { runsCommand } from './commands/runs.ts';
import { savingsCommand } from './commands/savings.ts';
import { traceCommand } from './commands/trace.ts';
import { serveCommand } from './commands/serve.ts';
import { versionsCommand } from './commands/versions.ts';
import { usage, UsageError, usageOf } from './usage.ts';

const exitFailed = 1;
const exitWrongUse = 2;

const commands: Record<string, (args: string[], signal: AbortSignal) => Promise<number>> = {
  functions: functionsCommand,
  invoke: invokeCommand,
  profile: profileCommand,
  apply: applyCommand,
  runs: runsCommand,
  report: reportCommand,
  import: importCommand,
  logs: logsCommand,
  export: exportCommand,
  savings: savingsCommand,
  drift: driftCommand,
  trace: traceCommand,
  docker: dockerCommand,
  deploy: deployCommand,
  versions: versionsCommand,
  rollback: rollbackCommand,
  destroy: destroyCommand,
  recover: recoverCommand,
  doctor: doctorCommand,
  serve: serveCommand,
  package: packageCommand,
};

/** Aborts at the first interruption; a second one ends the process at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort();
      process.once(signal, () => process.exit(exitFailed));
    });
  }
  return controller.signal;
}

async function main(argv: string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === '--version') {
    console.log(toolVersion());
    return 0;
  }
  if (name === '--help' || name === 'help' || args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  if (name === undefined) throw new UsageError('Name a command.');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`There is no command: ${name}`);
  return command(args, interruption());
}

function fail(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`reef: ${error.message}\n\n${usageOf(process.argv[2])}`);
    return exitWrongUse;
  }
  console.error(`reef: ${isCancelled(error) ? 'Cancelled: what was measured is kept.' : messageOf(error)}`);
  if (process.env['REEF_DEBUG'] !== undefined && error instanceof Error) console.error(error);
  return exitFailed;
}

// Who reads the output may have seen enough, as `head` does: no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// Setting the code, not exiting, lets what was printed reach a pipe whole.
process.exitCode = await main(process.argv.slice(2)).catch(fail);
