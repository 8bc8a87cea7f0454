import { join, relative, sep } from 'node:path';
import type { BuildFailure, Message } from 'esbuild';
import type { ReefError } from '../../../protocol/errors.ts';
import type { ZipBuild } from '../build.ts';
import { packageFailed } from '../package-failed.ts';
import { installedWith, packageName } from './manifest.ts';

export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

/** Whether code was refused, or is not the same, because only an ES module has what it uses. */
export function needsEsModule({ id, text }: Message): boolean {
  return id === 'empty-import-meta' || text.startsWith('Top-level await is currently not supported with the "cjs"');
}

/** The first error of a bundle, in one sentence. */
export function bundleFailure(build: ZipBuild, failure: BuildFailure): ReefError {
  const [first] = failure.errors;
  if (first === undefined) return packageFailed(`${build.handlerFile} could not be bundled`, failure);
  const more = failure.errors.length > 1 ? ` (and ${failure.errors.length - 1} more)` : '';
  return packageFailed(`${sentence(build, first)}${more}`, failure);
}

function sentence(build: ZipBuild, { text, location }: Message): string {
  if (location === null) return text;
  const place = `${shown(build, location.file)}:${location.line}`;
  const missing = /^Could not resolve "(.+?)"/.exec(text)?.[1];
  if (missing === undefined) return `${place}:${location.column + 1}: ${text}`;
  if (/^[./]/.test(missing)) return `${place} imports "${missing}", which is not there: correct the path`;
  const name = packageName(missing);
  const owner = installedWith(join(build.codeRoot, location.file));
  if (owner !== null)
    return `${owner.name} imports "${name}", which is not installed: run npm install, or list it under provided`;
  return `${place} imports "${name}", which is not installed: run npm install ${name}, or list it under provided when a layer brings it`;
}

/** A file as esbuild tells it, relative to the workspace folder. */
export function shown({ folder, codeRoot }: Pick<ZipBuild, 'folder' | 'codeRoot'>, file: string): string {
  return relative(folder, join(codeRoot, file)).split(sep).join('/');
}
