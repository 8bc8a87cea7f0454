import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFunctionIndex } from '../../../src/engine/functions/workspace-index.ts';
import type { FunctionIndex } from '../../../src/engine/functions/function-index.ts';

export const signal = new AbortController().signal;

export type TemporaryWorkspace = AsyncDisposable & {
  folder: string;
  write(file: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
};

export async function temporaryWorkspace(files: Record<string, string> = {}): Promise<TemporaryWorkspace> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'reef-functions-')));
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };
  for (const [file, text] of Object.entries(files)) await write(file, text);
  const remove = (path: string): Promise<void> => rm(join(folder, path), { recursive: true });
  return { folder, write, remove, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

export async function scanned(folder: string): Promise<FunctionIndex> {
  const index = createFunctionIndex(folder);
  await index.scan(signal);
  return index;
}

export function names(index: FunctionIndex): string[] {
  return index.discovery().functions.map(({ name }) => name);
}

export function codes(index: FunctionIndex): string[] {
  return index.discovery().diagnostics.map(({ code }) => code);
}

export const nodeHandler = 'exports.handler = async (event) => event;\n';

/** A SAM template of functions by name; each text is the body of `Properties`. */
export function samTemplate(functions: Record<string, string>): string {
  const one = ([name, properties]: [string, string]): string =>
    `  ${name}:\n    Type: AWS::Serverless::Function\n    Properties: { ${properties} }\n`;
  return `Transform: AWS::Serverless-2016-10-31\nResources:\n${Object.entries(functions).map(one).join('')}`;
}
