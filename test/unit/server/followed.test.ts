import { describe, expect, it } from 'vitest';
import type { FollowedParams } from '../../../src/protocol/logs.ts';
import { createFollowedSink } from '../../../src/server/followed.ts';

type Followed = FollowedParams['followed'];

const lines = (count: number, text = 'x'): Followed => ({
  kind: 'lines',
  lines: Array.from({ length: count }, (_, index) => ({ atMs: index, stream: 's', text })),
});

describe('what a client is told of a log that is followed', () => {
  it('is all of it while it is not too much', () => {
    const sent: Followed[] = [];
    const sink = createFollowedSink((followed) => sent.push(followed));
    const all: Followed[] = [{ kind: 'way', way: 'live', why: 'its price' }, lines(3), { kind: 'note', message: 'a pause' }];
    all.forEach(sink);
    expect(sent).toEqual(all);
  });

  it('is no more than a thousand lines a second, and how many were left out', () => {
    const sent: Followed[] = [];
    let nowMs = 0;
    const sink = createFollowedSink(
      (followed) => sent.push(followed),
      () => nowMs,
    );
    sink(lines(900));
    sink(lines(900));
    sink(lines(50));
    nowMs = 1_000;
    sink(lines(2));
    expect(sent.map((each) => (each.kind === 'lines' ? each.lines.length : each))).toEqual([
      900,
      100,
      { kind: 'note', message: '850 more lines came than can be shown: "reef logs follow" in a terminal shows all.' },
      2,
    ]);
  });

  it('has no line without end', () => {
    const sent: Followed[] = [];
    createFollowedSink((followed) => sent.push(followed))(lines(1, 'y'.repeat(300_000)));
    const [first] = sent;
    expect(first?.kind === 'lines' ? first.lines[0]?.text.length : 0).toBe(4_001);
  });
});
