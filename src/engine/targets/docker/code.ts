import { join, posix, relative, sep } from 'node:path';
import type Docker from 'dockerode';
import { assetPath } from '../../assets.ts';
import { archiveOf } from './archive.ts';
import type { Log } from '../../studies/ports.ts';
import type { Handler } from '../handler.ts';
import { isInside, type Outer, outerPackages } from './packages.ts';

/** Where Lambda has a function's code, and where its layers and tools are. */
const taskFolder = '/var/task';
const shimFolder = '/opt/reef';

/** Of a workspace, what no function needs. */
const leftOut = new Set(['.git', '.hg', '.svn', '.reef']);

export type CodePlace = {
  /** Folder of this machine that is the container's task folder. */
  base: string;
  /** What is shown beside the task folder. */
  outer: readonly Outer[];
  toContainer(file: string): string;
  toLocal(file: string): string;
};

/**
 * The whole workspace is the task folder, not the code root alone: a handler may use packages and files further up,
 * which a build would bring beside it. Packages further up than that are put where Node finds them, where the engine sees
 * this machine's folders: there may be too many to copy for each sandbox.
 */
export async function codePlace(
  folder: string,
  { codeRoot, handlerFile, language }: Pick<Handler, 'codeRoot' | 'handlerFile' | 'language'>,
  { isLocal, log }: { isLocal: boolean; log: Log },
): Promise<CodePlace> {
  const base = isInside(folder, codeRoot) ? folder : codeRoot;
  const seesPackages = isLocal && language === 'node';
  const { outer, truncated } = seesPackages
    ? await outerPackages(base, handlerFile, taskFolder)
    : { outer: [], truncated: false };
  if (truncated) {
    log.log('warn', `More than ${outer.length} packages are linked from outside of ${base}: the rest is not in the container.`);
  }
  const places = [{ source: base, target: taskFolder }, ...outer];
  return {
    base,
    outer,
    toContainer: (file) => posix.join(taskFolder, ...relative(base, file).split(sep)),
    toLocal(file) {
      const place = places.find(({ target }) => file.startsWith(`${target}/`));
      return place === undefined ? file : join(place.source, posix.relative(place.target, file));
    },
  };
}

/** Program and arguments that start a shim in the container. */
export function shimEntry(language: Handler['language'], nodeOptions: readonly string[]): string[] {
  return language === 'python' ? ['python3', `${shimFolder}/python.py`] : ['node', ...nodeOptions, `${shimFolder}/node.mjs`];
}

/** Where the official images have the AWS SDK, which their own runtimes put on the path. Harmless elsewhere. */
export const sdkPaths: Record<Handler['language'], Record<string, string>> = {
  node: { NODE_PATH: '/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task' },
  python: { PYTHONPATH: '/opt/python:/var/runtime' },
};

type Mounts = Pick<Docker.HostConfig, 'Mounts'> & { Volumes: Record<string, object> };

/** Folders of this machine, read-only, where the engine sees them; else volumes, which `copyCode` fills. */
export function codeMounts(place: CodePlace, isLocal: boolean): Mounts {
  const folders = foldersOf(place);
  if (!isLocal) return { Mounts: [], Volumes: Object.fromEntries(folders.map(({ target }) => [target, {}])) };
  const mount = ({ source, target }: Outer): Docker.MountSettings => ({
    Type: 'bind',
    Source: source,
    Target: target,
    ReadOnly: true,
  });
  return { Mounts: folders.map(mount), Volumes: {} };
}

function foldersOf({ base, outer }: CodePlace): Outer[] {
  return [{ source: base, target: taskFolder }, { source: assetPath('shims'), target: shimFolder }, ...outer];
}

/** Copies code and shims into a created container. */
export async function copyCode(container: Docker.Container, place: CodePlace): Promise<void> {
  for (const { source, target } of foldersOf(place)) {
    const wanted = (path: string): boolean =>
      !relative(source, path)
        .split(sep)
        .some((part) => leftOut.has(part));
    await container.putArchive(await archiveOf(source, wanted), { path: target });
  }
}
