import { posix } from 'node:path';
import { type Platform, whyNotOn } from '../../functions/native/platform.ts';
import { listCodeFiles, type Wanted } from '../code-files.ts';
import type { Entry } from '../entry.ts';
import { type Installed, noBinary } from './installed.ts';

/**
 * What a package has for those who develop with it: types (but not those that the TypeScript compiler itself reads), maps,
 * texts, and sources of what was compiled.
 */
const notNeeded =
  /(?<!(?:^|\/)lib\.[\w.]*)\.d\.[cm]?ts$|\.(?:map|md|markdown|c|cc|cpp|cxx|h|hh|hpp|gyp|gypi|o|a|obj|lib|pdb|tsbuildinfo)$/i;
const licence = /^(?:licen[cs]e|notice|copying)/i;

const wanted: Wanted = {
  file: (path) => !posix.basename(path).startsWith('.') && (!notNeeded.test(path) || licence.test(posix.basename(path))),
  folder: (path) => path !== 'node_modules' && !path.endsWith('/node_modules') && !posix.basename(path).startsWith('.'),
};

/**
 * The files of installed packages that are needed at run time. Binaries for other platforms are left out.
 * @throws ReefError `package-failed` when a package has binaries, and none for this platform
 */
export async function packageFiles(packages: readonly Installed[], platform: Platform, signal: AbortSignal): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const each of packages) entries.push(...(await filesOf(each, platform, signal)));
  return entries;
}

async function filesOf({ name, folder, place }: Installed, platform: Platform, signal: AbortSignal): Promise<Entry[]> {
  const files = await listCodeFiles(folder, wanted, signal);
  const unfit = new Map<string, string>();
  let fits = false;
  for (const { path, file } of files.filter((each) => /\.node$/i.test(each.path))) {
    const why = await whyNotOn(file, platform);
    if (why === null) fits = true;
    else unfit.set(path, why);
  }
  const [first] = unfit;
  if (!fits && first !== undefined) throw noBinary(name, `${first[0]} ${first[1]}`, platform);
  return files
    .filter(({ path }) => !unfit.has(path))
    .map(({ path, file, isExecutable }) => ({ path: `${place}/${path}`, isExecutable, content: { file }, package: name }));
}
