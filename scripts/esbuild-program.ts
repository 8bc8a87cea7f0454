import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { version } from 'esbuild';

const root = join(import.meta.dirname, '..');

/**
 * esbuild's own program for a platform (`linux-x64`, `linuxmusl-arm64`, `win32-x64`), relative to the repository: Reef ships it
 * to bundle functions with. The one for Linux needs no C library, so it is musl's too.
 */
export function esbuildProgram(target: string): string {
  const program = target.startsWith('win32-') ? 'esbuild.exe' : 'bin/esbuild';
  return `node_modules/${packageOf(target)}/${program}`;
}

/** How to get the program for a platform, as npm installs only that of this machine; null when it is there. */
export function whyNoEsbuild(target: string): string | null {
  if (existsSync(join(root, esbuildProgram(target)))) return null;
  const wanted = `${packageOf(target)}@${version}`;
  return `There is no esbuild for ${target} here. Get it with: npm install --no-save --force ${wanted}`;
}

function packageOf(target: string): string {
  return `@esbuild/${target.replace(/^(?:linuxmusl|alpine)-/, 'linux-')}`;
}
