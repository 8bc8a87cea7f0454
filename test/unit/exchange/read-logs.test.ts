import { describe, expect, it } from 'vitest';
import { readLogs } from '../../../src/engine/exchange/logs/read-logs.ts';
import { end, id, metrics, platform, report, start } from './log-lines.ts';

const read = (...lines: string[]) => readLogs(lines.join('\n'));
const only = (...lines: string[]) => {
  const { calls } = read(...lines);
  expect(calls).toHaveLength(1);
  return calls[0];
};

describe('reports as text', () => {
  it('give what they say; what they do not say is null', () => {
    expect(only(start(1), end(1), report(1))).toEqual({
      requestId: id(1),
      outcome: 'ok',
      errorType: null,
      message: '',
      limitMs: null,
      cold: false,
      durationMs: 15.74,
      billedMs: 16,
      memoryMb: 128,
      peakMb: 56,
      initMs: null,
      restoreMs: null,
      startedAtMs: null,
      version: '$LATEST',
      stream: null,
    });
    expect(only(`REPORT RequestId: ${id(1)}\tDuration: 3.5 ms\tMemory Size: 512 MB`)).toMatchObject({
      durationMs: 3.5,
      memoryMb: 512,
      billedMs: null,
      peakMb: null,
    });
  });

  it('may have whole milliseconds', () => {
    expect(only(report(1, '', '12'))).toMatchObject({ durationMs: 12 });
  });

  it('tell a cold start by its init, or by the restore of a snapshot', () => {
    expect(only(report(1, 'Init Duration: 130.49 ms\t'))).toMatchObject({ cold: true, initMs: 130.49, restoreMs: null });
    expect(only(report(1, 'Restore Duration: 511.25 ms\tBilled Restore Duration: 303 ms\t'))).toMatchObject({
      cold: true,
      initMs: null,
      restoreMs: 511.25,
      billedMs: 16,
      durationMs: 15.74,
    });
  });

  it('may be copied with spaces for tabs, with the trace on the same line', () => {
    const copied = `${report(1, 'Init Duration: 9.5 ms\t').replaceAll('\t', ' ')} XRAY TraceId: 1-5e34a614-10bd1111fb44f07bc535a111 SegmentId: 07f5111d2d1f6f85 Sampled: true`;
    expect(only(copied)).toMatchObject({ durationMs: 15.74, initMs: 9.5, peakMb: 56 });
  });

  it('without a time take that of their trace', () => {
    const trace = 'XRAY TraceId: 1-5e34a614-10bd1111fb44f07bc535a111\tSegmentId: 07f5111d2d1f6f85\tSampled: true';
    expect(only(report(1), trace)?.startedAtMs).toBe(0x5e34a614 * 1000);
    expect(only(`2026-03-01T10:00:00.000Z ${report(1)}`, trace)?.startedAtMs).toBe(
      Date.parse('2026-03-01T10:00:00.000Z') - 15.74,
    );
  });
});

describe('how a call ended', () => {
  it('a timeout is the limit that it reached', () => {
    const line = `2026-03-01T10:00:03.010Z ${id(1)} Task timed out after 3.00 seconds`;
    expect(only(start(1), line, end(1), report(1, '', '3000.00'))).toMatchObject({ outcome: 'timeout', limitMs: 3000 });
    expect(only(report(1, 'Status: timeout', '3000.00'))).toMatchObject({ outcome: 'timeout', limitMs: null, durationMs: 3000 });
    expect(only(platform('report', { requestId: id(1), metrics, status: 'timeout' }))).toMatchObject({ outcome: 'timeout' });
  });

  it('the function may log such a sentence itself', () => {
    expect(only(start(1), 'upstream said: Task timed out after 3.00 seconds', report(1))).toMatchObject({ outcome: 'ok' });
  });

  it.each([
    [
      'killed with all its memory used',
      'RequestId: ID Error: Runtime exited with error: signal: killed',
      'Status: error\tError Type: Runtime.ExitError',
      128,
      'oom',
    ],
    [
      'killed with all its memory used, before reports named a status',
      'RequestId: ID Error: Runtime exited with error: signal: killed',
      '',
      128,
      'oom',
    ],
    [
      'killed with memory to spare',
      'RequestId: ID Error: Runtime exited with error: signal: killed',
      'Status: error\tError Type: Runtime.ExitError',
      60,
      'crashed',
    ],
    [
      'it exited by itself, with all its memory used',
      'RequestId: ID Error: Runtime exited with error: exit status 1',
      'Status: error\tError Type: Runtime.ExitError',
      128,
      'crashed',
    ],
    ['the platform names it', '', 'Status: error\tError Type: Runtime.OutOfMemory', 128, 'oom'],
    [
      'the heap of Node is full',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'Status: error\tError Type: Runtime.ExitError',
      90,
      'oom',
    ],
    ['a MemoryError of Python', '[ERROR] MemoryError\rTraceback (most recent call last):', '', 127, 'oom'],
    [
      'an error of Node',
      `2026-03-01T10:00:00.000Z\tID\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"secret"}`,
      '',
      56,
      'error',
    ],
    ['an error of Python', '[ERROR] ValueError: secret\rTraceback (most recent call last):\r  File', '', 56, 'error'],
    ['a module is missing', '', 'Status: error\tError Type: Runtime.ImportModuleError', 39, 'init-error'],
    ['a status that nobody knows', '', 'Status: odd', 56, 'error'],
  ])('%s', (_what, line, status, used, outcome) => {
    const call = only(start(1), line.replace('ID', id(1)), end(1), report(1, status, '100.00', used));
    expect(call).toMatchObject({ outcome, durationMs: 100, peakMb: used });
    expect(JSON.stringify(call)).not.toContain('secret');
  });

  it('what the function logs at level ERROR is not a failed call', () => {
    expect(
      only(
        start(1),
        `[ERROR]\t2026-03-01T10:00:00.000Z\t${id(1)}\tcould not, trying again`,
        `2026-03-01T10:00:00.000Z\t${id(1)}\tERROR\tretry`,
        report(1),
      ),
    ).toMatchObject({ outcome: 'ok' });
  });

  it('init that was done again within a call makes it cold', () => {
    expect(
      only(
        start(1),
        'INIT_REPORT Init Duration: 83.58 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError',
        report(1, 'Status: error\tError Type: Runtime.ExitError'),
      ),
    ).toMatchObject({ cold: true, initMs: null, outcome: 'crashed' });
  });
});

describe('reports as JSON', () => {
  it('are whole without the figures of a cold start', () => {
    expect(only(platform('report', { requestId: id(1), metrics, status: 'success' }))).toMatchObject({
      outcome: 'ok',
      cold: false,
      initMs: null,
      restoreMs: null,
      durationMs: 15.7,
      memoryMb: 128,
      startedAtMs: Date.parse('2026-03-01T10:00:00.000Z') - 15.7,
    });
  });

  it('take init, restore, version and the start of the call', () => {
    const call = only(
      platform('initStart', { initializationType: 'on-demand', phase: 'init' }, '2026-03-01T09:59:59.000Z'),
      platform('start', { requestId: id(1), version: '7' }, '2026-03-01T10:00:00.000Z'),
      platform('runtimeDone', { requestId: id(1), status: 'success', metrics: { durationMs: 15, producedBytes: 9 } }),
      platform(
        'report',
        { requestId: id(1), metrics: { ...metrics, initDurationMs: 201.5, restoreDurationMs: null }, status: 'success' },
        '2026-03-01T10:00:01.000Z',
      ),
    );
    expect(call).toMatchObject({ cold: true, initMs: 201.5, version: '7', startedAtMs: Date.parse('2026-03-01T10:00:00.000Z') });
  });

  it('take the status of runtimeDone where they have none of their own', () => {
    const done = platform('runtimeDone', { requestId: id(1), status: 'failure', errorType: 'Runtime.ExitError' });
    const full = { ...metrics, maxMemoryUsedMB: 128 };
    expect(only(done, platform('report', { requestId: id(1), metrics: full }))).toMatchObject({ outcome: 'oom' });
    expect(only(done, platform('report', { requestId: id(1), metrics }))).toMatchObject({ outcome: 'crashed' });
  });

  it('of an error that was raised name its type', () => {
    expect(
      only(platform('report', { requestId: id(1), metrics, status: 'error', errorType: 'Function.ValueError' })),
    ).toMatchObject({
      outcome: 'error',
      errorType: 'Function.ValueError',
    });
  });
});

describe('what cannot be used is counted, never guessed', () => {
  it('a call without a report is missing', () => {
    const reading = read(
      start(1),
      end(1),
      platform('runtimeDone', { requestId: id(2), status: 'success', metrics: { durationMs: 3 } }),
    );
    expect(reading).toMatchObject({ calls: [], withoutReport: 2 });
  });

  it('a report that is there twice counts once; a retry under the same id is a call of its own', () => {
    const reading = read(report(1), report(1), report(1, '', '99.10'));
    expect(reading.calls.map(({ durationMs }) => durationMs)).toEqual([15.74, 99.1]);
    expect(reading.duplicates).toBe(1);
  });

  it.each([
    ['cut off', `REPORT RequestId: ${id(1)}\tDuration: 15.`],
    ['without a size', `REPORT RequestId: ${id(1)}\tDuration: 15.74 ms`],
    ['in another unit', `REPORT RequestId: ${id(1)}\tDuration: 15.74 s\tMemory Size: 128 MB`],
    ['no number', `REPORT RequestId: ${id(1)}\tDuration: NaN ms\tMemory Size: 128 MB`],
    ['a size of 0', `REPORT RequestId: ${id(1)}\tDuration: 1 ms\tMemory Size: 0 MB`],
    ['JSON without a duration', platform('report', { requestId: id(1), metrics: { memorySizeMB: 128 } })],
    ['JSON with a duration as text', platform('report', { requestId: id(1), metrics: { ...metrics, durationMs: '5' } })],
    ['JSON that is cut off', platform('report', { requestId: id(1), metrics }).slice(0, -5)],
  ])('a report that is %s', (_what, line) => {
    const { calls, unparsed } = read(line);
    expect({ calls, count: unparsed.count, shown: unparsed.examples.length }).toEqual({ calls: [], count: 1, shown: 1 });
  });

  it('an error of one of several calls at once, without streams, belongs to none', () => {
    const reading = read(start(1), start(2), '[ERROR] ValueError: x\rTraceback', report(1), report(2));
    expect(reading.unassigned).toBe(1);
    expect(reading.calls.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
  });

  it('a line that says nothing of calls is counted', () => {
    const own = ['hello', '{"level":"INFO","message":"heap out of memory"}', 'INIT_START Runtime Version: nodejs:22.v1'];
    expect(read(start(1), ...own, report(1)).lines).toEqual({ read: 5, other: 3 });
    const message = JSON.stringify({ level: 'ERROR', message: 'REPORT RequestId: x' });
    const events = JSON.stringify({ events: [{ message }, { message: report(1) }, { message: 'two\nlines' }] });
    expect(read(events)).toMatchObject({ lines: { read: 4, other: 3 }, calls: [{ outcome: 'ok' }], unparsed: { count: 0 } });
  });

  it('says when there is nothing but reports', () => {
    expect(read(report(1)).reportsAlone).toBe(true);
    expect(read(start(1), report(1)).reportsAlone).toBe(false);
    expect(read(platform('report', { requestId: id(1), metrics })).reportsAlone).toBe(false);
    expect(read('nothing').reportsAlone).toBe(false);
  });
});
