import type { NewRun } from '../../../src/engine/store/store.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';
import type { NewSample } from '../../../src/protocol/samples.ts';
import type { SizingReport } from '../../../src/protocol/sizing.ts';
import { functionInfo } from '../../support/functions.ts';

export function functionNamed(name: string): FunctionInfo {
  return functionInfo({
    name,
    handlerFile: 'src/app.mjs',
    codeRoot: 'src',
    timeoutS: 30,
    architecture: 'arm64',
    environment: { TABLE: 'orders', API_KEY: 'k-123456' },
    events: [{ name: 'small', file: 'events/small.json' }],
  });
}

export function newRun(change: Partial<NewRun> = {}): NewRun {
  const functionName = change.functionName ?? 'Thumbnail';
  return {
    study: 'sizing',
    functionId: `template.yaml#${functionName}`,
    functionName,
    target: 'process',
    startedAtMs: 1_760_000_000_000.25,
    settings: { seed: 1, objective: { goal: 'balanced', tolerance: 0.1, maxDurationMs: null } },
    toolVersion: '0.1.0',
    gitCommit: null,
    machine: { platform: 'linux', arch: 'x64', cpuModel: 'a CPU', cpuCount: 2, memoryMb: 8000, nodeVersion: '24.0.0' },
    pid: process.pid,
    ...change,
  };
}

export function newSample(runId: string, change: Partial<NewSample> = {}): NewSample {
  return {
    runId,
    outcome: 'ok',
    cold: false,
    startedAtMs: 1_760_000_000_001.5,
    durationMs: 41.25,
    initMs: null,
    roundTripMs: 42.5,
    cpuUserMs: 30.125,
    cpuSystemMs: 2,
    runQueueMs: 1.25,
    peakRssMb: 88.5,
    minorFaults: 120,
    majorFaults: 0,
    voluntarySwitches: 3,
    involuntarySwitches: 1,
    gcMs: 0.5,
    eventLoopUtilization: 0.75,
    error: null,
    memoryMb: 512,
    architecture: 'arm64',
    sandboxId: 'sandbox-1',
    sandboxSequence: 4,
    eventName: 'small',
    costUsd: 0.000_000_55,
    ...change,
  };
}

/** A report of a run, with a curve T = 20 + 100 / (m / 1769) over `points` sizes. */
export function reportOf(runId: string, functionName: string, change: Partial<SizingReport> = {}, points = 3): SizingReport {
  const curve = Array.from({ length: points }, (_, index) => {
    const memory_mb = 128 + index * 192;
    const duration_ms = 20 + 176_900 / memory_mb;
    const cost_per_million_usd = 0.2 + (duration_ms * memory_mb * 0.000_016_666_7) / 1.024;
    return {
      memory_mb,
      duration_ms,
      interval: [duration_ms * 0.9, duration_ms * 1.1] as [number, number],
      cost_per_million_usd,
      basis: 'predicted' as const,
    };
  });
  const cheapest = curve[0];
  if (cheapest === undefined) throw new Error('A curve needs a point');
  const { basis, ...best } = cheapest;
  return {
    schema: 'reef/sizing@1',
    run_id: runId,
    created_at: '2026-01-02T03:04:05.000Z',
    function: {
      id: `template.yaml#${functionName}`,
      name: functionName,
      runtime: 'nodejs22.x',
      handler: 'app.handler',
      architecture: 'arm64',
      template: 'template.yaml',
    },
    target: 'process',
    basis,
    objective: { goal: 'balanced', tolerance: 0.1, maxDurationMs: null },
    floor: { memory_mb: 128, peak_mb: 88.5, reason: 'peak use with headroom' },
    recommendation: { ...best, why: 'It is cheapest there.', feasible: true, saving: null, speedup: null },
    current: null,
    curve,
    work: { kind: 'cpu-bound', cpu_ms: 40, wait_ms: 1, parallelism: 1, sentence: 'It computes.' },
    samples: 1,
    invocations: 1,
    outcomes: { ok: 1 },
    cold: { count: 0, init_ms_median: null, duration_ms_median: null },
    profiling_cost_usd: 0,
    price: {
      provider: 'aws',
      region: 'us-east-1',
      architecture: 'arm64',
      usd_per_gb_second: 0.000_013_333_4,
      usd_per_request: 0.000_000_2,
      date: '2026-01-01',
      source: 'price list',
    },
    points: [{ memory_mb: null, duration_ms: 41.25, init_ms: null, cold: false, outcome: 'ok' }],
    evidence: ['One warm attempt on this machine.'],
    ...change,
  };
}
