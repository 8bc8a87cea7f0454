import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { follow, type FollowPace, type LiveUpdate, type LogSource } from '../../../src/engine/targets/aws/follow.ts';
import type { LogEvent } from '../../../src/engine/targets/aws/shown-events.ts';
import type { Followed } from '../../../src/engine/targets/function-logs.ts';
import { ReefError } from '../../../src/protocol/errors.ts';

const pace: FollowPace = { pollMs: 1_000, longestPauseMs: 16_000, lateMs: 10_000, brokenSessions: 3 };

/** An event and when it can be seen first. */
type Written = LogEvent & { visibleMs: number };

/** What goes wrong with the requests, in their order; `ok` when it is used up. */
type Trouble = 'ok' | 'throttled' | 'lost';
type Session = { opens: boolean; updates: number; ends: 'over' | 'broken' };

type World = {
  events: Written[];
  /** How far the service's clock is ahead of this machine's, ms. */
  skewMs?: number;
  reads?: Trouble[];
  sessions?: Session[];
  /** Each page begins with the last event of the page before. */
  repeats?: boolean;
  pageSize?: number;
  /** How long a reading takes. */
  readMs?: number;
  endMs: number;
};

function failure(name: string): ReefError {
  return new ReefError('service-failed', `AWS said ${name}.`, { cause: Object.assign(new Error(name), { name }) });
}

/** A log in a world whose time passes only while somebody sleeps. */
function simulated({ events, skewMs = 0, reads = [], sessions = [], repeats = false, pageSize = 3, readMs = 0, endMs }: World) {
  let nowMs = 0;
  const stop = new AbortController();
  const trouble = [...reads];
  const left = [...sessions];
  const waits: number[] = [];
  const calls = { reads: 0, sessions: 0 };
  const serviceMs = (): number => nowMs + skewMs;

  const pass = (durationMs: number): void => {
    nowMs += durationMs;
    if (nowMs < endMs) return;
    stop.abort();
    throw new ReefError('cancelled', 'Stopped.');
  };

  const source: LogSource = {
    async *read(fromMs) {
      calls.reads += 1;
      const now = trouble.shift() ?? 'ok';
      pass(readMs);
      if (now === 'throttled') throw failure('ThrottlingException');
      const visible = events
        .filter(({ atMs, visibleMs }) => atMs >= fromMs && visibleMs <= serviceMs())
        .toSorted((a, b) => a.atMs - b.atMs);
      for (let at = 0; at < visible.length; at += pageSize) {
        yield visible.slice(Math.max(0, at - (repeats ? 1 : 0)), at + pageSize);
        if (now === 'lost') throw failure('ECONNRESET');
      }
    },
    async *live(): AsyncGenerator<LiveUpdate> {
      calls.sessions += 1;
      const session = left.shift();
      if (session === undefined || !session.opens) throw new ReefError('access-denied', 'Not allowed.');
      let sinceMs = serviceMs();
      for (let update = 0; update < session.updates; update++) {
        const fresh = events.filter(({ visibleMs }) => visibleMs > sinceMs && visibleMs <= serviceMs());
        sinceMs = serviceMs();
        yield { events: fresh.map((event) => ({ ...event, id: null })), sampled: false };
        pass(1_000);
      }
      if (session.ends === 'broken') throw failure('ECONNRESET');
    },
    nowMs: () => nowMs,
    async sleep(durationMs) {
      waits.push(durationMs);
      pass(durationMs);
    },
  };
  return { source, stop, waits, calls };
}

async function followed(world: World, options: { sinceMs?: number; poll?: boolean } = {}) {
  const { source, stop, waits, calls } = simulated(world);
  const said: Followed[] = [];
  const wish = { sinceMs: options.sinceMs ?? 0, poll: options.poll ?? false };
  for await (const each of follow(source, wish, 'its price', stop.signal, pace)) said.push(each);
  const lines = said.flatMap((each) => (each.kind === 'lines' ? each.lines.map(({ text }) => text) : []));
  const notes = said.flatMap((each) => (each.kind === 'note' ? each.message : []));
  const ways = said.flatMap((each) => (each.kind === 'way' ? [each.way] : []));
  return { said, lines, notes, ways, waits, calls };
}

let ids = 0;
const event = (atMs: number, message: string, visibleMs = atMs): Written => ({
  id: String(ids++),
  atMs,
  stream: 's',
  message,
  visibleMs,
});

const log = fc
  .array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 60_000 }),
      lateMs: fc.integer({ min: 0, max: 9_000 }),
      // Few texts and times, so that alike events are common.
      text: fc.constantFrom('a', 'b'),
      stream: fc.constantFrom('s', 't'),
    }),
    { maxLength: 40 },
  )
  .map((all) =>
    all.map(({ atMs, lateMs, text, stream }) => {
      const second = Math.floor(atMs / 1_000) * 1_000;
      return { id: String(ids++), atMs: second, stream, message: `${stream} ${second} ${text}`, visibleMs: second + lateMs };
    }),
  );
const trouble = fc.array(fc.constantFrom<Trouble>('ok', 'throttled', 'lost'), { maxLength: 20 });
const sessions = fc.array(
  fc.record({
    opens: fc.constant(true),
    updates: fc.integer({ min: 1, max: 40 }),
    ends: fc.constantFrom<Session['ends']>('over', 'broken'),
  }),
  { maxLength: 4 },
);
const endMs = 400_000;

const inOrder = (texts: readonly string[]): string[] => texts.toSorted();

describe('a log that is followed', () => {
  it('by polling shows each event once, however late, repeated or refused', async () => {
    await fc.assert(
      fc.asyncProperty(log, trouble, fc.boolean(), fc.integer({ min: 1, max: 5 }), async (events, reads, repeats, pageSize) => {
        const { lines } = await followed({ events, reads, repeats, pageSize, endMs }, { poll: true });
        expect(inOrder(lines)).toEqual(inOrder(events.map(({ message }) => message)));
      }),
      { numRuns: 300 },
    );
  });

  it('by live sessions that end and break shows each event once', async () => {
    // Alike events of one stream, time and text that come before and after a session began cannot be told apart.
    const distinct = log.map((events) => events.map((each) => ({ ...each, message: `${each.message} ${each.id}` })));
    await fc.assert(
      fc.asyncProperty(distinct, sessions, fc.nat({ max: 2_000 }), async (events, lives, readMs) => {
        const { lines } = await followed({ events, sessions: lives, readMs, endMs });
        expect(inOrder(lines)).toEqual(inOrder(events.map(({ message }) => message)));
      }),
      { numRuns: 300 },
    );
  });

  it('is read from a while ago on, whichever clock is ahead', async () => {
    for (const skewMs of [-5_000, 0, 5_000, 3_600_000]) {
      const events = [0, 2_000, 30_000].map((atMs) => event(atMs + skewMs, String(atMs)));
      const { lines } = await followed({ events, skewMs, endMs }, { poll: true, sinceMs: 6_000 });
      expect(lines, String(skewMs)).toEqual(['0', '2000', '30000']);
    }
  });

  it('is not kept from the present by an event of the future', async () => {
    const events = [event(7_200_000, 'future', 0), event(20_000, 'now'), event(40_000, 'later')];
    const { lines } = await followed({ events, endMs }, { poll: true });
    expect(lines).toEqual(['future', 'now', 'later']);
  });

  it('says how it is read, and why', async () => {
    const denied = await followed({ events: [], sessions: [], endMs: 5_000 });
    expect(denied.said).toEqual([{ kind: 'way', way: 'polling', why: 'Not allowed.' }]);
    const live = await followed({ events: [], sessions: [{ opens: true, updates: 99, ends: 'over' }], endMs: 5_000 });
    expect(live.said).toEqual([{ kind: 'way', way: 'live', why: 'its price' }]);
    const wished = await followed({ events: [], endMs: 5_000 }, { poll: true });
    expect(wished).toMatchObject({ ways: ['polling'], calls: { sessions: 0 } });
  });

  it('is asked for ever more slowly while the service refuses, and that is told once', async () => {
    const reads: Trouble[] = ['throttled', 'throttled', 'throttled', 'throttled', 'throttled', 'throttled', 'ok', 'ok'];
    const { waits, notes } = await followed({ events: [], reads, endMs: 70_000 }, { poll: true });
    expect(waits.slice(0, 8)).toEqual([2_000, 4_000, 8_000, 16_000, 16_000, 16_000, 1_000, 1_000]);
    expect(notes).toEqual(['AWS said ThrottlingException. Next try in 2.00 s.']);
  });

  it('is polled when live sessions break one after the other', async () => {
    const broken: Session = { opens: true, updates: 1, ends: 'broken' };
    const { ways, notes, calls } = await followed({ events: [], sessions: [broken, broken, broken, broken], endMs: 60_000 });
    expect(ways).toEqual(['live', 'polling']);
    expect(calls.sessions).toBe(3);
    expect(notes).toHaveLength(3);
    const steady: Session = { opens: true, updates: 30, ends: 'broken' };
    expect((await followed({ events: [], sessions: Array.from({ length: 9 }, () => steady), endMs })).calls.sessions).toBe(10);
  });

  it('tells that lines are missing, and ends with an error where the log may not be read', async () => {
    const { source, stop } = simulated({ events: [], endMs: 5_000 });
    async function* sampled(): AsyncGenerator<LiveUpdate> {
      yield { events: [], sampled: true };
      stop.abort();
      throw new ReefError('cancelled', 'Stopped.');
    }
    const said: Followed[] = [];
    const wish = { sinceMs: 0, poll: false };
    for await (const each of follow({ ...source, live: sampled }, wish, '', stop.signal, pace)) said.push(each);
    expect(said.at(-1)).toMatchObject({ kind: 'note', message: expect.stringContaining('some are missing') });

    const expired = new ReefError('no-credentials', 'The credentials of aws have expired: sign in again.');
    async function* denied(): AsyncGenerator<never> {
      yield* [];
      throw expired;
    }
    const dead = { ...simulated({ events: [], endMs: 5_000 }).source, read: denied, live: denied };
    for (const poll of [true, false]) {
      const reading = async (): Promise<void> => {
        for await (const _ of follow(dead, { sinceMs: 0, poll }, '', new AbortController().signal, pace));
      };
      await expect(reading()).rejects.toBe(expired);
    }
  });
});
