import type Docker from 'dockerode';
import { messageOf, ReefError } from '../../../protocol/errors.ts';
import type { FunctionInfo, Language } from '../../../protocol/functions.ts';
import { newestRuntime } from '../../functions/runtimes.ts';
import type { Log } from '../../studies/ports.ts';
import { isNotFound } from './engine.ts';
import { pullImage } from './pull.ts';

/** Images by function name, runtime, language, or `*`; the first that matches counts. */
export type ImageChoice = Readonly<Record<string, string>>;

/** The image that `reef docker base-image` makes from this machine's own Node or Python. */
export function baseImage(language: Language): string {
  return `reef/base-${language}:local`;
}

/** The official image of a runtime; source: AWS Lambda, "Base images for Lambda". */
export function officialImage(runtime: string): string {
  const [, language = '', version = ''] = /^([a-z]+)(.*?)(?:\.x)?$/.exec(runtime) ?? [];
  return `public.ecr.aws/lambda/${language}:${version}`;
}

/** The image that was chosen for a function; null when none was. */
export function chosenImage(fn: FunctionInfo, images: ImageChoice): string | null {
  const keys = [fn.name, fn.runtime, fn.language, '*'];
  return keys.map((key) => (key === null ? undefined : images[key])).find((image) => image !== undefined) ?? null;
}

/**
 * Name of an image that is in the engine: the chosen or official one, pulled when it is not there; where no registry has
 * the official one, the base image made from this machine.
 * @throws ReefError `runtime-not-found`, `unsupported-runtime`, `cancelled`
 */
export async function provideImage(
  { docker, images, log, say }: { docker: Docker; images: ImageChoice; log: Log; say: (text: string) => void },
  fn: FunctionInfo,
  signal: AbortSignal,
): Promise<string> {
  const chosen = chosenImage(fn, images);
  if (chosen === null && (fn.packageType === 'image' || fn.language === null)) {
    throw new ReefError(
      'unsupported-runtime',
      `${fn.name} is a container image: name the image that was built for it (--image).`,
    );
  }
  const image = chosen ?? officialImage(fn.runtime ?? newestRuntime(fn.language ?? 'node'));
  if (await hasImage(docker, image)) return image;
  try {
    await pullImage(docker, image, say, signal);
    return image;
  } catch (cause) {
    if (signal.aborted) throw new ReefError('cancelled', `Pulling ${image} was cancelled.`, { cause });
    const missing = `The image ${image} is not in the Docker engine and could not be pulled (${whyOf(cause)})`;
    if (chosen !== null || fn.language === null) {
      throw new ReefError('runtime-not-found', `${missing}: build or pull it, or name another one.`, { cause });
    }
    const base = baseImage(fn.language);
    if (await hasImage(docker, base)) {
      log.log('warn', `${missing}: ${fn.name} runs in ${base}, made from this machine's own ${fn.language}.`);
      return base;
    }
    const hint = `choose an image with --image, or make one from this machine with "reef docker base-image ${fn.language}"`;
    throw new ReefError('runtime-not-found', `${missing}: ${hint}.`, { cause });
  }
}

async function hasImage(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** What the engine says, in one line without the client's own prefix. */
export function whyOf(error: unknown): string {
  return messageOf(error)
    .replace(/^\(HTTP code \d+\) [a-z ]+ - /, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
