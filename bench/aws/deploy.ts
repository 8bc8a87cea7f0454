import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../src/engine/create-engine.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { CloudOutcome } from '../../src/protocol/deploying.ts';
import type { Emulator } from '../../test/support/aws/emulator.ts';
import { reef } from '../../test/support/cli.ts';
import { medianOf } from '../median.ts';
import type { Table } from '../table.ts';

const rounds = 7;
const { signal } = new AbortController();
const target = 'aws:/us-east-1';
const yes = { confirm: async () => ({ accepted: true }), onStep: () => {} };

type Taken = { ms: number; reads: number; changes: number; bytes: number };

const configuration = (memoryMb: number): string =>
  JSON.stringify({ functions: { bench: { handler: 'app.handler', runtime: 'nodejs22.x', memory: memoryMb, alias: 'live' } } });

/** A function of a `reef.yaml`, made, left as it is, changed and rolled back: time, API calls, bytes of code that are sent. */
export async function deployTable(emulator: Emulator): Promise<Table> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-bench-'));
  const settings = { storePath: '.reef/samples.db', nodePath: process.execPath, pythonPath: '', awsEndpoint: emulator.url };
  const opened = (): Engine => createEngine({ folder, settings, log: { log: () => {} }, onOutput: () => {} });

  async function take(state: CloudOutcome['state'], work: (engine: Engine) => Promise<CloudOutcome>): Promise<Taken> {
    const [from, sent, startMs] = [emulator.actions.length, emulator.uploadedBytes(), performance.now()];
    await using engine = opened();
    const outcome = await work(engine);
    if (outcome.state !== state) throw new Error(`${outcome.state} in place of ${state}`);
    const ms = performance.now() - startMs;
    const made = emulator.actions.slice(from);
    const reads = made.filter((action) => /^(Get|List|Describe)/.test(action)).length;
    return { ms, reads, changes: made.length - reads, bytes: emulator.uploadedBytes() - sent };
  }

  const deploy = (engine: Engine) => engine.deploy({ function: 'bench', target }, yes, signal);
  const write = (round: number, memoryMb: number) =>
    Promise.all([
      writeFile(join(folder, 'app.js'), `exports.handler = async () => ${round};\n`),
      writeFile(join(folder, 'reef.yaml'), configuration(memoryMb)),
    ]);
  const taken: Record<string, Taken[]> = {};
  const note = async (what: string, taking: Promise<Taken>): Promise<void> => void (taken[what] ??= []).push(await taking);

  try {
    const command: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await write(round, 256);
      await note('a new function, with its role', take('done', deploy));
      await note('nothing has changed', take('unchanged', deploy));
      command.push(await unchangedCommand(folder, emulator.url));
      await write(round, 512);
      await note('a setting', take('done', deploy));
      await write(round + rounds, 512);
      await note('code', take('done', deploy));
      await note(
        'roll back',
        take('done', (engine) => engine.rollBack({ function: 'bench', target }, yes, signal)),
      );
      await note(
        'destroy',
        take('done', (engine) => engine.destroy({ function: 'bench', target }, yes, signal)),
      );
    }
    return tableOf(taken, medianOf(command));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The whole command in a terminal, from the start of its program to its end, ms. */
async function unchangedCommand(folder: string, endpoint: string): Promise<number> {
  const env = { ...process.env, AWS_ENDPOINT_URL: endpoint };
  const startMs = performance.now();
  const { stdout, stderr } = await reef(['deploy', 'bench', '--target', target, '--workspace', folder], { env });
  if (!stdout.startsWith('Nothing to do')) throw new Error(stdout + stderr);
  return performance.now() - startMs;
}

function tableOf(taken: Record<string, Taken[]>, commandMs: number): Table {
  const rows = Object.entries(taken).map(([what, all]) => {
    const { reads = 0, changes = 0, bytes = 0 } = all.at(-1) ?? {};
    return [what, medianOf(all.map(({ ms }) => ms)).toFixed(0), String(reads), String(changes), String(bytes)];
  });
  return {
    title: 'AWS: deploying a function, at an emulator where updates are in force at once',
    columns: ['what changes', 'ms', 'reads', 'changes', 'bytes of code sent'],
    rows,
    notes: [
      `Medians of ${rounds} rounds; each opens the workspace anew and packs what changed. Calls are those of the last round.`,
      `The whole command "reef deploy" where nothing has changed: ${commandMs.toFixed(0)} ms. Aim: 1 s, and no upload.`,
    ],
  };
}
