import { expect } from 'vitest';
import { memoryChanges } from '../../../../src/engine/functions/memory-edit.ts';
import { withComment } from '../../../../src/engine/functions/memory-comment.ts';
import { applyChanges } from '../../../../src/engine/functions/text-change.ts';
import type { TemplateEntry } from '../../../../src/engine/functions/templates/template-function.ts';
import { functionsOf, read } from '../../../unit/functions/template-text.ts';

export type Texts = Record<string, string>;

async function entryOf(file: string, text: string, name: string, others: Texts): Promise<TemplateEntry> {
  const content = await read(file, text, others);
  const entry = content?.entries.find((one) => one.function.name === name);
  if (entry === undefined) throw new Error(`There is no function ${name}`);
  return entry;
}

/** All texts after the edit, which must read as stating that size for that function, and the same as before for the others. */
export async function editedTexts(
  file: string,
  text: string,
  name: string,
  memoryMb: number,
  others: Texts = {},
): Promise<Texts> {
  const before = await functionsOf(file, text, others);
  const changes = memoryChanges(await entryOf(file, text, name, others), memoryMb);
  const after = Object.fromEntries(
    Object.entries({ ...others, [file]: text }).map(([path, one]) => [path, applyChanges(path, one, changes)]),
  );
  const { [file]: changed = '', ...rest } = after;
  const sizes = (functions: typeof before) => Object.fromEntries(functions.map((fn) => [fn.name, fn.memoryMb]));
  expect(sizes(await functionsOf(file, changed, rest))).toEqual({ ...sizes(before), [name]: memoryMb });
  return after;
}

export async function edited(file: string, text: string, name: string, memoryMb: number, others: Texts = {}): Promise<string> {
  return (await editedTexts(file, text, name, memoryMb, others))[file] ?? '';
}

/** The text with a comment beside the size; null where there is no room for one. */
export async function commented(file: string, text: string, name: string, memoryMb: number, why: string): Promise<string | null> {
  const entry = await entryOf(file, text, name, {});
  const changes = withComment(memoryChanges(entry, memoryMb), entry.settings, why);
  return changes === null ? null : applyChanges(file, text, changes);
}
