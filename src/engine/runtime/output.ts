/** Turning what a sandbox prints into lines, and keeping a bounded number of them. Sizes are in bytes of UTF-8 or, for text, in UTF-16 units. */

/** Longest line kept, bytes; AWS cuts log events at the same size. */
export const maxLineBytes = 256 * 1024;

const cutMark = ' … [line cut at 256 KB]';

/** Splits a byte stream at line ends (LF or CRLF), whatever the chunks; a line longer than `maxLineBytes` is cut. */
export class LineSplitter {
  private parts: Buffer[] = [];
  private length = 0;
  private readonly onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.onLine = onLine;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.keep(chunk.subarray(from, end));
      this.flush();
      from = end + 1;
    }
    if (from < chunk.length) this.keep(chunk.subarray(from));
  }

  /** The stream ended: what is left is a line. */
  end(): void {
    if (this.length > 0) this.flush();
  }

  private keep(part: Buffer): void {
    const room = maxLineBytes - this.length;
    if (room > 0) this.parts.push(part.length > room ? part.subarray(0, room) : part);
    this.length += part.length;
  }

  private flush(): void {
    const bytes = this.parts.length === 1 ? (this.parts[0] ?? Buffer.alloc(0)) : Buffer.concat(this.parts);
    const text = bytes.toString('utf8');
    const cut = this.length > maxLineBytes;
    this.parts = [];
    this.length = 0;
    this.onLine(cut ? text + cutMark : text.endsWith('\r') ? text.slice(0, -1) : text);
  }
}

export type Bounds = { maxLines: number; maxChars: number };

export const defaultBounds: Bounds = { maxLines: 10_000, maxChars: 1024 * 1024 };

/** The latest lines within bounds; what had to go is counted. */
export class LineBuffer<Line extends { text: string }> {
  /** Those before `first` are gone. */
  private lines: (Line | undefined)[] = [];
  private first = 0;
  private chars = 0;
  private readonly bounds: Bounds;
  droppedLines = 0;
  droppedChars = 0;

  constructor(bounds: Bounds = defaultBounds) {
    this.bounds = bounds;
  }

  push(line: Line): void {
    this.lines.push(line);
    this.chars += line.text.length;
    while (this.lines.length - this.first > this.bounds.maxLines || this.chars > this.bounds.maxChars) {
      const dropped = this.lines[this.first];
      if (dropped === undefined) break;
      this.lines[this.first] = undefined;
      this.first += 1;
      this.chars -= dropped.text.length;
      this.droppedLines += 1;
      this.droppedChars += dropped.text.length;
    }
    // Cut the dropped ones off now and then, not at each line: linear time over all.
    if (this.first > 1_000 && this.first * 2 > this.lines.length) {
      this.lines = this.lines.slice(this.first);
      this.first = 0;
    }
  }

  all(): Line[] {
    return this.lines.filter((line) => line !== undefined);
  }
}

/** The one line that stands for those that were dropped. */
export function droppedNote(lines: number, chars: number): string {
  return `${lines.toLocaleString('en')} earlier line(s) of output, ${(chars / 2 ** 20).toFixed(1)} MB, were dropped: the latest are kept.`;
}
