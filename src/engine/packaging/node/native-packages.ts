import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, readManifest } from './manifest.ts';

/** Packages whose work is to find or build the compiled part of another. */
const loaders =
  /^(?:bindings|node-gyp-build(?:-optional-packages)?|prebuild-install|@mapbox\/node-pre-gyp|node-pre-gyp|pkg-prebuilds|cmake-js)$/;
/** What packages that bring a binary for one platform are called, e.g. `@img/sharp-linux-x64`. */
const forOnePlatform = /(?:linux|darwin|win32)(?:musl)?-(?:x64|arm64)/;
const nativeParts = ['binding.gyp', 'prebuilds', 'build/Release'];

/** Whether a package has compiled parts, so that it cannot be bundled. */
export async function hasNativeCode(folder: string): Promise<boolean> {
  const manifest = await readManifest(folder);
  if (manifest === null) return false;
  if (manifest.gypfile === true || manifest.binary !== undefined || needsBinary(manifest)) return true;
  const found = await Promise.all(nativeParts.map((part) => stat(join(folder, part)).catch(() => null)));
  return found.some((each) => each !== null);
}

function needsBinary({ dependencies, optionalDependencies }: Manifest): boolean {
  return (
    Object.keys(dependencies).some((name) => loaders.test(name)) ||
    Object.keys(optionalDependencies).some((name) => forOnePlatform.test(name))
  );
}
