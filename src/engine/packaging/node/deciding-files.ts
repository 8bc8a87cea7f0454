import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** What decides how imports are found and compiled, beside the files that are imported. */
const configuration = ['package.json', 'tsconfig.json'];

/**
 * Files and folders (absolute) that decide what is bundled when `read` was: these, the configuration on the way from them up to
 * the workspace folder, or further where they are outside of it, and every folder on that way, with its `node_modules`.
 */
export async function decidingFiles(read: readonly string[], folder: string): Promise<{ files: string[]; folders: string[] }> {
  const folders = new Set<string>();
  for (const file of read) addWay(dirname(file), folder, folders);
  const files = new Set(read);
  const modules: string[] = [];
  for (const each of folders) {
    const names = new Set(await readdir(each).catch(() => []));
    for (const name of configuration) if (names.has(name)) files.add(join(each, name));
    if (names.has('node_modules')) modules.push(join(each, 'node_modules'));
  }
  for (const file of [...files].filter((each) => each.endsWith('tsconfig.json'))) await addExtended(file, files);
  return { files: [...files].toSorted(), folders: [...new Set([...folders, ...modules])].toSorted() };
}

/** From a folder up to the workspace folder; of one outside up to what holds both, and from the workspace folder up to there. */
function addWay(from: string, workspace: string, folders: Set<string>): void {
  const isAbove = (path: string): boolean => !isOutside(path, workspace);
  for (let at = from; ; at = dirname(at)) {
    folders.add(at);
    if (isAbove(at)) {
      for (let own = workspace; own !== at; own = dirname(own)) folders.add(own);
      return;
    }
    if (dirname(at) === at) return;
  }
}

/** Whether `path` is neither `folder` nor in it. */
function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

/** What a `tsconfig.json` extends, and so on. It may have comments, so it is not parsed: a file too many does no harm. */
async function addExtended(file: string, files: Set<string>): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [, one, list] = /"extends"\s*:\s*(?:"([^"]*)"|\[([^\]]*)\])/.exec(text) ?? [];
  const names = one === undefined ? [...(list ?? '').matchAll(/"([^"]*)"/g)].map(([, name = '']) => name) : [one];
  for (const name of names) {
    const extended = name.startsWith('.') || isAbsolute(name) ? resolve(dirname(file), name) : fromPackage(name, file);
    for (const candidate of extended === null ? [] : [extended, `${extended}.json`]) {
      if (files.has(candidate) || !(await isReadable(candidate))) continue;
      files.add(candidate);
      await addExtended(candidate, files);
    }
  }
}

function fromPackage(name: string, file: string): string | null {
  const require = createRequire(file);
  for (const candidate of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      return require.resolve(candidate);
    } catch {
      // It is named otherwise, or not installed: esbuild tells.
    }
  }
  return null;
}

async function isReadable(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}
