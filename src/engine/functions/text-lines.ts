import type { Position, TextRange } from '../../protocol/functions.ts';

/** Turns offsets of a text into positions as LSP counts them: lines end with LF, CRLF or CR, characters are UTF-16 units. */
export class TextLines {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (const match of text.matchAll(/\r\n|\n|\r/g)) this.#starts.push(match.index + match[0].length);
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (this.#starts[low] ?? 0) };
  }

  /** The offset of a position in the text; of one behind the end of its line, or of the text, what it would be. */
  offsetAt({ line, character }: Position): number {
    return (this.#starts[line] ?? this.#starts.at(-1) ?? 0) + character;
  }

  range(start: number, end: number): TextRange {
    return { start: this.positionAt(start), end: this.positionAt(end) };
  }
}
