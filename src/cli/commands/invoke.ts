import { callFacts } from '../../engine/format/call-facts.ts';
import { qualifiedName } from '../../engine/functions/qualified-name.ts';
import type { InvokeResult } from '../../protocol/requests.ts';
import { parse, runOptions } from '../options.ts';
import { chosen, chosenEvent, openEngine } from '../session.ts';

/** Prints the response on stdout and the function's own output on stderr; fails when the function does. */
export async function invokeCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, { ...runOptions, qualifier: { type: 'string' } }, 1);
  const { qualifier } = values;
  const request = { ...chosen(positionals[0], values), ...(qualifier !== undefined && { qualifier }) };
  const json = values.json === true;
  await using engine = openEngine(values, !json);
  const event = await chosenEvent(engine, qualifiedName(request.function).function, values, signal);
  const result = await engine.invoke({ ...request, event }, signal);
  if (json) console.log(JSON.stringify(invokeDocument(request, result), null, 2));
  else print(result);
  return result.measurement.outcome === 'ok' ? 0 : 1;
}

function print(result: InvokeResult): void {
  const { outcome, error } = result.measurement;
  if (result.response !== null) console.log(result.response);
  console.error([outcome, ...callFacts(result)].join(', '));
  if (error !== null) console.error([`${error.type}: ${error.message}`, ...error.stack].join('\n'));
}

function invokeDocument(request: { function: string; target: string }, result: InvokeResult) {
  const { runId, measurement, report, costUsd, response, logs } = result;
  return {
    schema: 'reef/invoke@1',
    function: request.function,
    target: request.target,
    run_id: runId,
    outcome: measurement.outcome,
    cold: measurement.cold,
    duration_ms: measurement.durationMs,
    init_ms: measurement.initMs,
    cpu_user_ms: measurement.cpuUserMs,
    cpu_system_ms: measurement.cpuSystemMs,
    peak_rss_mb: measurement.peakRssMb,
    cost_usd: costUsd,
    ...(report !== undefined && {
      report: {
        request_id: report.requestId,
        version: report.version,
        memory_mb: report.memoryMb,
        architecture: report.architecture,
        billed_ms: report.billedMs,
        restore_ms: report.restoreMs,
      },
    }),
    error: measurement.error,
    response: response === null ? null : parsed(response),
    logs,
  };
}

/** The response as JSON where it is JSON; a streamed body may be any text. */
function parsed(response: string): unknown {
  try {
    return JSON.parse(response);
  } catch {
    return response;
  }
}
