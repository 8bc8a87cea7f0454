import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { URI } from 'vscode-uri';

export type TemporaryWorkspace = { folder: string; uri: string } & AsyncDisposable;

/** A temporary folder with these files; removed when disposed. */
export async function temporaryWorkspace(files: Record<string, string>): Promise<TemporaryWorkspace> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'reef-server-')));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return {
    folder,
    uri: URI.file(folder).toString(),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
