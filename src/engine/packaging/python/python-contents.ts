import { relative, sep } from 'node:path';
import type { FunctionSpec } from '../../deploy/spec.ts';
import { platformOf } from '../../functions/native/platform.ts';
import { readSourceSymbols } from '../../functions/syntax/source-symbols.ts';
import { readFile } from 'node:fs/promises';
import type { Language } from '../../../protocol/functions.ts';
import type { ZipBuild } from '../build.ts';
import { checkBinaries } from '../check-binaries.ts';
import { listCodeFiles } from '../code-files.ts';
import type { Contents } from '../contents.ts';
import type { Entry } from '../entry.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { packageFailed } from '../package-failed.ts';
import { wholeFolder } from '../wanted-files.ts';
import { installRequirements } from './install.ts';
import { installedFiles, plain } from './installed-packages.ts';
import { findInstaller } from './installer.ts';
import { readRequirements, type Requirements } from './requirements.ts';

export type PythonContext = {
  /** Folder (absolute) where installed packages are kept. */
  kept: string;
  programOf: (language: Language) => Promise<string>;
};

/** The AWS SDK for Python, which the runtime has. */
const sdk = new Set(['boto3', 'botocore', 's3transfer', 'jmespath']);

/** A function of Python: its code folder as it is, and the packages that it asks for. */
export async function pythonContents(
  build: ZipBuild,
  spec: FunctionSpec,
  context: PythonContext,
  signal: AbortSignal,
): Promise<Contents> {
  const { handler, runtime, architecture } = spec;
  if (handler === null || runtime === null) throw packageFailed(`${spec.name} has no handler: it is an image`);
  await checkDefined(build);
  const platform = platformOf(runtime, architecture);
  const own = await listCodeFiles(build.codeRoot, wholeFolder(build), signal);
  await checkBinaries(own, /\.so(?:\.\d+)*$/i, platform);
  const entries = own.map(({ path, file, isExecutable }): Entry => ({ path, isExecutable, content: { file }, package: null }));
  const requirements = await readRequirements(build);
  const installer = requirements === null ? null : await findInstaller(context.programOf);
  const settings = {
    runtime,
    architecture,
    handler,
    provided: build.provided,
    requirements: requirements?.decidedBy ?? {},
    installer: installer === null ? null : `${installer.name} ${installer.version}`,
  };
  return {
    fingerprint: await fingerprintOf(settings, entries, signal),
    settings,
    async make(makeSignal, onStep) {
      if (requirements === null || installer === null) return { entries, fetched: [], handler, notes: [], bundled: new Map() };
      const folder = await installRequirements(
        { requirements, installer, runtime, platform, kept: context.kept },
        makeSignal,
        onStep,
      );
      const taken = new Set(entries.map(({ path }) => path));
      const fetched = (await installedFiles(folder, build.provided, makeSignal)).filter(({ path }) => !taken.has(path));
      return { entries, fetched, handler, notes: notesOf(requirements, fetched), bundled: new Map() };
    },
  };
}

/** Makes sure that the handler's file can be read as Python and defines what the handler names. */
async function checkDefined({ folder, handlerFile, symbol }: ZipBuild): Promise<void> {
  const file = relative(folder, handlerFile).split(sep).join('/');
  const { exports, isOpen, syntaxError } = await readSourceSymbols(file, await readFile(handlerFile, 'utf8'));
  if (syntaxError !== null) throw packageFailed(`${file}:${syntaxError.start.line + 1} has a syntax error: correct it`);
  if (isOpen || exports.has(symbol)) return;
  throw packageFailed(`${file} does not define "${symbol}", which the handler names: correct handler`);
}

function notesOf({ unpinned, file }: Requirements, fetched: readonly Entry[]): string[] {
  const packages = new Set(fetched.map((entry) => entry.package ?? ''));
  const ofRuntime = [...packages].filter((name) => sdk.has(plain(name))).toSorted();
  const loose = unpinned.toSorted();
  return [
    ...(ofRuntime.length > 0
      ? [`${ofRuntime.join(', ')}: packed, and in the runtime too; listed under provided they are left out.`]
      : []),
    ...(loose.length > 0
      ? [`${loose.join(', ')}: no fixed version in ${file.split(sep).at(-1)}, so another machine may pack another one; write ==.`]
      : []),
  ];
}
