import type { FollowedParams } from '../protocol/logs.ts';

type Followed = FollowedParams['followed'];

const windowMs = 1_000;
const linesPerWindow = 1_000;
const maxLineLength = 4_000;

/**
 * Passes on what following a log brings, bounded: a busy function must not drown the protocol. How many lines were left out is
 * said with the next that are shown.
 */
export function createFollowedSink(send: (followed: Followed) => void, nowMs = () => Date.now()): (followed: Followed) => void {
  let windowEndMs = 0;
  let room = 0;
  let leftOut = 0;

  return (followed) => {
    if (followed.kind !== 'lines') return send(followed);
    if (nowMs() >= windowEndMs) {
      windowEndMs = nowMs() + windowMs;
      room = linesPerWindow;
    }
    const shown = followed.lines.slice(0, room);
    room -= shown.length;
    if (shown.length > 0 && leftOut > 0) {
      send({
        kind: 'note',
        message: `${leftOut} more lines came than can be shown: "reef logs follow" in a terminal shows all.`,
      });
      leftOut = 0;
    }
    leftOut += followed.lines.length - shown.length;
    if (shown.length > 0) send({ kind: 'lines', lines: shown.map(cut) });
  };
}

function cut<Line extends { text: string }>(line: Line): Line {
  return line.text.length > maxLineLength ? { ...line, text: `${line.text.slice(0, maxLineLength)}…` } : line;
}
