import type { Database } from 'better-sqlite3';
import * as z from 'zod/mini';
import { type NewSample, Sample } from '../../protocol/samples.ts';

type Row = Record<string, unknown> & { cold: number; errorType: string | null; errorMessage: string; errorStack: string };

export type SampleTable = {
  /** All of them or none, in one transaction. */
  insert(samples: readonly NewSample[]): Sample[];
  ofRun(runId: string): Sample[];
  get(id: number): Sample | undefined;
};

/** Column by property: all but `cold` and `error`, which SQLite has no type for. */
const columns = {
  runId: 'run_id',
  outcome: 'outcome',
  memoryMb: 'memory_mb',
  architecture: 'architecture',
  sandboxId: 'sandbox_id',
  sandboxSequence: 'sandbox_sequence',
  eventName: 'event_name',
  startedAtMs: 'started_at_ms',
  durationMs: 'duration_ms',
  initMs: 'init_ms',
  roundTripMs: 'round_trip_ms',
  cpuUserMs: 'cpu_user_ms',
  cpuSystemMs: 'cpu_system_ms',
  runQueueMs: 'run_queue_ms',
  peakRssMb: 'peak_rss_mb',
  minorFaults: 'minor_faults',
  majorFaults: 'major_faults',
  voluntarySwitches: 'voluntary_switches',
  involuntarySwitches: 'involuntary_switches',
  gcMs: 'gc_ms',
  eventLoopUtilization: 'event_loop_utilization',
  costUsd: 'cost_usd',
  requestId: 'request_id',
} satisfies Record<Exclude<keyof NewSample, 'cold' | 'error'>, string>;

/** Measures that a division by zero could spoil. */
const measures = [
  'durationMs',
  'initMs',
  'roundTripMs',
  'cpuUserMs',
  'cpuSystemMs',
  'runQueueMs',
  'peakRssMb',
  'gcMs',
  'eventLoopUtilization',
  'costUsd',
] as const;

const stored = { ...columns, cold: 'cold', errorType: 'error_type', errorMessage: 'error_message', errorStack: 'error_stack' };

export function sampleTable(db: Database): SampleTable {
  const names = Object.values(stored).join(', ');
  const parameters = Object.keys(stored).map((property) => `@${property}`);
  const selected = Object.entries(stored).map(([property, column]) => `${column} AS ${property}`);
  const insert = db.prepare(`INSERT INTO samples (${names}) VALUES (${parameters.join(', ')})`);
  const ofRun = db.prepare<[string], Row>(`SELECT id, ${selected.join(', ')} FROM samples WHERE run_id = ? ORDER BY id`);
  const byId = db.prepare<[number], Row>(`SELECT id, ${selected.join(', ')} FROM samples WHERE id = ?`);
  const insertAll = db.transaction((samples: readonly NewSample[]) =>
    samples.map((sample) => {
      const kept = withoutNonNumbers(sample);
      return { ...kept, id: Number(insert.run(toRow(kept)).lastInsertRowid) };
    }),
  );
  return {
    insert: (samples) => insertAll.immediate(samples),
    ofRun: (runId) => ofRun.all(runId).map(toSample),
    get(id) {
      const row = byId.get(id);
      return row === undefined ? undefined : toSample(row);
    },
  };
}

/** What is not a finite number was not measured; the attempt is kept all the same. */
function withoutNonNumbers(sample: NewSample): NewSample {
  const kept = { ...sample };
  for (const name of measures) if (!Number.isFinite(kept[name])) kept[name] = null;
  return kept;
}

function toRow(sample: NewSample): Record<string, unknown> {
  const { error } = sample;
  return {
    ...sample,
    requestId: sample.requestId ?? null,
    cold: sample.cold ? 1 : 0,
    errorType: error?.type ?? null,
    errorMessage: error?.message ?? null,
    errorStack: error === null ? null : JSON.stringify(error.stack),
  };
}

function toSample(row: Row): Sample {
  const { errorType, errorMessage, errorStack, requestId, ...rest } = row;
  const stack: unknown = errorType === null ? null : JSON.parse(errorStack);
  const error = errorType === null ? null : { type: errorType, message: errorMessage, stack };
  return z.parse(Sample, { ...rest, ...(requestId !== null && { requestId }), cold: row.cold === 1, error });
}
