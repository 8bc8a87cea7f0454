import { describe, expect, test } from 'vitest';
import { freeEvidence, freshMs, type Wanted } from '../../../src/engine/evidence/free.ts';
import type { NewRun } from '../../../src/engine/store/store.ts';
import type { NewSample } from '../../../src/protocol/samples.ts';
import { begin, temporaryStore } from '../store/fixture.ts';
import { newRun, newSample } from '../store/rows.ts';

const nowMs = 1_760_000_000_000;
const made = { codeHash: 'abc', runsIn: '', eventBytes: { small: 10 } };
const { machine } = newRun();
const docker: Wanted = {
  functionId: 'template.yaml#Thumbnail',
  functionName: 'Thumbnail',
  timeoutMs: 3000,
  target: 'docker',
  version: made,
  machine,
  nowMs,
};

/** What is found after one run with one sample, by origin. */
function found(run: Partial<NewRun>, sample: Partial<NewSample> = {}, wanted: Partial<Wanted> = {}): Record<string, number> {
  const store = temporaryStore();
  const runId = begin(store, { target: 'docker', settings: made, startedAtMs: nowMs, ...run });
  store.addSamples([newSample(runId, { startedAtMs: nowMs, ...sample })]);
  const evidence = freeEvidence(store, { ...docker, ...wanted });
  return Object.fromEntries(evidence.map(({ origin, samples }) => [origin, samples.length]));
}

const own = { 'of earlier runs of this code': 1 };

describe('free evidence', () => {
  test('is a sample of the same code, target, machine and event', () => {
    expect(found({})).toEqual(own);
    expect(found({ study: 'invoke' })).toEqual(own);
    expect(found({}, { outcome: 'oom', durationMs: null })).toEqual(own);
  });

  test.for([
    ['other code', { settings: { ...made, codeHash: 'def' } }, {}],
    ['code that is not known', { settings: {} }, {}],
    ['another image', { settings: { ...made, runsIn: 'other' } }, {}],
    ['an event that has changed', { settings: { ...made, eventBytes: { small: 11 } } }, {}],
    ['another event', {}, { eventName: 'large' }],
    ['an event without a name', {}, { eventName: null }],
    ['another machine', { machine: { ...machine, cpuModel: 'another' } }, {}],
    ['another target', { target: 'replay:curves.csv' }, {}],
    ['another function', { functionName: 'Other', functionId: 'template.yaml#Other' }, {}],
    ['a month ago', {}, { startedAtMs: nowMs - freshMs - 1 }],
    ['an error, which may have been mended elsewhere', {}, { outcome: 'error' }],
    ['a shorter timeout', {}, { outcome: 'timeout', durationMs: 2000 }],
  ] as const)('is no sample of %s', ([, run, sample]) => {
    expect(found(run, sample)).toEqual({});
  });

  test('holds a call that reached the timeout of now', () => {
    expect(found({}, { outcome: 'timeout', durationMs: 3000 })).toEqual(own);
  });

  test('tells waiting from work by calls at full speed on this machine', () => {
    expect(found({ target: 'process' }, { memoryMb: null })).toEqual({ 'at full speed on this machine': 1 });
    expect(found({ target: 'process' }, { memoryMb: null }, { target: 'process' })).toEqual(own);
  });

  test('holds imported logs for the place where they were written, whatever the event', () => {
    const imported = { study: 'import', target: 'aws', settings: {} } as const;
    expect(found(imported, { eventName: null }, { target: 'aws' })).toEqual({ 'from imported logs': 1 });
    expect(found(imported, { eventName: null }, { target: 'aws:work/eu-west-1', functionId: 'arn:x' })).toEqual({
      'from imported logs': 1,
    });
    expect(found(imported, { eventName: null }, { target: 'aws', functionName: 'Other' })).toEqual({});
    expect(found(imported, { eventName: null })).toEqual({});
  });

  test('is not looked for where a recorded curve is played', () => {
    expect(found({ target: 'replay:a.csv' }, {}, { target: 'replay:a.csv' })).toEqual({});
  });

  test('is bounded, the newest kept', () => {
    const store = temporaryStore();
    for (const startedAtMs of [nowMs - 2000, nowMs - 1000]) {
      const runId = begin(store, { target: 'docker', settings: made, startedAtMs });
      store.addSamples(Array.from({ length: 1500 }, (_, i) => newSample(runId, { startedAtMs: startedAtMs + i / 10 })));
    }
    const samples = freeEvidence(store, docker).flatMap((each) => each.samples);
    expect(samples).toHaveLength(2000);
    expect(samples.filter(({ startedAtMs }) => startedAtMs >= nowMs - 1000)).toHaveLength(1500);
    expect(samples.map(({ startedAtMs }) => startedAtMs)).toEqual(
      samples.map(({ startedAtMs }) => startedAtMs).toSorted((a, b) => a - b),
    );
  });

  test('is no call beside a tracer, but each trial of a size', () => {
    const store = temporaryStore();
    const runId = begin(store, { target: 'docker', study: 'tracing', settings: made, startedAtMs: nowMs });
    const [first] = store.addSamples([
      newSample(runId, { startedAtMs: nowMs, sandboxId: 'traced' }),
      newSample(runId, { startedAtMs: nowMs, sandboxId: 'traced' }),
      newSample(runId, { startedAtMs: nowMs, sandboxId: 'tried', outcome: 'oom', memoryMb: 160 }),
    ]);
    store.addTrace(first?.id ?? 0, { probe: 'wrapper', columns: { timeMs: Float64Array.of(0) } });
    const [evidence] = freeEvidence(store, docker);
    expect(evidence?.samples.map(({ sandboxId, memoryMb }) => [sandboxId, memoryMb])).toEqual([['tried', 160]]);
  });
});
