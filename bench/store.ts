/** The store beside bare SQLite: writing samples as studies do, and reading the last figures of many functions. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, Statement } from 'better-sqlite3';
import { openDatabase } from '../src/engine/store/database.ts';
import { openStore } from '../src/engine/store/sqlite.ts';
import type { Store } from '../src/engine/store/store.ts';
import { functionNamed, newRun, newSample, reportOf } from '../test/component/store/rows.ts';
import type { Bench, Table } from './table.ts';

const rounds = 7;
const samplesPerRound = 4000;
const functionCount = 2000;
const runsPerFunction = 10;
const samplesPerRun = 50;
/** Sizes in a report's curve: more than a report has. */
const curvePoints = 46;

export const bench: Bench = {
  name: 'store',
  summary: 'samples written per second; last figures of 2,000 functions with 1 M samples in the file',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'reef-bench-'));
    try {
      return [writing(folder), await reading(folder)];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function writing(folder: string): Table {
  const path = join(folder, 'writing.db');
  using store = openStore(path);
  const runId = begin(store, 'Thumbnail');
  const floor = openDatabase(path);
  const insert = bareInsert(floor, runId);
  const all = floor.transaction(() => {
    for (let index = 0; index < samplesPerRound; index++) insert();
  });
  const sample = newSample(runId);
  const batches = [1, 4, 20];
  const ways = [
    all,
    ...batches.map((size) => () => {
      const batch = Array.from({ length: size }, () => sample);
      for (let done = 0; done < samplesPerRound; done += size) store.addSamples(batch);
    }),
  ];
  const [floorMs = 0, ...ms] = interleaved(ways);
  floor.close();
  const row = (name: string, took: number): string[] => [name, perSecond(took), (took / floorMs).toFixed(2)];
  return {
    title: 'Store: writing samples',
    columns: ['way', 'samples/s', 'time ÷ floor'],
    rows: [
      row(`floor: bare insert, ${samplesPerRound} in one transaction`, floorMs),
      ...batches.map((size, index) => row(`addSamples, ${size} a call, committed after each`, ms[index] ?? 0)),
    ],
    notes: [
      `Median of ${rounds} interleaved rounds of ${samplesPerRound} samples. A study waits for its function between the calls.`,
    ],
  };
}

/** The same row through a prepared statement and nothing else. */
function bareInsert(db: Database, runId: string): () => void {
  const columns = db
    .prepare<[], { name: string }>("SELECT name FROM pragma_table_info('samples') WHERE name <> 'id'")
    .all()
    .map(({ name }) => name);
  const sample = newSample(runId);
  const values = columns.map((column) => {
    const property = column.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const value = Object.entries(sample).find(([name]) => name === property)?.[1] ?? null;
    return typeof value === 'boolean' ? Number(value) : value;
  });
  const insert = db.prepare(`INSERT INTO samples (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
  return () => void insert.run(...values);
}

async function reading(folder: string): Promise<Table> {
  const path = join(folder, 'reading.db');
  using store = openStore(path);
  fill(store);
  const bare = openDatabase(path);
  const rows: Statement = bare.prepare('SELECT function_id, head FROM figures');
  const one = bare.prepare('SELECT function_id, head FROM figures WHERE function_id = ?');
  const id = functionNamed('Function7').id;
  const curves = (): void => {
    for (let index = 0; index < functionCount; index++) store.latestCurve(functionNamed(`Function${index}`).id);
  };
  const opened = (): void => openStore(path).close();
  const ways = [
    () => rows.all(),
    () => store.latestFigures(),
    () => one.get(id),
    () => store.latestFigures([id]),
    curves,
    opened,
  ];
  const [bareAll = 0, all = 0, bareOne = 0, some = 0, curve = 0, open = 0] = interleaved(ways);
  bare.close();
  const { size } = await stat(path);
  const ms = (value: number): string => value.toFixed(2);
  return {
    title: `Store: ${functionCount} functions, ${functionCount * runsPerFunction * samplesPerRun} samples, ${Math.round(size / 2 ** 20)} MB`,
    columns: ['what', 'ms', 'floor: bare SELECT of the same rows, ms', 'ratio'],
    rows: [
      [`latestFigures of all ${functionCount}`, ms(all), ms(bareAll), (all / bareAll).toFixed(2)],
      ['latestFigures of one', ms(some), ms(bareOne), (some / bareOne).toFixed(2)],
      [`latestCurve of all ${functionCount}, as when every template changed`, ms(curve), '', ''],
      ['open and close', ms(open), '', ''],
    ],
    notes: [
      `Median of ${rounds} interleaved rounds. Figures and curves (${curvePoints} sizes) are parsed and validated each time; file in the system's cache.`,
    ],
  };
}

function fill(store: Store): void {
  for (let run = 0; run < runsPerFunction; run++) {
    for (let index = 0; index < functionCount; index++) {
      const name = `Function${index}`;
      const runId = begin(store, name);
      store.addSamples(Array.from({ length: samplesPerRun }, (_, sandboxSequence) => newSample(runId, { sandboxSequence })));
      store.saveReport(reportOf(runId, name, {}, curvePoints));
      store.endRun(runId, 'done', null);
    }
  }
}

function begin(store: Store, functionName: string): string {
  store.saveFunction(functionNamed(functionName));
  return store.startRun(newRun({ functionName })).id;
}

/** Median time of each way, ms; the ways take turns. */
function interleaved(ways: readonly (() => unknown)[]): number[] {
  const times: number[][] = ways.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, way] of ways.entries()) {
      const start = performance.now();
      way();
      times[index]?.push(performance.now() - start);
    }
  }
  return times.map((taken) => taken.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0);
}

function perSecond(tookMs: number): string {
  return Math.round((samplesPerRound / tookMs) * 1000).toLocaleString('en');
}
