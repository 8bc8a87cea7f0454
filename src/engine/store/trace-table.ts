import type { Database } from 'better-sqlite3';
import * as z from 'zod/mini';

/** What a probe saw while an attempt ran: columns of equal length, point by point; NaN where it was not measured. */
export type StoredTrace = { probe: string; columns: Readonly<Record<string, Float64Array>> };

export type TraceTable = {
  /** The sample must have been stored. */
  insert(sampleId: number, trace: StoredTrace): void;
  get(sampleId: number): StoredTrace | undefined;
  /** Attempts of a run that have a trace, in their order. */
  samplesOf(runId: string): number[];
};

const Names = z.array(z.string());
const bytesOfNumber = Float64Array.BYTES_PER_ELEMENT;

type Row = { probe: string; count: number; columns: string; points: Uint8Array };

export function traceTable(db: Database): TraceTable {
  const insert = db.prepare('INSERT INTO traces (sample_id, probe, count, columns, points) VALUES (?, ?, ?, ?, ?)');
  const bySample = db.prepare<[number], Row>('SELECT probe, count, columns, points FROM traces WHERE sample_id = ?');
  const ofRun = db
    .prepare<[string], number>(
      'SELECT sample_id FROM traces JOIN samples ON samples.id = traces.sample_id WHERE samples.run_id = ? ORDER BY sample_id',
    )
    .pluck();
  return {
    samplesOf: (runId) => ofRun.all(runId),
    insert(sampleId, { probe, columns }) {
      const names = Object.keys(columns);
      const values = Object.values(columns);
      const count = values[0]?.length ?? 0;
      if (values.some(({ length }) => length !== count)) throw new RangeError('The columns of a trace differ in length');
      insert.run(sampleId, probe, count, JSON.stringify(names), packed(values, count));
    },
    get(sampleId) {
      const row = bySample.get(sampleId);
      if (row === undefined) return undefined;
      const names = z.parse(Names, JSON.parse(row.columns));
      return { probe: row.probe, columns: Object.fromEntries(names.map((name, i) => [name, column(row, i)])) };
    },
  };
}

/** Little-endian whatever the machine: a store may be carried to another. */
function packed(columns: readonly Float64Array[], count: number): Buffer {
  const bytes = Buffer.alloc(columns.length * count * bytesOfNumber);
  for (const [i, values] of columns.entries()) {
    for (const [j, value] of values.entries()) bytes.writeDoubleLE(value, (i * count + j) * bytesOfNumber);
  }
  return bytes;
}

function column({ points, count }: Row, index: number): Float64Array {
  const view = new DataView(points.buffer, points.byteOffset + index * count * bytesOfNumber, count * bytesOfNumber);
  return Float64Array.from({ length: count }, (_, j) => view.getFloat64(j * bytesOfNumber, true));
}
