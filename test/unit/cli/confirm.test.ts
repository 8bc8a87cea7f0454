import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { confirmOnTerminal, planDocument, type Terminal } from '../../../src/cli/confirm.ts';
import { UsageError } from '../../../src/cli/usage.ts';
import type { StudyPlan } from '../../../src/protocol/sizing.ts';

const plan: StudyPlan = {
  target: 'cloud',
  billed: true,
  calls: 14,
  timeMs: null,
  costUsd: null,
  caps: { calls: 40, timeMs: 60_000, costUsd: 1 },
  freeSamples: 0,
  sentence: 'About 14 calls on cloud.',
};
const signal = new AbortController().signal;

function terminal(isTTY: boolean): { terminal: Terminal; typed: PassThrough; shown: () => string } {
  const typed = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  let shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  // The streams of a terminal have more than a question needs.
  return { terminal: { input: typed, output } as unknown as Terminal, typed, shown: () => shown };
}

describe('question before paid calls', () => {
  it.each([
    ['y\n', true],
    ['Yes\n', true],
    ['n\n', false],
    ['\n', false],
    ['yellow\n', false],
  ])('takes %j for %j, and shows the plan', async (answer, expected) => {
    const { terminal: asked, typed, shown } = terminal(true);
    const confirmed = confirmOnTerminal(plan, signal, asked);
    typed.write(answer);
    expect(await confirmed).toBe(expected);
    expect(shown()).toContain('About 14 calls on cloud.');
  });

  it('is wrong use where nobody can be asked', async () => {
    await expect(confirmOnTerminal(plan, signal, terminal(false).terminal)).rejects.toThrow(
      new UsageError(
        "Up to 40 calls on cloud, for at most $1.00, do all that the function's code does. See the plan with --plan, and give --yes to allow that.",
      ),
    );
  });

  it('ends when it is interrupted', async () => {
    const abort = new AbortController();
    const confirmed = confirmOnTerminal(plan, abort.signal, terminal(true).terminal);
    abort.abort();
    await expect(confirmed).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('is about a plan that machines can read', () => {
    expect(planDocument(plan)).toMatchObject({ schema: 'reef/plan@1', calls: 14, time_ms: null, caps: { cost_usd: 1 } });
  });
});
