import { isAbsolute, join, posix, relative, sep } from 'node:path';
import type Docker from 'dockerode';
import { assetPath } from '../../assets.ts';
import { archiveOf } from './archive.ts';
import type { Handler } from '../handler.ts';

/** Where Lambda has a function's code, and where its layers and tools are. */
const taskFolder = '/var/task';
const shimFolder = '/opt/reef';

/** Of a workspace, what no function needs. */
const leftOut = new Set(['.git', '.hg', '.svn', '.reef']);

export type CodePlace = {
  /** Folder of this machine that is the container's task folder. */
  base: string;
  toContainer(file: string): string;
  toLocal(file: string): string;
};

/**
 * The whole workspace is the task folder, not the code root alone: a handler may use packages and files further up,
 * which a build would bring beside it.
 */
export function codePlace(folder: string, { codeRoot }: Pick<Handler, 'codeRoot'>): CodePlace {
  const base = isInside(folder, codeRoot) ? folder : codeRoot;
  return {
    base,
    toContainer: (file) => posix.join(taskFolder, ...relative(base, file).split(sep)),
    toLocal: (file) => (isBelow(file) ? join(base, posix.relative(taskFolder, file)) : file),
  };
}

function isBelow(file: string): boolean {
  return file.startsWith(`${taskFolder}/`);
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
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
  if (!isLocal) return { Mounts: [], Volumes: { [taskFolder]: {}, [shimFolder]: {} } };
  const mount = (source: string, target: string): Docker.MountSettings => ({
    Type: 'bind',
    Source: source,
    Target: target,
    ReadOnly: true,
  });
  return { Mounts: [mount(place.base, taskFolder), mount(assetPath('shims'), shimFolder)], Volumes: {} };
}

/** Copies code and shims into a created container. */
export async function copyCode(container: Docker.Container, place: CodePlace): Promise<void> {
  await container.putArchive(await archiveOf(assetPath('shims')), { path: shimFolder });
  const wanted = (path: string): boolean =>
    !relative(place.base, path)
      .split(sep)
      .some((part) => leftOut.has(part));
  await container.putArchive(await archiveOf(place.base, wanted), { path: taskFolder });
}
