import Table from 'cli-table3';
import type { Engine } from '../../engine/engine.ts';
import { formatDuration, formatMemory } from '../../engine/format/format.ts';
import { callLogText } from '../../engine/report/call-log-text.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { CallLog } from '../../protocol/logs.ts';
import type { Sample } from '../../protocol/samples.ts';
import { commonOptions, parse } from '../options.ts';
import { newestRun, openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

/** `reef logs show RUN[/NUMBER]`: what one call logged; of a run of several calls without a number, which there are. */
export async function showLogCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, { ...commonOptions, target: { type: 'string' } }, 1);
  const [wanted] = positionals;
  if (wanted === undefined) throw new UsageError('Name the run and the call, as RUN/NUMBER: "reef runs" lists runs.');
  const [, named = '', number] = /^([^/]+)(?:\/(\d+))?$/.exec(wanted) ?? [];
  if (named === '') throw new UsageError(`A call is named as RUN/NUMBER, from 1, not: ${wanted}`);
  await using engine = openEngine(values);
  const runId = named === 'last' ? newestRun(engine, () => true) : named;
  const samples = runId === undefined ? [] : samplesOf(engine, runId);
  if (runId === undefined) throw new ReefError('no-such-run', 'Nothing was measured yet: "reef invoke <function>" makes a call.');
  if (number === undefined && samples.length !== 1) {
    if (values.json === true) console.log(JSON.stringify(callsDocument(runId, samples), null, 2));
    else console.log(callTable(runId, samples));
    return 0;
  }
  const { target } = values;
  const call = { runId, number: number === undefined ? 1 : Number(number) };
  const log = await engine.callLog({ call, ...(target !== undefined && { target }) }, signal);
  if (values.json === true) console.log(JSON.stringify(logDocument(log), null, 2));
  else console.log(callLogText(log));
  return 0;
}

function samplesOf(engine: Engine, runId: string): Sample[] {
  if (engine.store().run(runId) === undefined)
    throw new ReefError('no-such-run', `There is no run "${runId}": "reef runs" lists them.`);
  return engine.store().samples(runId);
}

function callTable(runId: string, samples: readonly Sample[]): string {
  const table = new Table({ head: ['call', 'began', 'memory', 'outcome', 'took', 'request'], style: { head: [], border: [] } });
  for (const [index, sample] of samples.entries()) {
    const { memoryMb, durationMs, startedAtMs, outcome, requestId } = sample;
    const took = durationMs === null ? '' : formatDuration(durationMs);
    const memory = memoryMb === null ? '' : formatMemory(memoryMb);
    table.push([`${runId}/${index + 1}`, new Date(startedAtMs).toISOString(), memory, outcome, took, requestId ?? '']);
  }
  return table.toString();
}

function callsDocument(runId: string, samples: readonly Sample[]) {
  return {
    schema: 'reef/calls@1',
    run_id: runId,
    calls: samples.map(({ startedAtMs, memoryMb, outcome, durationMs, requestId }, index) => ({
      number: index + 1,
      started_at: new Date(startedAtMs).toISOString(),
      memory_mb: memoryMb,
      outcome,
      duration_ms: durationMs,
      request_id: requestId ?? null,
    })),
  };
}

function logDocument({ functionName, runId, target, number, sample, lines, why }: CallLog) {
  return {
    schema: 'reef/log@1',
    function: functionName,
    run_id: runId,
    number,
    target,
    outcome: sample.outcome,
    request_id: sample.requestId ?? null,
    lines: lines.map(({ atMs, stream, text }) => ({ at: new Date(atMs).toISOString(), stream, message: text })),
    incomplete: why,
  };
}
