import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLogs } from '../../../src/engine/exchange/logs/read-logs.ts';
import type { LoggedCall } from '../../../src/engine/exchange/logs/call-tracker.ts';
import { ReefError } from '../../../src/protocol/errors.ts';
import { resultOf } from './result-of.ts';
import { end, id, metrics, platform, report, start } from './log-lines.ts';

const stream = '2026/03/01/[$LATEST]0123456789abcdef0123456789abcdef';
const other = '2026/03/01/fn[7]fedcba9876543210fedcba9876543210';
const time = '2026-03-01T10:00:00.250';
const atMs = Date.parse(`${time}Z`);
const lines = [start(1), '[ERROR] ValueError: x\rTraceback (most recent call last):', end(1), report(1)];
const base64 = (text: string) => Buffer.from(text).toString('base64');
const json = (value: unknown) => JSON.stringify(value);
const event = (message: string, more: object = {}) => ({
  logStreamName: stream,
  timestamp: atMs,
  message: `${message}\n`,
  ...more,
});

/** The same failed call as each tool prints it; with a time and a stream where the tool gives them. */
const forms: [string, string, { timed: boolean; streamed: boolean }][] = [
  ['plain lines', lines.join('\n'), { timed: false, streamed: false }],
  ['lines with CRLF and a byte-order mark', `\uFEFF${lines.join('\r\n')}`, { timed: false, streamed: false }],
  ['an export to S3', lines.map((line) => `${time}Z ${line}`).join('\n'), { timed: true, streamed: false }],
  ['aws logs tail', lines.map((line) => `${time}000+00:00 ${stream} ${line}`).join('\n'), { timed: true, streamed: true }],
  [
    'aws logs tail in colour',
    lines.map((line) => `\u001B[32m${time}000+00:00\u001B[0m \u001B[36m${stream}\u001B[0m ${line}`).join('\n'),
    { timed: true, streamed: true },
  ],
  ['sam logs', lines.map((line) => `${stream} ${time}000 ${line}`).join('\n'), { timed: true, streamed: true }],
  ['the console', lines.map((line) => `2026-03-01 11:00:00.250+01:00\t${line}`).join('\n'), { timed: true, streamed: false }],
  ['the tail of an invocation', base64(lines.join('\n')), { timed: false, streamed: false }],
  [
    'the answer of an invocation',
    json({ StatusCode: 200, LogResult: base64(lines.join('\n')) }),
    { timed: false, streamed: false },
  ],
  [
    'filter-log-events',
    json({ events: lines.map((line) => event(line)), searchedLogStreams: [] }),
    { timed: true, streamed: true },
  ],
  ['events one by one (NDJSON)', lines.map((line) => json(event(line))).join('\n'), { timed: true, streamed: true }],
  [
    'a subscription',
    json({
      messageType: 'DATA_MESSAGE',
      logStream: stream,
      logEvents: lines.map((message) => ({ id: '1', timestamp: atMs, message })),
    }),
    { timed: true, streamed: true },
  ],
  [
    'Logs Insights, newest first',
    json({
      results: lines.toReversed().map((message, i) => [
        { field: '@timestamp', value: `2026-03-01 10:00:0${4 - i}.250` },
        { field: '@message', value: message },
        { field: '@logStream', value: stream },
      ]),
    }),
    { timed: true, streamed: true },
  ],
  [
    'CSV of Logs Insights',
    ['@timestamp,@message,@logStream', ...lines.map((line) => `2026-03-01 10:00:00.250,"${line}",${stream}`)].join('\n'),
    { timed: true, streamed: true },
  ],
];

describe('a log', () => {
  it.each(forms)('is read from %s', (_form, text, { timed, streamed }) => {
    const { calls, unparsed, withoutReport } = readLogs(text);
    expect({ count: calls.length, unparsed: unparsed.count, withoutReport }).toEqual({ count: 1, unparsed: 0, withoutReport: 0 });
    expect(calls[0]).toMatchObject({ requestId: id(1), outcome: 'error', errorType: 'ValueError', durationMs: 15.74 });
    expect(calls[0]?.stream).toBe(streamed ? stream : null);
    expect(calls[0]?.startedAtMs === null).toBe(!timed);
  });

  it('in the JSON format is read from the same tools', () => {
    const message = platform('report', { requestId: id(1), metrics, status: 'success' });
    const texts = [
      message,
      `${time}000+00:00 ${stream} ${message}`,
      json({ events: [event(message)] }),
      json([JSON.parse(message)]),
      base64(message),
      `@timestamp,@message\n2026-03-01 10:00:00.250,"${message.replaceAll('"', '""')}"`,
    ];
    for (const text of texts)
      expect(readLogs(text).calls, text).toEqual([expect.objectContaining({ durationMs: 15.7, outcome: 'ok' })]);
  });

  it('may have its JSON spread over lines, as jq and aws logs tail --format json print it', () => {
    const event = JSON.parse(platform('report', { requestId: id(1), metrics, status: 'success' }));
    const spread = JSON.stringify(event, null, 2);
    const texts = [
      spread,
      `${spread}\n${spread}`,
      `${time}000+00:00 ${stream} ${spread}\n${time}Z ${report(2)}`,
      `{\n{\n${spread}\n}`,
    ];
    for (const text of texts) expect(readLogs(text).calls[0], text).toMatchObject({ requestId: id(1), durationMs: 15.7 });
    expect(readLogs(texts[2] ?? '').calls.map(({ requestId }) => requestId)).toEqual([id(1), id(2)]);
    const cut = readLogs(`{\n  "cut": "off",\n${spread.slice(2, -1)}\n${report(2)}`);
    expect(cut).toMatchObject({ calls: [{ requestId: id(2) }], unparsed: { count: 1 } });
  });

  it('of sandboxes at once tells by the stream whose error it is', () => {
    const mixed = [
      [stream, start(1)],
      [other, start(2, '7')],
      [other, '[ERROR] ValueError: x\rTraceback'],
      [stream, report(1)],
      [other, report(2)],
    ];
    const { calls } = readLogs(mixed.map(([name, line]) => `${time}Z ${name} ${line}`).join('\n'));
    expect(calls.map(({ stream: name, outcome, version }) => [name, outcome, version])).toEqual([
      [stream, 'ok', '$LATEST'],
      [other, 'error', '7'],
    ]);
  });

  it('of Logs Insights needs its messages', () => {
    const rows = json({
      results: [
        [
          { field: '@duration', value: '5' },
          { field: '@memorySize', value: '1.28E8' },
        ],
      ],
    });
    expect(() => readLogs(rows)).toThrow(/no @message/);
    expect(() => readLogs(rows)).toThrow(ReefError);
  });

  it('may hold what the function logs itself, as text or JSON', () => {
    const own = [
      'REPORT for March',
      '{"level":"INFO","message":"REPORT of sales"}',
      '{"events":[1,2]}',
      '{"results":[]}',
      '{"type":"platform","record":1}',
    ];
    expect(readLogs([start(1), ...own, report(1)].join('\n'))).toMatchObject({
      calls: [{ outcome: 'ok' }],
      unparsed: { count: 0 },
    });
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...lines,
      ...forms.map(([, text]) => text),
      platform('report', { requestId: id(1), metrics }),
      'REPORT',
      'RequestId:',
      'Duration:',
      ' ms',
      '\t',
      '\n',
      '{',
      '}',
      '"',
      ',',
      '@message',
      '@timestamp,@message\n',
      'null',
      '[',
      ']',
    ),
    fc.string({ maxLength: 12 }),
    fc.json({ maxDepth: 2 }),
  );

  it('fails with a ReefError or is read, and no figure is made up', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const result = resultOf(() => readLogs(text).calls);
        expect(Array.isArray(result) || result instanceof ReefError).toBe(true);
        for (const call of Array.isArray(result) ? (result as LoggedCall[]) : []) {
          expect(call.durationMs).toBeGreaterThan(0);
          expect(call.memoryMb).toBeGreaterThan(0);
          for (const figure of [call.billedMs, call.peakMb, call.initMs, call.restoreMs]) expect(figure).not.toBe(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('may be nested deeper, or have more events on a line, than a program should take', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const many = json({ events: Array.from({ length: 150_000 }, () => ({ message: 'x' })) });
    const nested = `{"type":"platform.report","record":${deep}}`;
    expect(readLogs([deep, nested, many, report(1)].join('\n'))).toMatchObject({
      calls: [{ requestId: id(1) }],
      unparsed: { count: 1 },
    });
  });

  it('cut anywhere gives the whole call, or none, or says what is wrong with it', () => {
    const seen = new Set<string>();
    for (const [, text] of forms) {
      for (let length = 0; length <= text.length; length++) {
        const result = resultOf(() => readLogs(text.slice(0, length)).calls);
        if (result instanceof ReefError) seen.add(result.code);
        else for (const call of result as LoggedCall[]) seen.add(`${call.durationMs} ms at ${call.memoryMb} MB`);
      }
    }
    expect(seen).toEqual(new Set(['15.74 ms at 128 MB', 'invalid-import']));
  });

  it('of reports gives back each of them', () => {
    const calls = fc.uniqueArray(
      fc.record({
        n: fc.nat({ max: 1e6 }),
        duration: fc.integer({ min: 1, max: 90_000_000 }).map((hundredths) => (hundredths / 100).toFixed(2)),
        init: fc.option(fc.integer({ min: 1, max: 999_999 }).map((hundredths) => (hundredths / 100).toFixed(2))),
      }),
      { selector: ({ n }) => n },
    );
    fc.assert(
      fc.property(calls, (all) => {
        const text = all
          .map(({ n, duration, init }) => report(n, init === null ? '' : `Init Duration: ${init} ms`, duration))
          .join('\n');
        const found = readLogs(text).calls.map(({ requestId, durationMs, initMs, cold }) => [
          requestId,
          durationMs,
          initMs,
          cold,
        ]);
        expect(found).toEqual(
          all.map(({ n, duration, init }) => [id(n), Number(duration), init === null ? null : Number(init), init !== null]),
        );
      }),
    );
  });
});
