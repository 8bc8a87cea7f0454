import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { languageOfRuntime } from '../../../../src/engine/functions/runtimes.ts';
import { createProcessTarget } from '../../../../src/engine/targets/process/target.ts';
import type { Sandbox, Target } from '../../../../src/engine/targets/target.ts';
import { functionInfo } from '../../functions.ts';
import type { Holding } from './held.ts';

export type UploadedFunction = {
  name: string;
  sha256: string;
  runtime: string;
  handler: string;
  timeoutS: number;
  environment: Record<string, string>;
};

/** Runs packages as they were uploaded: unpacked, with the handler and environment that the function has. */
export function createUploaded(holding: Holding) {
  const folders = new Map<string, Promise<string>>();
  const targets: Target[] = [];

  function folderOf(sha256: string): Promise<string> {
    const known = folders.get(sha256) ?? unpacked(holding.packages.get(sha256) ?? Buffer.alloc(0));
    folders.set(sha256, known);
    return known;
  }

  return {
    async open({ name, sha256, runtime, handler, timeoutS, environment }: UploadedFunction): Promise<Sandbox> {
      const folder = await folderOf(sha256);
      const target = createProcessTarget({ folder, nodePath: process.execPath, pythonPath: '', log: { log: () => {} } });
      targets.push(target);
      const dot = handler.lastIndexOf('.');
      const language = languageOfRuntime(runtime);
      const stem = handler.slice(0, dot);
      const endings = language === 'python' ? ['.py'] : ['.js', '.mjs', '.cjs'];
      const file = endings.map((ending) => `${stem}${ending}`).find((each) => existsSync(join(folder, each)));
      const fn = functionInfo({
        name,
        runtime,
        language,
        handler,
        handlerFile: file ?? `${stem}${endings[0]}`,
        symbol: handler.slice(dot + 1),
        codeRoot: '.',
        timeoutS,
        environment,
      });
      return target.open({ function: fn, memoryMb: null, architecture: 'x86_64' }, new AbortController().signal);
    },
    async [Symbol.asyncDispose]() {
      for (const target of targets) await target[Symbol.asyncDispose]();
      for (const folder of folders.values()) await rm(await folder, { recursive: true, force: true });
    },
  };
}

async function unpacked(zip: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-uploaded-'));
  for (const [path, bytes] of Object.entries(unzipSync(zip))) {
    if (path.endsWith('/')) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}
