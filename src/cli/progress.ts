import type { OnProgress, Progress } from '../engine/studies/ports.ts';
import { formatDuration } from '../engine/format/format.ts';

const plainEveryMs = 2_000;

export type ProgressLine = {
  report: OnProgress;
  /** The same with words of its own. */
  say: (text: string) => void;
  end: () => void;
};

/** Progress on stderr: one line that is rewritten on a terminal, plain lines now and then elsewhere. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  let lastText = '';
  let lastAtMs = 0;

  function say(text: string): void {
    if (text === lastText) return;
    if (stream.isTTY) {
      stream.clearLine(0);
      stream.cursorTo(0);
      stream.write(text.slice(0, Math.max(20, stream.columns - 1)));
    } else {
      if (Date.now() - lastAtMs < plainEveryMs) return;
      lastAtMs = Date.now();
      stream.write(`${text}\n`);
    }
    lastText = text;
  }

  function end(): void {
    if (!stream.isTTY || lastText === '') return;
    stream.clearLine(0);
    stream.cursorTo(0);
    lastText = '';
  }

  return { report: (progress) => say(describe(progress)), say, end };
}

function describe({ message, done, total, remainingMs }: Progress): string {
  const left = remainingMs === null || remainingMs === 0 ? '' : `, about ${formatDuration(remainingMs)} left`;
  return `${message} (${done} of about ${total} calls${left})`;
}
