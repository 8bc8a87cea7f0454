import { expect, test } from 'vitest';
import type { NewSample } from '../../../src/protocol/samples.ts';
import { unmeasured } from '../../../src/protocol/samples.ts';
import { reportProbes } from '../../../src/server/probes.ts';

function sample(memoryMb: number): NewSample {
  return {
    ...unmeasured,
    outcome: 'ok',
    cold: false,
    startedAtMs: 0,
    durationMs: 10,
    error: null,
    runId: 'r',
    memoryMb,
    architecture: 'x86_64',
    sandboxId: 's',
    sandboxSequence: 0,
    eventName: null,
    costUsd: null,
  };
}

function recorder() {
  const sent: unknown[][] = [];
  const sendNotification = async (...args: unknown[]): Promise<void> => void sent.push(args);
  return { connection: { sendNotification }, sent };
}

test('attempts that end quickly are told together, none is left out', () => {
  const { connection, sent } = recorder();
  const probes = reportProbes(connection, 'token');
  probes.report({ message: 'Calling f', done: 0, total: 3, remainingMs: null });
  for (const [index, memoryMb] of [128, 256, 512].entries()) {
    probes.report({ message: 'Calling f', done: index + 1, total: 3, remainingMs: null, sample: sample(memoryMb) });
  }
  expect(sent).toEqual([]);
  probes.end();
  const params = {
    token: 'token',
    points: [128, 256, 512].map((memory_mb) => ({ memory_mb, duration_ms: 10, init_ms: null, cold: false, outcome: 'ok' })),
    message: 'Calling f: 3 of about 3 calls',
    done: 3,
    total: 3,
  };
  expect(sent).toEqual([['reef/probe', params]]);
});

test('nothing is told to a client that gave no token', () => {
  const { connection, sent } = recorder();
  const probes = reportProbes(connection, undefined);
  probes.report({ message: 'Calling f', done: 1, total: 1, remainingMs: null, sample: sample(128) });
  probes.end();
  expect(sent).toEqual([]);
});
