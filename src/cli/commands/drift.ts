import Table from 'cli-table3';
import type { FunctionDrift } from '../../engine/drift/function-drift.ts';
import { formatDuration, formatFactor, formatInterval, formatMemory } from '../../engine/format/format.ts';
import { commonOptions, parse, wholeNumber } from '../options.ts';
import { openEngine } from '../session.ts';

const options = { ...commonOptions, image: { type: 'string' }, calls: { type: 'string' } } as const;

/** Whether the latest reports still hold. Drift is an answer, not a failure: the exit code is 0 either way. */
export async function driftCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 1);
  const calls = wholeNumber(values.calls, 'calls', 0) ?? 0;
  const wanted = positionals[0];
  await using engine = openEngine(values);
  await engine.functions.scan(signal);
  const found = await engine.drift({ calls, ...(wanted !== undefined && { function: wanted }) }, signal);
  if (values.json === true) {
    console.log(JSON.stringify({ schema: 'reef/drift@1', functions: found.map(driftDocument) }, null, 2));
    return 0;
  }
  if (found.length === 0) console.log('There is no report yet: "reef profile <function>" makes one.');
  else console.log([table(found), ...found.map(sentence)].join('\n'));
  return 0;
}

const words = { same: 'as believed', faster: 'faster', slower: 'slower', 'not-enough': 'too few calls to say' } as const;

function table(found: readonly FunctionDrift[]): string {
  const grid = new Table({
    head: ['function', 'target', 'profiled', 'code', 'calls since', 'duration, observed ÷ believed', 'verdict'],
    style: { head: [], border: [] },
  });
  for (const { functionName, target, reportedAt, codeChanged, drift } of found) {
    const { ratio, interval } = drift;
    grid.push([
      functionName,
      target,
      reportedAt.slice(0, 10),
      codeChanged === null ? 'not known' : codeChanged ? 'changed' : 'the same',
      drift.calls,
      ratio === null || interval === null ? '–' : `${formatFactor(ratio)} (${formatInterval(interval, factor)})`,
      words[drift.verdict],
    ]);
  }
  return grid.toString();
}

function factor(value: number): string {
  return value.toFixed(2);
}

function sentence({ functionName, stale, drift }: FunctionDrift): string {
  const sizes = drift.sizes.map(({ memoryMb, payload, observedMs, believedMs, calls }) => {
    const where = memoryMb === null ? 'at full speed' : `at ${formatMemory(memoryMb)}`;
    const event = payload === null ? '' : ` with ${payload}`;
    return `${formatDuration(observedMs)} ${where}${event} in ${calls} call${calls === 1 ? '' : 's'}, believed ${formatDuration(believedMs)}`;
  });
  const holds = drift.verdict === 'same' ? 'the report holds.' : 'nothing speaks against the report.';
  return [`${functionName}: ${stale ?? holds}`, ...sizes.map((size) => `  ${size}`)].join('\n');
}

function driftDocument({ functionId, functionName, runId, reportedAt, target, drift, codeChanged, stale }: FunctionDrift) {
  return {
    function: functionName,
    function_id: functionId,
    run_id: runId,
    reported_at: reportedAt,
    target,
    verdict: drift.verdict,
    ratio: drift.ratio,
    interval: drift.interval,
    calls: drift.calls,
    sizes: drift.sizes.map((size) => ({
      memory_mb: size.memoryMb,
      payload: size.payload,
      calls: size.calls,
      observed_ms: size.observedMs,
      believed_ms: size.believedMs,
      ratio: size.ratio,
      interval: size.interval,
    })),
    code_changed: codeChanged,
    profile_again: stale !== undefined,
    why: stale ?? null,
  };
}
