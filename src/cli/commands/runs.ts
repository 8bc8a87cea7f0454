import { existsSync } from 'node:fs';
import Table from 'cli-table3';
import type { RunSummary } from '../../protocol/runs.ts';
import { commonOptions, parse, wholeNumber } from '../options.ts';
import { openEngine } from '../session.ts';

const defaultLimit = 20;

export async function runsCommand(args: string[]): Promise<number> {
  const { values } = parse(args, { ...commonOptions, limit: { type: 'string' } }, 0);
  const limit = wholeNumber(values.limit, 'limit', 1) ?? defaultLimit;
  await using engine = openEngine(values);
  const runs = existsSync(engine.storePath) ? engine.store().runs(limit) : [];
  if (values.json === true) console.log(JSON.stringify({ schema: 'reef/runs@1', runs: runs.map(runDocument) }, null, 2));
  else console.log(runs.length === 0 ? 'Nothing has been measured yet: "reef profile <function>" does.' : runTable(runs));
  return 0;
}

function runTable(runs: readonly RunSummary[]): string {
  const table = new Table({
    head: ['run', 'study', 'function', 'target', 'status', 'samples', 'started'],
    style: { head: [], border: [] },
  });
  for (const run of runs) {
    const started = new Date(run.startedAtMs).toLocaleString();
    table.push([run.id, run.study, run.functionName, run.target, run.status, run.samples, started]);
  }
  return table.toString();
}

function runDocument(run: RunSummary) {
  return {
    id: run.id,
    study: run.study,
    function: run.functionName,
    function_id: run.functionId,
    target: run.target,
    status: run.status,
    failure: run.failure,
    started_at: new Date(run.startedAtMs).toISOString(),
    ended_at: run.endedAtMs === null ? null : new Date(run.endedAtMs).toISOString(),
    samples: run.samples,
    has_report: run.hasReport,
    settings: run.settings,
    tool_version: run.toolVersion,
    git_commit: run.gitCommit,
    machine: run.machine,
  };
}
