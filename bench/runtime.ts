import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assetPath } from '../src/engine/assets.ts';
import { findProgram, killTree, runCommand, spawnInGroup } from '../src/engine/system/process.ts';
import { createProcessTarget } from '../src/engine/targets/process/target.ts';
import type { Sandbox, Target } from '../src/engine/targets/target.ts';
import type { FunctionInfo, Language } from '../src/protocol/functions.ts';
import type { Bench, Table } from './table.ts';

const calls = 1_000;
const block = 100;
const coldStarts = 11;
const { signal } = new AbortController();
const invocation = { payload: '{}', eventName: null };

const languages: { language: Language; title: string; names: string[]; file: string; nothing: string[] }[] = [
  { language: 'node', title: 'Node', names: ['node'], file: 'node/basic.js', nothing: ['-e', '0'] },
  { language: 'python', title: 'Python', names: ['python3', 'python'], file: 'python/basic.py', nothing: ['-c', 'pass'] },
];

/** A client that asks again as soon as it is answered, with the HTTP client that its language comes with. */
const bareClients: Record<Language, (port: number) => string[]> = {
  node: (port) => [
    '-e',
    `const http = require('http'); const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
     const ask = () => http.get({ agent, port: ${port}, host: '127.0.0.1' }, (r) => { r.resume(); r.on('end', ask); }).on('error', () => process.exit());
     ask();`,
  ],
  python: (port) => [
    '-c',
    `import http.client, socket
c = http.client.HTTPConnection('127.0.0.1', ${port})
c.connect(); c.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
while True:
    c.request('GET', '/'); c.getresponse().read()`,
  ],
};

/** Round trips of a bare HTTP keep-alive connection between two processes: from a reply written to the next request here. */
async function bareRoundTrips(
  language: Language,
  program: string,
): Promise<{ next(count: number): Promise<number[]>; stop(): void }> {
  let onRequest: () => void = () => {};
  let reply: () => void = () => {};
  const server: Server = createServer((_request, response) => {
    reply = () => response.end('{}');
    onRequest();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const arrival = (): Promise<void> =>
    new Promise((resolve) => {
      onRequest = resolve;
    });
  const first = arrival();
  const client = spawnInGroup(program, bareClients[language]((server.address() as AddressInfo).port), { stdio: 'ignore' });
  await first;
  return {
    async next(count) {
      const times: number[] = [];
      for (let i = 0; i < count; i++) {
        const asked = arrival();
        const from = performance.now();
        reply();
        await asked;
        times.push(performance.now() - from);
      }
      return times;
    },
    stop() {
      if (client.pid !== undefined) killTree(client.pid);
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What a call costs beside the handler: an empty one, interleaved with the bare connection in blocks. */
async function warm(target: Target): Promise<Table> {
  const rows: string[][] = [];
  for (const { language, title, names, file } of languages) {
    const program = findProgram(names);
    if (program === null) continue;
    const floor = await bareRoundTrips(language, program);
    await using sandbox = await openEmpty(target, language, file);
    await sandbox.invoke(invocation, signal);
    const floorMs: number[] = [];
    const overheadMs: number[] = [];
    const wholeMs: number[] = [];
    await floor.next(block);
    while (overheadMs.length < calls) {
      floorMs.push(...(await floor.next(block)));
      for (let i = 0; i < block; i++) {
        const from = performance.now();
        const { measurement } = await sandbox.invoke(invocation, signal);
        wholeMs.push(performance.now() - from);
        overheadMs.push((measurement.roundTripMs ?? Number.NaN) - (measurement.durationMs ?? Number.NaN));
      }
    }
    floor.stop();
    for (const [what, times] of [
      ['bare HTTP round trip', floorMs],
      ['overhead of a call', overheadMs],
      ['whole of sandbox.invoke', wholeMs],
    ] as const) {
      const ratios = [0.5, 0.99].map((p) => `${(quantile(times, p) / quantile(floorMs, p)).toFixed(2)}×`);
      rows.push([title, what, ms(quantile(times, 0.5)), ms(quantile(times, 0.99)), ...ratios]);
    }
  }
  return {
    title: `Warm overhead, an empty handler, ${calls} calls`,
    columns: ['runtime', 'what', 'p50', 'p99', 'p50 ÷ floor', 'p99 ÷ floor'],
    rows,
    notes: ['Overhead = round trip − handler time. Floor: the same two processes with nothing but HTTP. Wanted: p50 ≤ 1 ms.'],
  };
}

/** Spawn to first response, beside a program that does nothing. */
async function cold(target: Target): Promise<Table> {
  const rows: string[][] = [];
  for (const { language, title, names, file, nothing } of languages) {
    const found = findProgram(names);
    if (found === null) continue;
    const program = await ownPath(language, found);
    const floorMs: number[] = [];
    const coldMs: number[] = [];
    for (let i = 0; i < coldStarts; i++) {
      const from = performance.now();
      await runCommand(program, nothing);
      floorMs.push(performance.now() - from);
      await using sandbox = await openEmpty(target, language, file);
      const { measurement } = await sandbox.invoke(invocation, signal);
      coldMs.push((measurement.initMs ?? Number.NaN) + (measurement.roundTripMs ?? Number.NaN));
    }
    const [floor, start] = [quantile(floorMs, 0.5), quantile(coldMs, 0.5)];
    rows.push([title, ms(floor), ms(start), ms(quantile(coldMs, 1)), `${(start / floor).toFixed(2)}×`]);
  }
  return {
    title: `Cold start, spawn to first response, ${coldStarts} times`,
    columns: ['runtime', 'floor p50', 'cold start p50', 'slowest', 'p50 ÷ floor'],
    rows,
    notes: ['Floor: `node -e 0` and `python3 -c pass` from spawn to end.'],
  };
}

/** What measuring itself adds to a call. */
async function measuring(): Promise<Table> {
  const rounds = 2_000;
  const shims = assetPath('shims');
  const programs: Record<Language, string[]> = {
    node: [
      '--input-type=module',
      '-e',
      `import { createMeter } from ${JSON.stringify(pathToFileURL(join(shims, 'node-measure.mjs')).href)};
       const t = []; for (let i = 0; i < ${rounds}; i++) { const a = performance.now(); const m = createMeter(); m.start(); m.stop(); t.push(performance.now() - a); }
       console.log(t.sort((a, b) => a - b)[${rounds / 2}])`,
    ],
    python: [
      '-c',
      `import sys, time; sys.path.insert(0, ${JSON.stringify(shims)}); import reef_measure
m = reef_measure.Meter(); t = []
for i in range(${rounds}):
    a = time.perf_counter(); m.start(); m.stop(); t.append(time.perf_counter() - a)
print(sorted(t)[${rounds / 2}] * 1000)`,
    ],
  };
  const rows: string[][] = [];
  for (const { language, title, names } of languages) {
    const program = findProgram(names);
    if (program === null) continue;
    const { stdout } = await runCommand(program, programs[language]);
    rows.push([title, ms(Number(stdout))]);
  }
  return { title: 'Cost of measuring a call', columns: ['runtime', 'p50'], rows, notes: ['Wanted: ≤ 0.2 ms.'] };
}

async function ownPath(language: Language, program: string): Promise<string> {
  const ask = language === 'node' ? ['-p', 'process.execPath'] : ['-c', 'import sys; print(sys.executable)'];
  return (await runCommand(program, ask)).stdout.trim();
}

function openEmpty(target: Target, language: Language, file: string): Promise<Sandbox> {
  const fn: FunctionInfo = {
    id: 'bench',
    name: 'bench',
    source: 'code',
    runtime: null,
    language,
    packageType: 'zip',
    handler: 'basic.empty',
    handlerFile: file,
    symbol: 'empty',
    handlerRange: null,
    codeRoot: language,
    memoryMb: null,
    timeoutS: null,
    architecture: null,
    environment: {},
    template: null,
    templateRange: null,
    properties: {},
    events: [],
  };
  return target.open({ function: fn, memoryMb: null, architecture: 'x86_64' }, signal);
}

function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

function ms(value: number): string {
  return `${value.toFixed(3)} ms`;
}

export const bench: Bench = {
  name: 'runtime',
  summary: 'Warm overhead and cold start of sandboxes as processes, beside bare HTTP and bare programs',
  async run() {
    const folder = join(import.meta.dirname, '../test/fixtures/handlers');
    await using target = createProcessTarget({ folder, nodePath: '', pythonPath: '', log: { log: () => {} } });
    return [await warm(target), await cold(target), await measuring()];
  },
};
