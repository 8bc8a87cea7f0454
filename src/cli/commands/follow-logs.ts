import { logLineText } from '../../engine/format/log-line.ts';
import type { Followed } from '../../engine/targets/function-logs.ts';
import type { LogLine } from '../../protocol/logs.ts';
import { commonOptions, durationMs, parse } from '../options.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

const options = {
  ...commonOptions,
  target: { type: 'string' },
  since: { type: 'string' },
  poll: { type: 'boolean' },
} as const;

const defaultSinceMs = 600_000;

/** `reef logs follow FUNCTION --target aws…`: until it is interrupted. Lines go to stdout, what to know of them to stderr. */
export async function followLogsCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 1);
  const [name] = positionals;
  if (name === undefined) throw new UsageError('Name the function whose log is followed.');
  const sinceMs = durationMs(values.since, 'since') ?? defaultSinceMs;
  const { target = 'aws', poll = false, json = false } = values;
  const reading = new AbortController();
  // A pipe that is closed (`| head`) wants no more.
  process.stdout.once('error', () => reading.abort());
  await using engine = openEngine(values);
  const followed = engine.followLogs({ function: name, target, sinceMs, poll }, AbortSignal.any([signal, reading.signal]));
  for await (const each of followed) print(each, json);
  return 0;
}

function print(followed: Followed, json: boolean): void {
  if (followed.kind === 'lines') {
    for (const line of followed.lines) console.log(json ? JSON.stringify(lineDocument(line)) : logLineText(line));
  } else if (followed.kind === 'note') console.error(`reef: ${followed.message}`);
  else console.error(`reef: ${followed.way === 'live' ? 'Live' : 'Polling every few seconds'}: ${followed.why}`);
}

function lineDocument({ atMs, stream, text }: LogLine) {
  return { at: new Date(atMs).toISOString(), stream, message: text };
}
