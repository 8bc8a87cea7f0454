import { isCancelled, messageOf } from '../../protocol/errors.ts';
import type { EngineContext, Prepared } from '../context.ts';
import type { LogEntry } from '../exchange/logs/entry.ts';
import { importNewCalls } from '../import.ts';

const dayMs = 24 * 3_600_000;
const mostDays = 14;
/** Calls enough for every size that was in use; a busy log is not read to its end. */
const mostEntries = 20_000;
const longestMs = 20_000;

/**
 * Keeps what a deployed function's log says of its calls since it was last changed, before a study pays for any: that costs
 * nothing. A log that cannot be read, or not in time, is no reason not to study.
 */
export async function keepLoggedCalls(
  context: EngineContext,
  { target, fn }: Pick<Prepared, 'target' | 'fn'>,
  codeHash: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { logs, catalog } = target;
  if (logs === undefined || catalog === undefined || codeHash === undefined) return;
  const { store, clock, options } = context;
  const reading = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
  try {
    const deployed = await catalog.describe(fn.deployedId ?? fn.id, reading);
    const changedMs = Date.parse(deployed.lastModified ?? '');
    if (Number.isNaN(changedMs)) return;
    const toMs = clock.nowMs();
    const period = { fromMs: Math.max(changedMs, toMs - mostDays * dayMs), toMs };
    const entries = upTo(mostEntries, logs.read(fn, period, reading));
    const cloud = { function: fn, from: target.name, deployed, period, entries, source: `the log of ${fn.name}` };
    const place = { store: store(), clock, folder: options.folder, functions: [] };
    const kept = await importNewCalls(cloud, codeHash, place);
    if (kept > 0) options.log.log('info', `Kept ${kept} call(s) of the log of ${fn.name}: they need not be made again.`);
  } catch (error) {
    if (signal.aborted) throw error;
    const why = isCancelled(error) ? 'it took too long' : messageOf(error);
    options.log.log('info', `The log of ${fn.name} was not read before the study: ${why}`);
  }
}

async function* upTo(most: number, pages: AsyncIterable<LogEntry[]>): AsyncGenerator<LogEntry[]> {
  let read = 0;
  for await (const page of pages) {
    yield page;
    read += page.length;
    if (read >= most) return;
  }
}
