import { accessSync, constants, mkdirSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PackedPart, Packaging, ZipArtifact } from '../deploy/artifact.ts';
import { makeOwnFolder } from '../system/own-folder.ts';
import type { Language } from '../../protocol/functions.ts';
import type { Deployable, ZipBuild } from './build.ts';
import type { Contents, Made } from './contents.ts';
import { fingerprintOf } from './fingerprint.ts';
import { KeptArchives } from './kept-archives.ts';
import { checkUnpacked, whyNotUploadable } from './limits.ts';
import { bundledContents } from './node/bundled-contents.ts';
import { folderContents } from './node/folder-contents.ts';
import { packageFailed } from './package-failed.ts';
import { pythonContents } from './python/python-contents.ts';
import { type Sizes, writeZip } from './zip.ts';

export type PackagingContext = {
  /** Folder (absolute) of the workspace where Reef keeps packages and what it remembers of them. */
  place: string;
  /** Program that runs functions of a language: Python's pip is asked of it where there is no uv. */
  programOf: (language: Language) => Promise<string>;
};

/**
 * How a function is packed. The fingerprint is known without packing, and when a function is as it was, without bundling.
 * @throws ReefError `package-failed` when it cannot be packed; `cancelled`
 */
export async function packagingOf(
  { spec, build }: Deployable,
  context: PackagingContext,
  signal: AbortSignal,
): Promise<Packaging> {
  if (build.kind === 'image') {
    const { imagePackaging } = await import('../targets/docker/build/image-packaging.ts');
    return imagePackaging(build, spec, signal);
  }
  preparePlace(context.place);
  const contents = await contentsOf({ spec, build: await withRealPaths(build) }, context, signal);
  const archives = new KeptArchives(join(context.place, 'archives'));
  return {
    codeFingerprint: contents.fingerprint,
    pack: async (packSignal, onStep) =>
      (await archives.find(contents.fingerprint)) ?? pack(contents, archives, packSignal, onStep),
  };
}

function preparePlace(place: string): void {
  try {
    makeOwnFolder(dirname(place));
    mkdirSync(place, { recursive: true });
    accessSync(place, constants.W_OK);
  } catch (cause) {
    throw packageFailed(`${place}, where packages are kept, cannot be written to: allow it, or name another store`, cause);
  }
}

type Zipped = { spec: Deployable['spec']; build: ZipBuild };

function contentsOf({ spec, build }: Zipped, { place, programOf }: PackagingContext, signal: AbortSignal): Promise<Contents> {
  if (build.language === 'python') return pythonContents(build, spec, { kept: join(place, 'python'), programOf }, signal);
  return build.bundle ? bundledContents(build, spec, join(place, 'bundles'), signal) : folderContents(build, spec, signal);
}

/** Links on the way to the workspace would show in the paths that tools tell. */
async function withRealPaths(build: ZipBuild): Promise<ZipBuild> {
  try {
    const [folder, codeRoot, handlerFile] = [
      await realpath(build.folder),
      await realpath(build.codeRoot),
      await realpath(build.handlerFile),
    ];
    const notCode = await Promise.all(build.notCode.map((file) => realpath(file).catch(() => file)));
    return { ...build, folder, codeRoot, handlerFile, notCode };
  } catch (cause) {
    throw packageFailed(`The code in ${build.codeRoot} cannot be read: correct code and handler`, cause);
  }
}

async function pack(
  contents: Contents,
  archives: KeptArchives,
  signal: AbortSignal,
  onStep: (step: string) => void,
): Promise<ZipArtifact> {
  const made = await contents.make(signal, onStep);
  const entries = [...made.entries, ...made.fetched];
  onStep(`Packing ${entries.length} files`);
  await using unfinished = await archives.unfinished(contents.fingerprint);
  const { file } = unfinished;
  const { sizes, ...zipped } = await writeZip(file, entries, signal);
  const parts = partsOf(made, sizes);
  checkUnpacked({ ...zipped, parts });
  if ((await fingerprintOf(contents.settings, made.entries, signal)) !== contents.fingerprint) {
    throw packageFailed('The code was changed while it was packed: pack it again');
  }
  const artifact: ZipArtifact = {
    kind: 'zip',
    file,
    ...zipped,
    handler: made.handler,
    files: entries.length,
    parts,
    notes: made.notes,
  };
  const tooLarge = whyNotUploadable(artifact);
  const notes = tooLarge === null ? made.notes : [...made.notes, tooLarge];
  return await archives.keep(contents.fingerprint, { ...artifact, notes }, unfinished);
}

/** Who takes how much of an archive, most first: of a bundle, by what went into it. */
function partsOf({ entries, fetched, bundled }: Made, sizes: Sizes): PackedPart[] {
  const sums = new Map<string | null, number>();
  const add = (name: string | null, bytes: number): void => void sums.set(name, (sums.get(name) ?? 0) + bytes);
  for (const { path, package: name } of [...entries, ...fetched]) add(name, sizes.get(path) ?? 0);
  for (const [name, bytes] of bundled) {
    add(name, bytes);
    add(null, -bytes); // The bundle was counted as the function's own.
  }
  return [...sums].map(([name, bytes]) => ({ package: name, bytes })).toSorted((a, b) => b.bytes - a.bytes);
}
