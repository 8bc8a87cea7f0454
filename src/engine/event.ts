import { readFile } from 'node:fs/promises';
import { isAbsolute, join, posix } from 'node:path';
import { messageOf, ReefError } from '../protocol/errors.ts';
import type { FunctionInfo } from '../protocol/functions.ts';
import type { EventChoice } from '../protocol/requests.ts';

/** JSON text to send, and the name under which samples remember it. */
export type Event = { payload: string; name: string | null };

/**
 * Reads the chosen event: a file (relative to the folder, or absolute), a text, or for null the first of the function's own, else `{}`.
 * @throws ReefError `invalid-event`
 */
export async function readEvent(choice: EventChoice, fn: FunctionInfo, folder: string): Promise<Event> {
  if (choice !== null && 'text' in choice) return { payload: validated(choice.text, 'The event'), name: choice.name ?? null };
  const file = choice === null ? fn.events[0]?.file : choice.file;
  if (file === undefined) return { payload: '{}', name: null };
  const text = await read(isAbsolute(file) ? file : join(folder, file), file);
  return { payload: validated(text, `The event ${file}`), name: posix.basename(file.replaceAll('\\', '/'), '.json') };
}

async function read(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ReefError('invalid-event', `The event ${file} cannot be read: name a JSON file that exists.`, { cause });
  }
}

function validated(text: string, what: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    throw new ReefError('invalid-event', `${what} is not valid JSON, correct it and try again: ${messageOf(cause)}.`, { cause });
  }
}
