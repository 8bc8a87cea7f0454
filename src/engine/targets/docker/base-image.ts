import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type Docker from 'dockerode';
import { ReefError } from '../../../protocol/errors.ts';
import type { Language } from '../../../protocol/functions.ts';
import { createProgramFinder, type ProgramSettings } from '../../runtime/programs.ts';
import { archiveOf } from './archive.ts';
import { type BaseFiles, baseFiles, isNeeded } from './base-files.ts';
import { connectEngine, isNotFound } from './engine.ts';
import { baseImage } from './images.ts';
import { ignoreGone } from './labels.ts';

const programNames: Record<Language, string> = { node: 'node', python: 'python3' };

/** A function runs as a user with no name of its own; some libraries want one. */
const accounts = 'root:x:0:0:root:/:/bin/false\nreef:x:1000:1000:reef:/tmp:/bin/false\n';

export type MadeImage = { image: string; program: string; version: string };

/**
 * Makes an image from the Node or Python of this machine (Linux only): the program, the libraries that it is linked to and
 * the standard library, nothing else. For machines that reach no registry.
 * @throws ReefError `sandbox-failed`, `runtime-not-found`, `cancelled`
 */
export async function makeBaseImage(language: Language, settings: ProgramSettings, signal: AbortSignal): Promise<MadeImage> {
  if (process.platform !== 'linux') {
    const why = 'A base image is made from Linux programs, and this machine has none';
    throw new ReefError('sandbox-failed', `${why}: pull or build an image, and name it with --image.`);
  }
  const program = await createProgramFinder(settings)(language);
  const { docker } = await connectEngine();
  const files = await baseFiles(language, program);
  const image = baseImage(language);
  const [repo = '', tag = ''] = image.split(':');
  const earlier = await idOf(docker, image);
  const root = await mkdtemp(join(tmpdir(), 'reef-base-'));
  try {
    await layOut(files, programNames[language], root);
    const changes = ['ENV PATH=/usr/local/bin:/usr/bin:/bin', `LABEL dev.reef.base="${language} ${files.version}"`];
    const stream = await docker.importImage(await archiveOf(root), { repo, tag, changes, abortSignal: signal });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
    });
    // The one that had this name; Docker keeps it as long as a container runs in it.
    if (earlier !== null && earlier !== (await idOf(docker, image))) await ignoreGone(docker.getImage(earlier).remove());
  } catch (cause) {
    if (signal.aborted) throw new ReefError('cancelled', `Making ${image} was cancelled.`, { cause });
    throw new ReefError('sandbox-failed', `Docker could not import ${image} from ${program}.`, { cause });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return { image, program: files.program, version: files.version };
}

async function idOf(docker: Docker, image: string): Promise<string | null> {
  try {
    return (await docker.getImage(image).inspect()).Id;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** Lays the files out as they shall be in the image. */
async function layOut({ paths, program }: BaseFiles, name: string, root: string): Promise<void> {
  for (const path of paths) {
    // Libraries are often reached by links: their content goes to each path.
    await cp(path, join(root, path), {
      recursive: true,
      dereference: true,
      filter: (source) => isNeeded(relative(path, source)),
    });
  }
  for (const folder of ['tmp', 'var/task', 'opt/reef', 'etc', 'usr/local/bin'])
    await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(root, 'etc/passwd'), accounts);
  const inPath = join(root, 'usr/local/bin', name);
  if (!paths.includes(program)) await cp(program, inPath);
  else if (program !== `/usr/local/bin/${name}`) await symlink(program, inPath);
}
