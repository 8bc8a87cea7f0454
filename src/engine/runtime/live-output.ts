import type { LogLine } from '../targets/target.ts';

/** Output of one call that is shown while it runs, UTF-16 units; the rest stays in the sandbox's bounded log. */
const maxCharsPerCall = 1024 * 1024;
const maxLinesPerCall = 10_000;

/** Passes lines on as they come, up to a bound a call, so that a function that prints without end does not flood the front. */
export class LiveOutput {
  private lines = 0;
  private chars = 0;
  private readonly onLine: (line: LogLine) => void;

  constructor(onLine: (line: LogLine) => void) {
    this.onLine = onLine;
  }

  /** A new call begins. */
  restart(): void {
    this.lines = 0;
    this.chars = 0;
  }

  push(line: LogLine): void {
    if (this.lines > maxLinesPerCall || this.chars > maxCharsPerCall) return;
    this.lines += 1;
    this.chars += line.text.length;
    const full = this.lines > maxLinesPerCall || this.chars > maxCharsPerCall;
    if (full)
      this.onLine({
        ...line,
        stream: 'reef',
        text: 'The function prints more than is shown here: the rest of this call is left out.',
      });
    else this.onLine(line);
  }
}
