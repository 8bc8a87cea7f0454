import type { PropertyPlace } from '../../../protocol/functions.ts';
import type { TextFile } from '../text-change.ts';
import { type Entry, written } from './expression.ts';

/** Where a setting stands, and what it is written as where that is no plain value. */
export function placeOf({ path, text, lines }: TextFile, { keySpan, value }: Entry, isInherited: boolean): PropertyPlace {
  const isLiteral = value.kind === 'literal';
  return {
    file: path,
    key: lines.range(keySpan.start, keySpan.end),
    value: lines.range(value.start, value.end),
    inherited: isInherited,
    literal: isLiteral,
    ...(!isLiteral && { origin: written(text, value) }),
  };
}
