import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, ReefError } from '../../protocol/errors.ts';
import type { TextEdit } from '../functions/function-index.ts';
import { TextLines } from '../functions/text-lines.ts';

/** A file of the workspace before and after edits. */
export type FileChange = { file: string; before: string; after: string };

const byteOrderMark = '\uFEFF';

/** What the files on disk become by these edits. @throws ReefError `invalid-settings` when one cannot be read as text */
export async function changedFiles(folder: string, edits: readonly TextEdit[]): Promise<FileChange[]> {
  const byFile = Map.groupBy(edits, ({ file }) => file);
  return Promise.all(
    [...byFile].map(async ([file, own]) => {
      const before = await readText(folder, file);
      return { file, before, after: edited(before, own) };
    }),
  );
}

/** Writes changes whose files are still as they were. @throws ReefError `in-use`, `invalid-settings` */
export async function writeFiles(folder: string, changes: readonly FileChange[]): Promise<void> {
  for (const { file, before } of changes) {
    if ((await readText(folder, file)) !== before) {
      throw new ReefError('in-use', `${file} was changed in the meantime: look at the change again.`);
    }
  }
  for (const { file, after } of changes) {
    await writeFile(join(folder, file), after).catch((cause: unknown) => {
      const sentence = `${file} cannot be written, and stays as it is: ${messageOf(cause)}`;
      throw new ReefError('invalid-settings', sentence, { cause });
    });
  }
}

/** The edits as text positions of a file without its byte order mark, as the index counts them. */
function edited(whole: string, edits: readonly TextEdit[]): string {
  const mark = whole.startsWith(byteOrderMark) ? byteOrderMark : '';
  const text = whole.slice(mark.length);
  const lines = new TextLines(text);
  const placed = edits.map(({ range, newText }) => ({
    start: lines.offsetAt(range.start),
    end: lines.offsetAt(range.end),
    newText,
  }));
  return (
    mark +
    placed
      .toSorted((a, b) => b.start - a.start)
      .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text)
  );
}

/** Byte order mark included. A file in another encoding than UTF-8 would be spoilt by writing it. */
async function readText(folder: string, file: string): Promise<string> {
  const bytes = await readFile(join(folder, file)).catch((cause: unknown) => {
    throw new ReefError('invalid-settings', `${file} cannot be read: ${messageOf(cause)}`, { cause });
  });
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text;
  throw new ReefError('invalid-settings', `${file} is not in UTF-8, so Reef leaves it alone: set the memory size by hand.`);
}
