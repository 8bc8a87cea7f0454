import { hostname } from 'node:os';
import { messageOf } from '../../../protocol/errors.ts';
import type { Log } from '../../studies/ports.ts';
import { isProcessAlive } from '../../system/process.ts';
import { findJournals, type Head, resumeJournal } from './journal.ts';
import { Lambda } from './lambda.ts';
import { undo } from './undo.ts';

export type Recovered = {
  file: string;
  functionArn: string | null;
  /** `undone`; `busy` while the process that made the changes still runs; `failed` and `damaged` with their reason. */
  state: 'undone' | 'busy' | 'failed' | 'damaged';
  /** One sentence, for people. */
  message: string;
};

/**
 * Undoes what ended processes left behind, journal by journal; a journal whose changes cannot be undone now stays.
 * `force` takes it that processes which seem to run have ended: those of other machines, and of a reused id.
 */
export async function recover(folder: string, log: Log, signal: AbortSignal, force = false): Promise<Recovered[]> {
  const results: Recovered[] = [];
  for (const found of findJournals(folder)) {
    const result =
      'damaged' in found
        ? {
            file: found.file,
            functionArn: null,
            state: 'damaged' as const,
            message: `The journal ${found.file} is damaged: ${found.damaged}.`,
          }
        : await recoverOne(found.file, found.head, signal, force || found.givenUp);
    if (result.state !== 'busy') log.log(result.state === 'undone' ? 'info' : 'warn', result.message);
    results.push(result);
  }
  return results;
}

async function recoverOne(file: string, head: Head, signal: AbortSignal, takeOver: boolean): Promise<Recovered> {
  const { functionArn, startedAt, pid, purpose } = head;
  const about = `the ${purpose} of ${functionArn} that began at ${startedAt}`;
  if (!takeOver && isAlive(head)) {
    const where = head.host === hostname() ? `process ${pid}` : `a process on ${head.host}`;
    return { file, functionArn, state: 'busy', message: `Left as it is, as ${about} seems to be under way in ${where}.` };
  }
  const journal = resumeJournal(file);
  using lambda = new Lambda({ place: head.place, endpoint: head.endpoint });
  try {
    await undo(lambda, journal, signal);
    return { file, functionArn, state: 'undone', message: `Undid what was left of ${about}.` };
  } catch (error) {
    return { file, functionArn, state: 'failed', message: `Could not undo what was left of ${about}: ${messageOf(error)}` };
  } finally {
    journal.close();
  }
}

/** Of another machine nothing is known: its process may well be alive. */
function isAlive({ pid, host }: Head): boolean {
  return host !== hostname() || isProcessAlive(pid);
}
