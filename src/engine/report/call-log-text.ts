import type { CallLog } from '../../protocol/logs.ts';
import { formatDuration, formatMemory } from '../format/format.ts';
import { logLineText } from '../format/log-line.ts';

/** One call and what it logged, as a text for people: a heading of its figures, then its lines, or why there are none. */
export function callLogText({ functionName, runId, number, target, sample, lines, why }: CallLog): string {
  const { outcome, durationMs, initMs, memoryMb, requestId, startedAtMs, cold, error } = sample;
  const facts = [
    outcome,
    cold ? 'cold' : 'warm',
    memoryMb === null ? '' : formatMemory(memoryMb),
    durationMs === null ? '' : formatDuration(durationMs),
    initMs === null ? '' : `init ${formatDuration(initMs)}`,
  ];
  const heading = [
    `# ${functionName} on ${target}: call ${runId}/${number} of ${new Date(startedAtMs).toISOString()}`,
    `# ${facts.filter(Boolean).join(', ')}`,
    ...(requestId === undefined ? [] : [`# Request ${requestId}`]),
    ...(why === null ? [] : [`# ${why}`]),
  ];
  const failure = error === null || lines.length > 0 ? [] : [`${error.type}: ${error.message}`, ...error.stack];
  return [...heading, '', ...lines.map(logLineText), ...failure].join('\n');
}
