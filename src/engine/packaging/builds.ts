import { join, posix } from 'node:path';
import { isAwsRuntime, languageOfRuntime } from '../functions/runtimes.ts';
import type { FunctionSettings } from '../functions/templates/reef/schema.ts';
import { ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import type { ImageBuild, ZipBuild } from './build.ts';

/** How a function with a Dockerfile is built. */
export function imageBuild(fn: FunctionInfo, { dockerfile = '', context }: FunctionSettings, folder: string): ImageBuild {
  const beside = join(folder, posix.dirname(fn.template ?? ''));
  const file = join(beside, dockerfile);
  return { kind: 'image', dockerfile: file, context: join(beside, context ?? posix.dirname(dockerfile)) };
}

/**
 * How a function becomes an archive.
 * @throws ReefError `handler-missing`, `invalid-settings`
 */
export function zipBuild(fn: FunctionInfo, settings: FunctionSettings, runtime: string, folder: string): ZipBuild {
  const { handlerFile, symbol, codeRoot, handler } = fn;
  if (handlerFile === null || symbol === null || codeRoot === null || handler === null) {
    throw new ReefError('handler-missing', whyNoHandler(fn));
  }
  const language = languageOfRuntime(runtime);
  if (language === null || !isAwsRuntime(runtime)) {
    throw new ReefError(
      'invalid-settings',
      `"${runtime}" of ${fn.name} is no runtime that Reef packs for: write one such as nodejs22.x or python3.13.`,
    );
  }
  const { requirements } = settings;
  return {
    kind: 'zip',
    language,
    folder,
    codeRoot: join(folder, codeRoot),
    handlerFile: join(folder, handlerFile),
    symbol,
    bundle: settings.bundle ?? true,
    minify: settings.minify ?? true,
    sourceMaps: settings.sourceMaps ?? true,
    external: settings.external ?? [],
    provided: settings.provided ?? [],
    bundleAwsSdk: settings.bundleAwsSdk ?? false,
    include: settings.include ?? [],
    exclude: settings.exclude ?? [],
    requirements: requirements === undefined ? null : join(folder, posix.dirname(fn.template ?? ''), requirements),
    notCode: [...(fn.template === null ? [] : [fn.template]), ...fn.events.map(({ file }) => file)].map((file) =>
      join(folder, file),
    ),
  };
}

function whyNoHandler({ name, handler, template }: FunctionInfo): string {
  if (handler === null)
    return `${name} states no handler: add one to ${template ?? 'its template'}, for example src/app.handler.`;
  return `${name} has no file for its handler "${handler}": correct handler or code in ${template ?? 'its template'}.`;
}
