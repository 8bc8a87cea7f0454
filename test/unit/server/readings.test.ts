import { expect, test } from 'vitest';
import { reportReadings } from '../../../src/server/readings.ts';

function recorder() {
  const sent: unknown[][] = [];
  const sendNotification = async (...args: unknown[]): Promise<void> => void sent.push(args);
  return { connection: { sendNotification }, sent };
}

const progress = { message: 'Tracing f', done: 0, total: 2, remainingMs: null };
const reading = { samples: 1, timeMs: 40, usageBytes: 100, workingSetBytes: null };

test('readings are gathered and told run by run', () => {
  const { connection, sent } = recorder();
  const readings = reportReadings(connection, 'token');
  readings.progress(progress);
  readings.add({ ...reading, run: 0 });
  readings.add({ ...reading, run: 0, timeMs: 80, workingSetBytes: 90 });
  expect(sent).toEqual([]);
  readings.add({ ...reading, run: 1 });
  readings.end();
  const common = { token: 'token', message: 'Tracing f: 0 of about 2 calls', done: 0, total: 2 };
  expect(sent).toEqual([
    ['reef/readings', { ...common, run: 0, timeMs: [40, 80], usageBytes: [100, 100], workingSetBytes: [null, 90] }],
    ['reef/readings', { ...common, run: 1, timeMs: [40], usageBytes: [100], workingSetBytes: [null] }],
  ]);
});

test('nothing is told to a client that gave no token', () => {
  const { connection, sent } = recorder();
  const readings = reportReadings(connection, undefined);
  readings.progress(progress);
  readings.add({ ...reading, run: 0 });
  readings.end();
  expect(sent).toEqual([]);
});
