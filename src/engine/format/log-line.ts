import type { LogLine } from '../../protocol/logs.ts';

/** `2026-03-01T10:00:00.250Z 89abcdef hello`: the time, the end of the stream's name, by which sandboxes are told apart, the text. */
export function logLineText({ atMs, stream, text }: LogLine): string {
  return `${new Date(atMs).toISOString()} ${stream.slice(-8)} ${text}`;
}
