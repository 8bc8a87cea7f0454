import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/engine/store/sqlite.ts';
import { bytesInMb, largest } from '../../../src/engine/studies/tracing/trace.ts';
import { storedTrace } from '../../../src/engine/tracing/points.ts';
import { TracePointsResult, TraceReportResult } from '../../../src/protocol/requests.ts';
import { unpackPoints } from '../../../src/protocol/trace-points.ts';
import { begin } from '../store/fixture.ts';
import { newRun, newSample } from '../store/rows.ts';
import { reportOf, tracedRun } from '../../support/traces.ts';
import { connect, settings } from './client.ts';
import { samFiles, waiterId } from './fixtures.ts';
import { temporaryWorkspace } from './temporary-workspace.ts';

test('a stored trace is told with its readings, all or as many as a screen shows', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  const traces = [tracedRun(3000), tracedRun(5000, { scale: 0.5 })];
  const report = reportOf(traces);
  const runId = keep(join(workspace.folder, '.reef/samples.db'));
  await using client = await connect({ folders: [workspace.uri] });
  const about = { folder: workspace.uri, runId };

  expect(TraceReportResult.parse(await client.request('reef/traceReport', about))).toEqual({ report });
  const all = TracePointsResult.parse(await client.request('reef/tracePoints', { ...about, run: 1, columns: null }));
  expect(unpackPoints(all.points).usage).toEqual(traces[1]?.usage);
  const few = TracePointsResult.parse(await client.request('reef/tracePoints', { ...about, run: 1, columns: 100 }));
  const { usage } = unpackPoints(few.points);
  expect(usage.values.length).toBeLessThanOrEqual(204);
  expect((largest(usage) ?? 0) / bytesInMb).toBe(report.runs[1]?.peak_mb);
  const none = client.request('reef/tracePoints', { ...about, run: 2, columns: null });
  await expect(none).rejects.toMatchObject({ data: { code: 'no-such-run' } });

  function keep(path: string): string {
    using store = openStore(path);
    const id = begin(store, { study: 'tracing' });
    for (const trace of traces) {
      const [sample] = store.addSamples([newSample(id)]);
      store.addTrace(sample?.id ?? 0, storedTrace(trace));
    }
    store.saveTraceReport(id, newRun().functionId, report);
    store.endRun(id, 'done', null);
    return id;
  }
});

test('tracing is refused in a workspace that is not trusted, and a trace without a store is told as missing', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  await using client = await connect({ folders: [workspace.uri], settings: { ...settings, trusted: false } });
  const params = { folder: workspace.uri, functionId: waiterId, target: 'docker', event: null, runs: 1 };
  await expect(client.request('reef/trace', params)).rejects.toMatchObject({ data: { code: 'not-trusted' } });
  const about = { folder: workspace.uri, runId: 'none' };
  await expect(client.request('reef/traceReport', about)).rejects.toMatchObject({ data: { code: 'no-such-run' } });
});
