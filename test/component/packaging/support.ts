import { access, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { packageRoot } from '../../../src/engine/assets.ts';
import { createEngine } from '../../../src/engine/create-engine.ts';
import type { ZipArtifact } from '../../../src/engine/deploy/artifact.ts';
import type { Packaged } from '../../../src/engine/features/packaging.ts';
import { handlerTarget } from '../../../src/engine/functions/handler-path.ts';
import { createProcessTarget } from '../../../src/engine/targets/process/target.ts';
import type { Attempt } from '../../../src/engine/targets/target.ts';
import { ReefError, type ReefErrorCode } from '../../../src/protocol/errors.ts';
import { functionInfo } from '../../support/functions.ts';
import { readZip, unpack } from '../../support/unzip.ts';

export const never = new AbortController().signal;

/** A folder of its own, removed when the test has ended. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'reef-packaging-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A workspace with these files; a text that begins with `-> ` is a link to what follows. */
export async function workspaceOf(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await temporaryFolder();
  await write(folder, files);
  return folder;
}

export async function write(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    const link = typeof content === 'string' ? /^-> (.*)$/.exec(content)?.[1] : undefined;
    if (link === undefined) await writeFile(join(folder, file), content);
    else await symlink(link, join(folder, file));
  }
}

/** A package of this repository, for a workspace: `node_modules/<name>` is a link to it. */
export function ownPackage(name: string): Record<string, string> {
  return { [`node_modules/${name}`]: `-> ${join(packageRoot(), 'node_modules', name)}` };
}

export type Zip = Packaged & { artifact: ZipArtifact };

export type PackOptions = { python?: string; signal?: AbortSignal; onStep?: (step: string) => void };

/** Packs a function of a workspace, as every front does it. */
export async function packed(folder: string, name: string, options: PackOptions = {}): Promise<Zip> {
  const result = await packedAny(folder, name, options);
  if (result.artifact.kind !== 'zip') throw new Error('An archive was expected');
  return { ...result, artifact: result.artifact };
}

export async function packedAny(folder: string, name: string, options: PackOptions = {}): Promise<Packaged> {
  const settings = { storePath: '.reef/samples.db', nodePath: process.execPath, pythonPath: options.python ?? '' };
  await using engine = createEngine({ folder, settings, log: { log: () => {} }, onOutput: () => {} });
  return await engine.package({ function: name }, options.signal ?? never, options.onStep ?? (() => {}));
}

export async function pathsIn({ artifact }: Zip): Promise<string[]> {
  return (await readZip(artifact.file)).map(({ path }) => path);
}

/** Unpacks an archive where nothing else of the workspace is, and calls its handler once with Reef's runtime. */
export async function called(zip: Zip, environment: Record<string, string> = {}, event: unknown = {}): Promise<Attempt> {
  const folder = await temporaryFolder();
  await unpack(zip.artifact.file, folder);
  const { handler } = zip.artifact;
  const language = zip.runtime?.startsWith('python') === true ? 'python' : 'node';
  const target = handlerTarget(handler, language, '.');
  const files = (target?.candidates ?? []).map(({ file }) => file);
  const found = await firstThere(folder, files);
  const fn = functionInfo({
    name: zip.name,
    runtime: zip.runtime,
    language,
    handler,
    handlerFile: found,
    symbol: target?.symbol ?? null,
    codeRoot: '.',
    environment,
    timeoutS: 30,
  });
  await using process_ = createProcessTarget({ folder, nodePath: process.execPath, pythonPath: '', log: { log: () => {} } });
  const sandbox = await process_.open({ function: fn, memoryMb: null, architecture: 'x86_64' }, never);
  return await sandbox.invoke({ payload: JSON.stringify(event), eventName: null }, never);
}

async function firstThere(folder: string, files: readonly string[]): Promise<string> {
  for (const file of files) {
    const isThere = await access(join(folder, file)).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  throw new Error(`None of ${files.join(', ')} is in the archive`);
}

/** What a call returned; fails with what the function said when it did not work. */
export function responseOf({ measurement, response }: Attempt): unknown {
  if (measurement.outcome !== 'ok') throw new Error(`${measurement.outcome}: ${JSON.stringify(measurement.error)}`);
  return JSON.parse(response ?? 'null');
}

/** When what is remembered of bundles was last written, ms: it is each time that something is bundled. */
export async function bundledAtMs(folder: string): Promise<number[]> {
  const records = join(folder, '.reef/packages/bundles');
  const names = await readdir(records);
  return Promise.all(names.toSorted().map(async (name) => (await stat(posix.join(records, name))).mtimeMs));
}

/** A `reef.yaml` with one function, `fn`. */
export function reefYaml(settings: Record<string, unknown>): string {
  return JSON.stringify({ functions: { fn: settings } });
}

/** Expects work to fail with a ReefError of that code whose message has this in it, in one line that ends as a sentence does. */
export async function failsWith(work: Promise<unknown>, code: ReefErrorCode, part: string): Promise<void> {
  const error: unknown = await work.then(
    () => new Error('It did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ReefError)) throw error;
  expect(error.message).toContain(part);
  expect(error.message).toMatch(/^\S[^\r\n]*\.$/);
  expect(error.code).toBe(code);
}
