import { spawn } from 'node:child_process';
import { appendFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { recover } from '../../../src/engine/targets/aws/recover.ts';
import { failure } from '../../support/aws/request.ts';
import { never, skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();
const quiet = { log: () => {} };

/** Runs a study in a process of its own to its end, or to where `kill` of its `started` is called. */
function study(journals: string, name: string, started: (kill: () => void) => void = () => {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, 'study-process.ts');
    const child = spawn(process.execPath, [script, aws.url, journals, name], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? (code === 0 ? 'done' : errors)));
    started(() => child.kill('SIGKILL'));
  });
}

/** Kills a study at the nth request of an action: before AWS carries it out, or once it has, before the answer arrives. */
async function killedAt(journals: string, name: string, action: string, nth: number, carriedOut: boolean): Promise<void> {
  const ending = await study(journals, name, (kill) => {
    aws.emulator.faults.push({ action, after: nth, times: 1, reply: null, carriedOut, meanwhile: kill });
  });
  expect(ending).toBe('SIGKILL');
}

/** Every change that a study makes, in its order. */
const changes = [
  ['CreateAlias', 0],
  ['UpdateFunctionConfiguration', 0],
  ['PublishVersion', 0],
  ['UpdateFunctionConfiguration', 1],
  ['CreateAlias', 1],
  ['Invoke', 0],
  ['DeleteAlias', 0],
  ['DeleteFunction', 0],
  ['DeleteAlias', 1],
] as const;
const moments = changes.flatMap(([action, nth]) => [false, true].map((carriedOut) => ({ action, nth, carriedOut })));

describe.skipIf(skipped !== null)('after kill -9', () => {
  it('knows every change that a study makes', async () => {
    await aws.deploy('Whole');
    const from = aws.emulator.actions.length;
    expect(await study(await temporaryFolder(), 'Whole')).toBe('done');
    const made = aws.emulator.actions.slice(from).filter((action) => !/^(Get|List)/.test(action));
    expect(made).toEqual(changes.map(([action]) => action));
  });

  it.for(moments)('all is undone: at $action $nth, carried out: $carriedOut', async ({ action, nth, carriedOut }) => {
    const name = `Killed-${action}-${nth}-${carriedOut}`;
    await aws.deploy(name);
    const before = await aws.state(name);
    const journals = await temporaryFolder();
    await killedAt(journals, name, action, nth, carriedOut);
    expect(await readdir(journals)).toHaveLength(1);
    expect(await recover(journals, quiet, never)).toMatchObject([{ state: 'undone' }]);
    expect(await aws.state(name)).toBe(before);
    expect(await readdir(journals)).toEqual([]);
  });

  it('the next study undoes what is left before it begins', async () => {
    await aws.deploy('Next');
    const before = await aws.state('Next');
    const journals = await temporaryFolder();
    await killedAt(journals, 'Next', 'PublishVersion', 0, true);
    expect(await aws.state('Next')).not.toBe(before);
    expect(await study(journals, 'Next')).toBe('done');
    expect(await aws.state('Next')).toBe(before);
    expect(await readdir(journals)).toEqual([]);
  });

  it('a size that somebody has given the function since stays', async () => {
    await aws.deploy('Changed');
    const journals = await temporaryFolder();
    await killedAt(journals, 'Changed', 'PublishVersion', 0, true);
    await aws.lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: 'Changed', MemorySize: 2048 }));
    await recover(journals, quiet, never);
    expect(JSON.parse(await aws.state('Changed'))).toMatchObject({
      configuration: { MemorySize: 2048 },
      aliases: [],
      versions: [{ Version: '$LATEST' }],
    });
  });

  it('what cannot be undone now stays in the journal, and is undone later', async () => {
    await aws.deploy('Later');
    const before = await aws.state('Later');
    const journals = await temporaryFolder();
    await killedAt(journals, 'Later', 'CreateAlias', 1, true);
    const denial = failure(
      403,
      'AccessDeniedException',
      'User is not authorized to perform: lambda:DeleteFunction on resource: f',
    );
    aws.emulator.faults.push({ action: 'DeleteFunction', times: 1, reply: denial });
    const [failed] = await recover(journals, quiet, never);
    expect(failed).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(/allow lambda:DeleteFunction in the IAM policy/),
    });
    expect(await recover(journals, quiet, never)).toMatchObject([{ state: 'undone' }]);
    expect(await aws.state('Later')).toBe(before);
  });

  it('what a study could not undo itself is undone by the next, also in the same process', async () => {
    await aws.deploy('Refused');
    const before = await aws.state('Refused');
    const target = await aws.target();
    const fn = await target.find('Refused');
    await target.open({ function: fn, memoryMb: 1024, architecture: 'x86_64' }, never);
    expect(await recover(target.journals, quiet, never)).toMatchObject([{ state: 'busy' }]);
    const denial = failure(
      403,
      'AccessDeniedException',
      'User is not authorized to perform: lambda:DeleteFunction on resource: f',
    );
    aws.emulator.faults.push({ action: 'DeleteFunction', times: 1, reply: denial });
    await expect(target[Symbol.asyncDispose]()).rejects.toThrow(/Refused could not be undone: run "reef recover"/);
    const next = await aws.target({ journals: target.journals });
    await next.open({ function: fn, memoryMb: 256, architecture: 'x86_64' }, never);
    await next[Symbol.asyncDispose]();
    expect(await aws.state('Refused')).toBe(before);
    expect(await readdir(target.journals)).toEqual([]);
  });

  it('a line that was cut short is as if it had not been begun', async () => {
    await aws.deploy('Cut');
    const before = await aws.state('Cut');
    const journals = await temporaryFolder();
    await killedAt(journals, 'Cut', 'PublishVersion', 0, false);
    const [file = ''] = await readdir(journals);
    await appendFile(join(journals, file), '{"step":"publi');
    expect(await recover(journals, quiet, never)).toMatchObject([{ state: 'undone' }]);
    expect(await aws.state('Cut')).toBe(before);
  });

  it('a damaged journal is named and kept', async () => {
    const journals = await temporaryFolder();
    await writeFile(join(journals, 'x.jsonl'), 'nonsense\n');
    const message = expect.stringMatching(/x\.jsonl is damaged: its first line does not say whose changes these are/);
    expect(await recover(journals, quiet, never)).toMatchObject([{ state: 'damaged', message }]);
    expect(await readdir(journals)).toEqual(['x.jsonl']);
    await writeFile(join(journals, 'x.jsonl'), '{"schema":');
    expect(await recover(journals, quiet, never)).toMatchObject([{ message: expect.stringContaining('and can be deleted') }]);
    await rm(join(journals, 'x.jsonl'));
    await mkdir(join(journals, 'y.jsonl'));
    expect(await recover(journals, quiet, never)).toMatchObject([
      { state: 'damaged', message: expect.stringContaining('EISDIR') },
    ]);
  });
});
