import { ReefError } from '../../protocol/errors.ts';
import type { CallLog } from '../../protocol/logs.ts';
import type { RunSummary } from '../../protocol/runs.ts';
import type { Sample } from '../../protocol/samples.ts';
import type { EngineContext } from '../context.ts';
import { openLogs } from './logging.ts';

export type CallLogRequest = {
  runId: string;
  /** In its run, from 1, or by its id in the store; absent: the only one. */
  call?: { number: number } | { sampleId: number };
  /** Where its log is, for calls that were imported from a file. */
  target?: string;
};

/** What is known of one stored call, with the lines that it logged where these can be had. */
export async function callLog(context: EngineContext, request: CallLogRequest, signal: AbortSignal): Promise<CallLog> {
  const { run, samples } = runOf(context, request.runId);
  const sample = chosen(run, samples, request.call);
  const number = samples.indexOf(sample) + 1;
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

function runOf({ store }: EngineContext, runId: string): { run: RunSummary; samples: Sample[] } {
  const run = store().run(runId);
  if (run === undefined) throw new ReefError('no-such-run', `There is no run "${runId}": "reef runs" lists them.`);
  return { run, samples: store().samples(runId) };
}

function chosen({ id }: RunSummary, samples: readonly Sample[], call: CallLogRequest['call']): Sample {
  const one = call === undefined && samples.length === 1;
  const found = one
    ? samples[0]
    : samples.find((sample, index) =>
        call !== undefined && 'number' in call ? index + 1 === call.number : sample.id === call?.sampleId,
      );
  if (found !== undefined) return found;
  const there = samples.length === 0 ? 'it has none' : `name one from ${id}/1 to ${id}/${samples.length}`;
  throw new ReefError('no-such-run', `Which call of run ${id} is meant: ${there}.`);
}
