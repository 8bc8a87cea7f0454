import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ReefError } from '../../../protocol/errors.ts';
import type { Language } from '../../../protocol/functions.ts';
import { findProgram, runCommand } from '../../system/process.ts';

/** What a base image is made of: files and folders of this machine, at the same paths in the image, and the program. */
export type BaseFiles = {
  /** Absolute paths; folders with all that is in them. */
  paths: string[];
  /** The program itself: in `/usr/local/bin` of the image, or a link from there where `paths` has it in its own place. */
  program: string;
  version: string;
};

/** Names and trust that a program looks up: where they are, they go along. */
const systemFiles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/nsswitch.conf', '/usr/share/zoneinfo/UTC'];

/** Parts of Python's standard library that a function does not use, and packages that are not the standard library. */
const notNeeded = new Set([
  '__pycache__',
  'site-packages',
  'dist-packages',
  'test',
  'tests',
  'idlelib',
  'turtledemo',
  'ensurepip',
]);

export function isNeeded(path: string): boolean {
  return !path.split('/').some((part) => notNeeded.has(part) || part.startsWith('config-'));
}

/** @throws ReefError `sandbox-failed` when a library that the program needs is not there */
export async function baseFiles(language: Language, program: string): Promise<BaseFiles> {
  const own = await realpath(program);
  const found = language === 'node' ? await nodeFiles(own) : await pythonFiles(own);
  const system = [];
  for (const file of systemFiles) if (await exists(file)) system.push(file);
  const libraries = new Set<string>();
  for (const binary of [own, ...found.binaries]) for (const library of await librariesOf(binary)) libraries.add(library);
  // Python looks for its library beside itself. Node stands alone, and its own place may be hidden in a sandbox, as /tmp is.
  const inPlace = language === 'python' ? [own] : [];
  return { paths: [...new Set([...inPlace, ...found.folders, ...libraries, ...system])], program: own, version: found.version };
}

type Found = { folders: string[]; binaries: string[]; version: string };

async function nodeFiles(program: string): Promise<Found> {
  return { folders: [], binaries: [], version: await ask(program, ['-p', 'process.versions.node']) };
}

async function pythonFiles(program: string): Promise<Found> {
  const shared = await commonLibraries();
  const script = [
    'import sys, sysconfig',
    'print("%d.%d.%d" % sys.version_info[:3])',
    'print(sysconfig.get_path("stdlib"))',
    'print(sysconfig.get_path("platstdlib"))',
  ].join('\n');
  const [version = '', ...folders] = (await ask(program, ['-c', script])).split(/\r?\n/);
  const binaries: string[] = [];
  for (const folder of new Set(folders)) {
    const modules = join(folder, 'lib-dynload');
    if (await exists(modules)) binaries.push(...(await readdir(modules)).map((name) => join(modules, name)));
  }
  return { folders: [...new Set([...folders, ...shared])], binaries: binaries.filter((file) => file.endsWith('.so')), version };
}

/** Libraries that the compiled parts of packages are linked to, though Python itself may not be. */
const common = 'libstdc++.so.6 libgcc_s.so.1 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1 libutil.so.1 libresolv.so.2'.split(
  ' ',
);

/** Those of them that this system has. */
async function commonLibraries(): Promise<string[]> {
  const ldconfig = findProgram(['ldconfig', '/sbin/ldconfig']);
  if (ldconfig === null) return [];
  const { stdout } = await runCommand(ldconfig, ['-p']);
  return parseLdconfig(stdout, common);
}

/** The first path of each of these libraries in the system's list. Exported for its tests. */
export function parseLdconfig(text: string, names: readonly string[]): string[] {
  const paths = new Map<string, string>();
  for (const [, name = '', path = ''] of text.matchAll(/^\s+(\S+) \(libc6[^)]*\) => (\/\S+)$/gm)) {
    if (names.includes(name) && !paths.has(name)) paths.set(name, path);
  }
  return [...paths.values()];
}

async function ask(program: string, args: string[]): Promise<string> {
  const { stdout, exitCode } = await runCommand(program, args);
  if (exitCode !== 0) throw new ReefError('sandbox-failed', `${program} does not work, so no image can be made of it.`);
  return stdout.trim();
}

/** Shared libraries and the loader of a program, as `ldd` lists them; none of a static one. */
async function librariesOf(binary: string): Promise<string[]> {
  const ldd = findProgram(['ldd']);
  if (ldd === null)
    throw new ReefError('sandbox-failed', 'There is no "ldd", which tells the libraries of a program: install it.');
  return parseLdd((await runCommand(ldd, [binary])).stdout, binary);
}

/** Exported for its tests. */
export function parseLdd(text: string, binary: string): string[] {
  const missing = /^\s*(\S+) => not found/m.exec(text)?.[1];
  if (missing !== undefined) throw new ReefError('sandbox-failed', `${binary} needs ${missing}, which is not on this machine.`);
  return [...text.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)/gm)].flatMap(([, path]) => path ?? []);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
