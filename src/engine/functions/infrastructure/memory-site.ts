import type { CodeSite } from '../templates/template-function.ts';
import { type Change, endOfLine, type TextFile } from '../text-change.ts';
import { type Entry, type Expression, type Span, written } from './expression.ts';

/** A constant that a setting names. */
export type Constant = {
  /** Where it stands. */
  file: TextFile;
  value: Expression;
  /** True when something else uses it too, or may do so. */
  isShared: boolean;
};

/** Where a setting can be put that is not there yet. */
export type Gap =
  /** Before a setting of the same block, whose layout it takes over. */
  | { before: number; separator: '' | ',' }
  /** Anywhere else; `wrap` gives the text around the setting. `comma`: where what comes before needs one first. */
  | { at: number; wrap: (setting: string) => string; comma?: number };

export type MemorySetting = {
  file: TextFile;
  /** The size as this function states it; undefined when it does not. */
  own: Entry | undefined;
  /** False when the text does not tell the value. */
  isKnown: boolean;
  constant: Constant | undefined;
  /** Or why the size cannot be put there, as part of a sentence. */
  gap: Gap | string;
  key: CodeSite['memoryKey'];
  /** `: ` or ` = `. */
  assign: string;
};

/**
 * How a size gets into a program: into the literal, or the constant that only this setting names; a constant that others
 * name too stays theirs, and the setting gets a number of its own. What comes from elsewhere (`props.size`) stays.
 */
export function memoryChanges(setting: MemorySetting): CodeSite['changes'] {
  const { file, own, isKnown, constant, gap, key, assign } = setting;
  if (own === undefined) {
    return (memoryMb) => (typeof gap === 'string' ? gap : insertion(file, gap, `${key}${assign}${memoryMb}`));
  }
  if (!isKnown) return () => `it comes from ${written(file.text, own.value)}`;
  const isOwnConstant = constant?.value.kind === 'literal' && !constant.isShared;
  if (isOwnConstant) return (memoryMb) => [replacement(constant.file, constant.value, String(memoryMb))];
  return (memoryMb) => [replacement(file, own.value, own.shorthand ? `${key}${assign}${memoryMb}` : String(memoryMb))];
}

function replacement(file: TextFile, { start, end }: Span, newText: string): Change {
  return { file, start, end, newText };
}

function insertion(file: TextFile, gap: Gap, setting: string): Change[] {
  const inserted = (at: number, newText: string): Change => ({ file, start: at, end: at, newText });
  if ('wrap' in gap) {
    const comma = gap.comma === undefined ? [] : [inserted(gap.comma, ',')];
    return [...comma, inserted(gap.at, gap.wrap(setting))];
  }
  const { before, separator } = gap;
  const indent = indentOf(file, before);
  return [inserted(before, `${setting}${separator}${indent === null ? ' ' : endOfLine(file) + indent}`)];
}

/** The white space before what begins its line; null for what stands behind something else. */
export function indentOf({ text }: TextFile, at: number): string | null {
  const lead = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return lead.trim() === '' ? lead : null;
}
