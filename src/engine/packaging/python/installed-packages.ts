import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { listCodeFiles, type Wanted } from '../code-files.ts';
import type { Entry } from '../entry.ts';

/** What installers write for themselves: it names this machine, or differs from one to the next. */
const ofInstaller = /\.dist-info\/(?:RECORD(?:\.\w+)?|INSTALLER|REQUESTED|direct_url\.json|uv_\w+\.json)$/;
const bytecode = /\.py[co]$/;

const wanted: Wanted = {
  file: (path) => !path.startsWith('.') && !ofInstaller.test(path) && !bytecode.test(path),
  folder: (path) => posix.basename(path) !== '__pycache__',
};

/** The packages of Python that lie in a folder, without those that something else brings. */
export async function installedFiles(folder: string, provided: readonly string[], signal: AbortSignal): Promise<Entry[]> {
  const { owners, scripts } = await readRecords(folder);
  const left = new Set(provided.map(plain));
  const files = await listCodeFiles(folder, wanted, signal);
  return files.flatMap(({ path, file, isExecutable }) => {
    const owner = owners.get(path) ?? null;
    const isLeft = scripts.has(path) || (owner !== null && left.has(plain(owner)));
    return isLeft ? [] : [{ path, isExecutable, content: { file }, package: owner ?? 'other packages' }];
  });
}

type Records = {
  /** Files by the package that brought them. */
  owners: Map<string, string>;
  /** Programs that start a package; they name the Python of this machine. */
  scripts: Set<string>;
};

/** Each package lists its files: path, hash and size, in CSV. Source: "Recording installed projects" of the Python packaging guide. */
async function readRecords(folder: string): Promise<Records> {
  const records: Records = { owners: new Map(), scripts: new Set() };
  const infos = (await readdir(folder)).filter((name) => name.endsWith('.dist-info'));
  for (const info of infos) {
    const name = info.slice(0, info.indexOf('-'));
    const text = await readFile(join(folder, info, 'RECORD'), 'utf8').catch(() => '');
    for (const line of text.split(/\r?\n/)) {
      const listed = line.startsWith('"')
        ? (/^"((?:[^"]|"")*)"/.exec(line)?.[1] ?? '').replaceAll('""', '"')
        : (line.split(',')[0] ?? '');
      const path = listed.replaceAll('\\', '/').replace(/^(?:\.\.\/)+/, '');
      if (path === '') continue;
      records.owners.set(path, name);
      if (path.startsWith('bin/')) records.scripts.add(path);
    }
  }
  return records;
}

/** Names of packages are the same whatever their case, and whichever of `-`, `_` and `.` they have. */
export function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
