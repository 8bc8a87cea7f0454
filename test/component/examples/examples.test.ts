import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { createFunctionIndex } from '../../../src/engine/functions/workspace-index.ts';
import { createTarget } from '../../../src/engine/targets/registry.ts';
import type { Attempt, Target } from '../../../src/engine/targets/target.ts';
import type { Discovery } from '../../../src/protocol/functions.ts';
import { needsPython } from '../../support/python.ts';

const folder = join(import.meta.dirname, '../../../examples');
const never = new AbortController().signal;
const index = createFunctionIndex(folder);
let found: Discovery;
let here: Target;

const targetNamed = (name: string): Promise<Target> =>
  createTarget(name, {
    folder,
    settings: { storePath: '', nodePath: process.execPath, pythonPath: '' },
    log: { log: () => {} },
    onOutput: () => {},
    clock: { nowMs: () => Date.now() },
    seed: 1,
  });

beforeAll(async () => {
  found = await index.scan(never);
  here = await targetNamed('process');
});
afterAll(() => here[Symbol.asyncDispose]());

/** Runs a function of the examples with one of its events, once cold. */
async function run(name: string, eventName: string): Promise<{ attempt: Attempt; response: unknown }> {
  const fn = found.functions.find((each) => each.name === name);
  const event = fn?.events.find((each) => each.name === eventName);
  if (fn === undefined || event === undefined) throw new Error(`The examples have no ${name} with an event ${eventName}`);
  if (fn.language === 'python') needsPython();
  const payload = await readFile(join(folder, event.file), 'utf8');
  await using sandbox = await here.open({ function: fn, memoryMb: null, architecture: fn.architecture ?? 'x86_64' }, never);
  const attempt = await sandbox.invoke({ payload, eventName }, never);
  return { attempt, response: JSON.parse(attempt.response ?? 'null') };
}

test('exactly the functions of the templates are found, each with its events and size, and nothing is wrong with them', () => {
  const functions = found.functions.map(({ name, source, language, memoryMb, events }) => ({
    name,
    source,
    language,
    memoryMb,
    events: events.map((event) => event.name),
  }));
  expect(functions.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { name: 'Orders', source: 'sam', language: 'node', memoryMb: 1769, events: ['basket', 'wholesale'] },
    { name: 'PageRank', source: 'sam', language: 'python', memoryMb: 256, events: ['city', 'country'] },
    { name: 'Report', source: 'sam', language: 'python', memoryMb: 3008, events: ['a-year', 'quarter'] },
    { name: 'Thumbnail', source: 'sam', language: 'node', memoryMb: 512, events: ['card', 'poster'] },
    { name: 'archive', source: 'serverless', language: 'node', memoryMb: 2048, events: ['day'] },
    { name: 'label', source: 'reef', language: 'node', memoryMb: 1024, events: ['parcel'] },
    { name: 'quote', source: 'serverless', language: 'node', memoryMb: 1024, events: ['full-cart', 'one-lamp'] },
  ]);
  expect(found.functions.filter(({ handlerRange }) => handlerRange === null)).toEqual([]);
  expect(found.diagnostics).toEqual([]);
});

const Image = z.object({ width: z.int(), height: z.int(), bytes: z.int(), image: z.string() });

describe('each function runs with each of its events', () => {
  test.for([
    ['card', 320, 213],
    ['poster', 960, 640],
  ] as const)('Thumbnail, %s: a JPEG of that width', async ([event, width, height]) => {
    const { attempt, response } = await run('Thumbnail', event);
    expect(attempt.measurement).toMatchObject({ outcome: 'ok', cold: true, error: null });
    const { image, bytes, ...size } = z.parse(Image, response);
    expect(size).toEqual({ width, height });
    const jpeg = Buffer.from(image, 'base64');
    expect(jpeg.length).toBe(bytes);
    // Start and end of a JPEG.
    expect([jpeg.subarray(0, 2).toString('hex'), jpeg.subarray(-2).toString('hex')]).toEqual(['ffd8', 'ffd9']);
  });

  test.for([
    ['basket', { order: 'A-1001', reservation: 'r-A-1001', reserved: 4, missing: 2, totalCents: 10_750 }],
    ['wholesale', { order: 'B-2002', reservation: 'r-B-2002', reserved: 13, missing: 11, totalCents: 31_875 }],
  ] as const)('Orders, %s: what is there is reserved, and most of the time it waits', async ([event, expected]) => {
    const { attempt, response } = await run('Orders', event);
    expect(response).toEqual(expected);
    // One exchange for the order, three rounds for the stock, one for the reservation: 40 ms each, whatever the CPU.
    expect(attempt.measurement.durationMs).toBeGreaterThan(195);
  });

  test.for([
    ['city', 12_000, 120_000],
    ['country', 40_000, 400_000],
  ] as const)('PageRank, %s: ranks that sum to 1, the earliest page first', async ([event, pages, links]) => {
    const { response } = await run('PageRank', event);
    expect(response).toMatchObject({ pages, links, sum: 1 });
    const { top } = z.parse(z.object({ top: z.array(z.object({ page: z.int(), rank: z.number() })) }), response);
    expect(top).toHaveLength(5);
    expect(top[0]?.page).toBe(0);
    expect(top.map(({ rank }) => rank)).toEqual(top.map(({ rank }) => rank).toSorted((a, b) => b - a));
  });

  test.for([
    ['a-year', 900_000, 150, 480],
    ['quarter', 225_000, 40, 120],
  ] as const)('Report, %s: totals of every region, with memory and waiting', async ([event, rows, leastMb, leastWaitMs]) => {
    const { attempt, response } = await run('Report', event);
    expect(response).toMatchObject({ rows });
    const { totals } = z.parse(z.object({ totals: z.record(z.string(), z.number()) }), response);
    expect(Object.keys(totals)).toEqual(['north', 'south', 'east', 'west']);
    expect(Math.min(...Object.values(totals))).toBeGreaterThan(0);
    expect(attempt.measurement.peakRssMb).toBeGreaterThan(leastMb);
    expect(attempt.measurement.durationMs).toBeGreaterThan(leastWaitMs);
  });

  test.for([
    ['full-cart', { boxes: 67, fill: 0.995, priceCents: 32_830, tries: 3000 }],
    ['one-lamp', { boxes: 1, fill: 0.383, priceCents: 490, tries: 1 }],
  ] as const)('quote, %s: boxes and their price', async ([event, expected]) => {
    expect((await run('quote', event)).response).toEqual(expected);
  });

  test('label, parcel: five bars a digit', async () => {
    const { response } = await run('label', 'parcel');
    expect(response).toMatchObject({ bars: 80, svg: expect.stringMatching(/^<svg .*Ada Lovelace.*<\/svg>$/) });
  });

  test('archive, day: the pages compressed to a fifth', async () => {
    const { response } = await run('archive', 'day');
    expect(response).toMatchObject({ pages: 8, sha256: 'ecf2c425a959ca2ad094f16485031fb0a081da3491bf5bf50620360ce7d741e4' });
    const { ratio } = z.parse(z.object({ ratio: z.number() }), response);
    expect(ratio).toBeGreaterThan(0.1);
    expect(ratio).toBeLessThan(0.3);
  });
});

test('the recorded curves are functions of the replay target', async () => {
  await using recorded = await targetNamed('replay:recorded/curves.csv');
  const functions = await recorded.discover(never);
  expect(functions.map(({ name, architecture }) => `${name} ${architecture}`).toSorted()).toEqual([
    'cpu-intensive-nodejs22-x86_64 x86_64',
    'memory-intensive-nodejs22-arm64 arm64',
  ]);
});
