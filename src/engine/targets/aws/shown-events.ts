/** An event of CloudWatch Logs. */
export type LogEvent = {
  /** The same whenever the event is read; a live session gives none. */
  id: string | null;
  /** Its own time, ms since 1970; it may be ingested later, and the other clock may differ from ours. */
  atMs: number;
  stream: string;
  message: string;
};

type Count = { atMs: number; shown: number; live: number };

/**
 * Which events were shown, so that each is shown once, whichever way it comes and however often. Events have an id when the
 * log is read and none in a live session: alike ones (same stream, time and text) are told apart by counting them.
 */
export class ShownEvents {
  private readonly counts = new Map<string, Count>();
  private readonly lateMs: number;
  private earliestMs: number;
  private newestMs: number;

  /** `lateMs`: how long after a newer one an event may become visible. */
  constructor(startMs: number, lateMs: number) {
    this.earliestMs = startMs;
    this.newestMs = startMs;
    this.lateMs = lateMs;
  }

  /** From when on the log must be read so that nothing is missed. */
  get fromMs(): number {
    return this.earliestMs;
  }

  /** One reading of all that the log has from `fromMs` on; takes its pages in turn, and gives what was not shown yet. */
  reading(): (page: readonly LogEvent[]) => LogEvent[] {
    const ids = new Set<string>();
    const read = new Map<string, number>();
    return (page) =>
      page.filter((event) => {
        // A page may hold events of the one before.
        if (event.id !== null && ids.has(event.id)) return false;
        if (event.id !== null) ids.add(event.id);
        const key = keyOf(event);
        const times = (read.get(key) ?? 0) + 1;
        read.set(key, times);
        const count = this.countOf(key, event);
        if (times <= count.shown) return false;
        count.shown += 1;
        return true;
      });
  }

  /** Events as a live session gives them, each once; gives those that no reading has shown. */
  live(events: readonly LogEvent[]): LogEvent[] {
    return events.filter((event) => {
      const count = this.countOf(keyOf(event), event);
      count.live += 1;
      if (count.live <= count.shown) return false;
      count.shown += 1;
      return true;
    });
  }

  /** Forgets what cannot come again. `nowMs` bounds how new an event may be: a time in the future would hide what comes before it. */
  advance(nowMs: number): void {
    const fromMs = Math.min(this.newestMs, nowMs) - this.lateMs;
    if (fromMs <= this.earliestMs) return;
    this.earliestMs = fromMs;
    for (const [key, { atMs }] of this.counts) if (atMs < fromMs) this.counts.delete(key);
  }

  private countOf(key: string, { atMs }: LogEvent): Count {
    this.newestMs = Math.max(this.newestMs, atMs);
    const count = this.counts.get(key) ?? { atMs, shown: 0, live: 0 };
    this.counts.set(key, count);
    return count;
  }
}

function keyOf({ stream, atMs, message }: LogEvent): string {
  return `${stream}\n${atMs}\n${message}`;
}
