import { ReefError } from '../../protocol/errors.ts';
import type { CallLog } from '../../protocol/logs.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import type { Sample } from '../../protocol/samples.ts';
import type { EngineContext } from '../context.ts';
import { openLogs } from './logging.ts';

/** A call by its number in a run, from 1 (absent: the only one), or by its sample. */
export type StoredCall = { runId: string; number?: number } | { sampleId: number };

export type CallLogRequest = {
  call: StoredCall;
  /** Where its log is, for calls that were imported from a file. */
  target?: string;
};

/** What is known of one stored call, with the lines that it logged where these can be had. */
export async function callLog(context: EngineContext, request: CallLogRequest, signal: AbortSignal): Promise<CallLog> {
  const { run, sample, number } = chosen(context, request.call);
  const target = request.target ?? placeOf(run);
  const { functionName } = run;
  const known = { functionName, runId: run.id, target: target ?? run.target, number, sample };
  const { requestId } = sample;
  if (requestId === undefined || target === null || !/^aws(:|$)/.test(target)) {
    return { ...known, lines: [], why: whyNoLines(run, sample, target) };
  }
  await using on = await openLogs(context, { function: run.functionId, target }, signal);
  const timeoutMs = (on.fn.timeoutS ?? longestTimeoutS) * 1000;
  return { ...known, ...(await on.logs.ofCall(on.fn, { requestId, startedAtMs: sample.startedAtMs, timeoutMs }, signal)) };
}

/** Source: AWS Lambda quotas. */
const longestTimeoutS = 900;

/** Where the calls of a run were logged; null for those of a file. */
function placeOf({ study, target, settings }: RunSummary): string | null {
  if (study !== 'import') return target;
  return typeof settings['from'] === 'string' ? settings['from'] : null;
}

function whyNoLines({ functionName }: RunSummary, { outcome }: Sample, target: string | null): string {
  if (target === null) {
    return 'This call was read from a file, whose lines are not kept: name where its function is deployed with --target aws.';
  }
  if (!/^aws(:|$)/.test(target)) return `What ${functionName} printed on ${target} is not kept: run it again to see it.`;
  return outcome === 'throttled' || outcome === 'unavailable'
    ? 'The service refused this call before the function was reached, so that it logged nothing.'
    : 'AWS gave no id of this call by which its log could be found.';
}

function chosen({ store }: EngineContext, call: StoredCall): { run: RunSummary; sample: Sample; number: number } {
  const runId = 'runId' in call ? call.runId : (store().sample(call.sampleId)?.runId ?? '');
  const run = store().run(runId);
  if (run === undefined) throw new ReefError('no-such-run', `There is no run "${runId}": "reef runs" lists them.`);
  const samples = store().samples(runId);
  const { number = samples.length === 1 ? 1 : 0 } = 'runId' in call ? call : {};
  const index = 'runId' in call ? number - 1 : samples.findIndex(({ id }) => id === call.sampleId);
  const sample = samples[index];
  if (sample !== undefined) return { run, sample, number: index + 1 };
  const there = samples.length === 0 ? 'it has none' : `name one from ${runId}/1 to ${runId}/${samples.length}`;
  throw new ReefError('no-such-run', `Which call of run ${runId} is meant: ${there}.`);
}
