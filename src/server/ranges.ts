import type { Position, TextRange } from '../protocol/functions.ts';

/** Whether a position lies in a range; its end counts, as the caret stands there after the last character. */
export function contains({ start, end }: TextRange, position: Position): boolean {
  return compare(start, position) <= 0 && compare(position, end) <= 0;
}

/** Whether two ranges have at least a place in common. */
export function overlaps(one: TextRange, other: TextRange): boolean {
  return compare(one.start, other.end) <= 0 && compare(other.start, one.end) <= 0;
}

function compare(one: Position, other: Position): number {
  return one.line - other.line || one.character - other.character;
}
