import { isCancelled, messageOf, ReefError } from '../../../protocol/errors.ts';
import { formatDuration } from '../../format/format.ts';
import type { Followed, FollowOptions } from '../function-logs.ts';
import { isPassing } from './errors.ts';
import { type LogEvent, ShownEvents } from './shown-events.ts';

/** What a live session says, about once a second. */
export type LiveUpdate = {
  events: LogEvent[];
  /** There were more events than it gives, so that some are missing. */
  sampled: boolean;
};

/** A log that can be followed. What it throws are ReefErrors. */
export type LogSource = {
  /** All events from a time on that can be seen now, a page at a time. */
  read(fromMs: number, signal: AbortSignal): AsyncIterable<LogEvent[]>;
  /** What is ingested from now on; ends with the session, and throws when it cannot be opened or breaks. */
  live(signal: AbortSignal): AsyncIterable<LiveUpdate>;
  nowMs(): number;
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
};

/** What can be changed for tests. */
export type FollowPace = {
  pollMs: number;
  /** Longest pause while the service refuses or cannot be reached. */
  longestPauseMs: number;
  /** How long after a newer one an event may become visible and still be shown. */
  lateMs: number;
  /** Sessions that break one after the other, without a word, before the log is polled instead. */
  brokenSessions: number;
};

export const usualPace: FollowPace = { pollMs: 2_000, longestPauseMs: 60_000, lateMs: 120_000, brokenSessions: 3 };

/**
 * A log as it grows, each event once: by a live session where one can be had, else by reading it again and again. Where a
 * session ends, what was missed meanwhile is read. Goes on until `signal` is aborted, or the log may not be read.
 */
export async function* follow(
  source: LogSource,
  { sinceMs, poll }: FollowOptions,
  livePrice: string,
  signal: AbortSignal,
  pace: FollowPace = usualPace,
): AsyncGenerator<Followed> {
  const shown = new ShownEvents(source.nowMs() - sinceMs, pace.lateMs);
  const follower = new Follower(source, shown, pace, signal);
  try {
    const why = poll ? 'as was wished' : yield* follower.live(livePrice);
    yield { kind: 'way', way: 'polling', why };
    yield* follower.poll();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Updates after which a session counts as one that works. */
const steadyAfter = 10;

const sampledNote: Followed = {
  kind: 'note',
  message: 'More is logged than a live session gives (500 lines a second): some are missing.',
};

class Follower {
  private readonly source: LogSource;
  private readonly shown: ShownEvents;
  private readonly pace: FollowPace;
  private readonly signal: AbortSignal;

  constructor(source: LogSource, shown: ShownEvents, pace: FollowPace, signal: AbortSignal) {
    this.source = source;
    this.shown = shown;
    this.pace = pace;
    this.signal = signal;
  }

  /** Live sessions one after the other; returns why there can be none. */
  async *live(price: string): AsyncGenerator<Followed, string> {
    const { brokenSessions, pollMs } = this.pace;
    for (let session = 0, broken = 0; broken < brokenSessions; session++) {
      let updates = 0;
      try {
        for await (const update of this.source.live(this.signal)) {
          if (session === 0 && updates === 0) yield { kind: 'way', way: 'live', why: price };
          // What came before the session is read once it is open; what comes meanwhile waits in it.
          if (updates++ === 0) yield* this.catchUp();
          if (updates > steadyAfter) broken = 0;
          yield* this.lines(this.shown.live(update.events));
          this.shown.advance(this.source.nowMs());
          if (update.sampled) yield sampledNote;
        }
        yield { kind: 'note', message: 'The live session is over: another one begins.' };
      } catch (error) {
        const passes = isPassing(error);
        if (this.signal.aborted || (updates === 0 && (session === 0 || !passes))) return whyNot(error);
        if (!passes) throw error;
        yield { kind: 'note', message: `The live session broke: ${messageOf(error)}` };
        broken += 1;
        await this.source.sleep(pollMs, this.signal);
      }
    }
    return `live sessions broke ${brokenSessions} times`;
  }

  async *poll(): AsyncGenerator<Followed> {
    let pauseMs = this.pace.pollMs;
    let told = '';
    for (;;) {
      try {
        yield* this.catchUp();
        pauseMs = this.pace.pollMs;
        told = '';
      } catch (error) {
        if (this.signal.aborted || !isPassing(error)) throw error;
        pauseMs = Math.min(2 * pauseMs, this.pace.longestPauseMs);
        const message = messageOf(error);
        if (message !== told) yield { kind: 'note', message: `${message} Next try in ${formatDuration(pauseMs)}.` };
        told = message;
      }
      await this.source.sleep(pauseMs, this.signal);
    }
  }

  /** What the log has and was not shown. */
  private async *catchUp(): AsyncGenerator<Followed> {
    const fresh = this.shown.reading();
    for await (const page of this.source.read(this.shown.fromMs, this.signal)) yield* this.lines(fresh(page));
    this.shown.advance(this.source.nowMs());
  }

  private *lines(events: readonly LogEvent[]): Generator<Followed> {
    if (events.length === 0) return;
    yield { kind: 'lines', lines: events.map(({ atMs, stream, message }) => ({ atMs, stream, text: message.trimEnd() })) };
  }
}

/** Why there is no live session. What would keep the log from being read at all is thrown. */
function whyNot(error: unknown): string {
  if (error instanceof ReefError && error.code !== 'no-credentials' && !isCancelled(error)) return messageOf(error);
  throw error;
}
