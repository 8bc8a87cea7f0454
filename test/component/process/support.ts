import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, onTestFinished } from 'vitest';
import { isProcessAlive } from '../../../src/engine/system/process.ts';
import { createProcessTarget, type ProcessTargetOptions } from '../../../src/engine/targets/process/target.ts';
import type { Attempt, LogLine, Sandbox, Target } from '../../../src/engine/targets/target.ts';
import type { FunctionInfo, Language } from '../../../src/protocol/functions.ts';
import { needsPython } from '../../support/python.ts';

export const handlers = join(import.meta.dirname, '../../fixtures/handlers');

export const never = new AbortController().signal;

/** A function as the index would find it: `handler` is Lambda's, `file` is relative to the code root. */
export function functionOf(language: Language, file: string, symbol: string, more: Partial<FunctionInfo> = {}): FunctionInfo {
  return {
    id: `${file}#fn`,
    name: 'fn',
    source: 'sam',
    runtime: language === 'node' ? 'nodejs22.x' : 'python3.12',
    language,
    packageType: 'zip',
    handler: `${file.replace(/\.\w+$/, '')}.${symbol}`,
    handlerFile: `${language}/${file}`,
    symbol,
    handlerRange: null,
    codeRoot: language,
    memoryMb: 512,
    timeoutS: 20,
    architecture: null,
    environment: {},
    template: 'template.yaml',
    templateRange: null,
    properties: {},
    events: [],
    ...more,
  };
}

const defaults: ProcessTargetOptions = { folder: handlers, nodePath: process.execPath, pythonPath: '', log: { log: () => {} } };

const shared = createProcessTarget(defaults);
afterAll(() => shared[Symbol.asyncDispose]());

/** The target that the tests of a file share, or one of its own where options differ. */
export function openTarget(more: Partial<ProcessTargetOptions> = {}): Target {
  if (Object.keys(more).length === 0) return shared;
  const target = createProcessTarget({ ...defaults, ...more });
  onTestFinished(() => target[Symbol.asyncDispose]());
  return target;
}

export async function openSandbox(fn: FunctionInfo, more: Partial<ProcessTargetOptions> = {}): Promise<Sandbox> {
  if (fn.language === 'python') needsPython();
  const sandbox = await openTarget(more).open({ function: fn, memoryMb: null, architecture: 'x86_64' }, never);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

export function send(sandbox: Sandbox, event: unknown = {}, signal: AbortSignal = never): Promise<Attempt> {
  return sandbox.invoke({ payload: JSON.stringify(event), eventName: null }, signal);
}

/** One cold call of a handler in the fixtures. */
export async function callOnce(
  language: Language,
  file: string,
  symbol: string,
  event: unknown = {},
  more: Partial<FunctionInfo> = {},
  options: Partial<ProcessTargetOptions> = {},
): Promise<Attempt & { lines: LogLine[] }> {
  const sandbox = await openSandbox(functionOf(language, file, symbol, more), options);
  const attempt = await send(sandbox, event);
  const lines = [...sandbox.logs()];
  await sandbox.close();
  return { ...attempt, lines };
}

/** Resolves when a process has ended; in a container nobody may be there to collect an orphan, which then stays as a zombie. */
export async function waitUntilGone(pid: number): Promise<void> {
  while (isProcessAlive(pid) && !isZombie(pid)) await sleep(20);
}

function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
