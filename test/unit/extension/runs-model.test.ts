import { describe, expect, test } from 'vitest';
import { runsTree, type Work } from '../../../src/extension/views/runs-model.ts';
import type { RunSummary } from '../../../src/protocol/runs.ts';
import { english } from './english.ts';

const folder = 'file:///work';
const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 20, 12);
const calendar = {
  nowMs,
  day: (ms: number) => new Date(ms).toISOString().slice(0, 10),
  time: (ms: number) => new Date(ms).toISOString().slice(11, 16),
};

function run(known: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 'r1',
    study: 'sizing',
    functionId: 'template.yaml#Thumbnail',
    functionName: 'Thumbnail',
    target: 'process',
    status: 'done',
    startedAtMs: nowMs - 60_000,
    endedAtMs: nowMs - 50_000,
    settings: {},
    toolVersion: '0.1.0',
    gitCommit: null,
    machine: { platform: 'linux', arch: 'x64', cpuModel: 'cpu', cpuCount: 2, memoryMb: 4096, nodeVersion: '24.0.0' },
    failure: null,
    pid: 1,
    samples: 20,
    hasReport: true,
    ...known,
  };
}

const work: Work = {
  id: 'w1',
  folder,
  functionId: 'template.yaml#Thumbnail',
  functionName: 'Thumbnail',
  study: 'sizing',
  startedAtMs: nowMs - 5_000,
  message: 'Measuring: 12 of about 40 calls, about 8 s left',
  percentage: 30,
};

function tree(items: readonly Work[], ...runs: RunSummary[]): ReturnType<typeof runsTree> {
  return runsTree(items, [{ folder, name: 'work', runs }], calendar, english);
}

describe('the tree of runs', () => {
  test('shows what is under way first, with its progress, and lets it be cancelled', () => {
    const [first, second] = tree([work], run());
    expect(first).toMatchObject({
      label: 'Thumbnail',
      description: '30 % · Measuring: 12 of about 40 calls, about 8 s left',
      traits: ['work'],
      payload: { workId: 'w1' },
    });
    expect(second?.label).toBe('Today');
  });

  test('groups the past by day, newest first, and opens the newest day', () => {
    const nodes = tree(
      [],
      run({ id: 'old', startedAtMs: nowMs - 3 * dayMs }),
      run({ id: 'a' }),
      run({ id: 'b', startedAtMs: nowMs - 1000 }),
    );
    expect(nodes.map(({ label, expanded }) => [label, expanded])).toEqual([
      ['Today', true],
      ['2026-11-17', false],
    ]);
    expect(nodes[0]?.children.map(({ payload }) => payload.runId)).toEqual(['b', 'a']);
  });

  test('does not show work of this window a second time as a stored row', () => {
    expect(tree([work], run({ status: 'running', startedAtMs: nowMs - 4_900, endedAtMs: null }))).toHaveLength(1);
  });

  test('shows work of a terminal as under way elsewhere, without a way to cancel it', () => {
    const [day] = tree(
      [work],
      run({ id: 'cli', status: 'running', functionId: 'other', startedAtMs: nowMs - 4_900, endedAtMs: null }),
    ).slice(1);
    expect(day?.children[0]?.accessibilityLabel).toContain('under way elsewhere');
    expect(day?.children[0]?.traits).toEqual(['run', 'hasReport']);
  });

  test('opens the report of a run that has one, and only then', () => {
    const [day] = tree(
      [],
      run({ id: 'a' }),
      run({ id: 'b', startedAtMs: nowMs - 90_000, hasReport: false, status: 'failed', failure: 'It broke.' }),
    );
    expect(day?.children.map(({ command }) => command)).toEqual(['reef.report.show', undefined]);
    expect(day?.children[1]?.tooltip).toContain('It broke');
  });

  test('tells every status by icon and by word', () => {
    const statuses = ['running', 'done', 'failed', 'cancelled', 'interrupted'] as const;
    const [day] = tree([], ...statuses.map((status, index) => run({ id: status, status, startedAtMs: nowMs - index })));
    const nodes = day?.children ?? [];
    expect(new Set(nodes.map(({ icon }) => icon?.id)).size).toBe(statuses.length);
    expect(new Set(nodes.map(({ accessibilityLabel }) => accessibilityLabel)).size).toBe(statuses.length);
  });
});
