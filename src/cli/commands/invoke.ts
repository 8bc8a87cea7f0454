import { formatDuration, formatMemory } from '../../engine/format/format.ts';
import type { InvokeResult } from '../../protocol/requests.ts';
import { parse, runOptions } from '../options.ts';
import { chosen, chosenEvent, openEngine } from '../session.ts';

/** Prints the response on stdout and the function's own output on stderr; fails when the function does. */
export async function invokeCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, runOptions, 1);
  const request = chosen(positionals[0], values);
  const json = values.json === true;
  await using engine = openEngine(values, !json);
  const event = await chosenEvent(engine, request.function, values, signal);
  const result = await engine.invoke({ ...request, event }, signal);
  if (json) console.log(JSON.stringify(invokeDocument(request, result), null, 2));
  else print(result);
  return result.measurement.outcome === 'ok' ? 0 : 1;
}

function print({ measurement, response }: InvokeResult): void {
  const { outcome, durationMs, initMs, peakRssMb, error } = measurement;
  if (response !== null) console.log(response);
  const facts = [
    outcome,
    durationMs === null ? undefined : formatDuration(durationMs),
    initMs === null ? undefined : `init ${formatDuration(initMs)}`,
    peakRssMb === null ? undefined : `peak ${formatMemory(Math.ceil(peakRssMb))}`,
  ];
  console.error(facts.filter((fact) => fact !== undefined).join(', '));
  if (error !== null) console.error([`${error.type}: ${error.message}`, ...error.stack].join('\n'));
}

function invokeDocument(request: { function: string; target: string }, { runId, measurement, response, logs }: InvokeResult) {
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
