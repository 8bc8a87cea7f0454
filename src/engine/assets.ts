import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Files that Reef ships beside its bundles: shims, grammars, the native SQLite module, pages.
 * `npm run build` puts them into `dist/`, and every front, test and bench reads them from there,
 * so that what is tested is what ships.
 */
export function assetPath(relative: string): string {
  return join(packageRoot(), 'dist', relative);
}

/** Folder that holds Reef's own package.json, from the sources as from the bundles. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('Reef cannot find its own package.json: install it again');
    folder = parent;
  }
  return folder;
}
