import type { Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { ReefError } from '../../../protocol/errors.ts';
import { forEachConcurrent } from './concurrent.ts';
import { FileTree } from './file-tree.ts';
import { IgnoreRules } from './ignore-rules.ts';

const maxBytes = 1024 * 1024;
const concurrency = 16;

/**
 * The files of one workspace folder that Reef looks at, and their texts: from the editor where a file is open
 * with unsaved changes, else from disk. Ignored files, and links to folders or out of the workspace, are left out.
 */
export class WorkspaceFiles {
  readonly tree = new FileTree();
  readonly #folder: string;
  readonly #realFolder: string;
  readonly #rules: IgnoreRules;
  readonly #overlays: ReadonlyMap<string, string>;

  private constructor(folder: string, realFolder: string, rules: IgnoreRules, overlays: ReadonlyMap<string, string>) {
    this.#folder = folder;
    this.#realFolder = realFolder;
    this.#rules = rules;
    this.#overlays = overlays;
  }

  static async list(folder: string, overlays: ReadonlyMap<string, string>, signal: AbortSignal): Promise<WorkspaceFiles> {
    const files = new WorkspaceFiles(folder, await realFolder(folder), await IgnoreRules.of(folder), overlays);
    await files.#addFolder('.', signal);
    for (const file of overlays.keys()) if (!files.#rules.ignoresFile(file)) files.tree.add(file);
    return files;
  }

  /**
   * Takes over the creation, change or deletion of a file or folder.
   * Returns the files that it touches, whether or not they are listed.
   */
  async refresh(path: string, signal: AbortSignal): Promise<string[]> {
    const kind = this.#overlays.has(path) ? 'file' : await this.#kindOf(path);
    if (kind === 'none') return [path, ...this.tree.remove(path)];
    if (kind === 'folder') {
      const before = this.tree.remove(path);
      if (path !== '.' && !this.#rules.ignoresFile(`${path}/x`)) await this.#addFolder(path, signal);
      return [...new Set([...before, ...this.tree.filesBelow(path)])];
    }
    if (!this.#rules.ignoresFile(path)) this.tree.add(path);
    return [path];
  }

  /** Whether a file is there, even an ignored one: a template may name build output. */
  async exists(file: string): Promise<boolean> {
    if (this.tree.has(file)) return true;
    return this.#rules.ignoresFile(file) && (await this.#kindOf(file)) === 'file';
  }

  /** Text without byte order mark; null when the file is gone, too large or unreadable. */
  async read(file: string): Promise<string | null> {
    const overlay = this.#overlays.get(file);
    if (overlay !== undefined) return overlay;
    return (await this.exists(file)) ? readSmallText(join(this.#folder, file)) : null;
  }

  /** Paths of the listed files right in a folder. */
  list(folder: string): string[] {
    return [...this.tree.filesIn(folder)].map((name) => posix.join(folder, name));
  }

  async #kindOf(path: string): Promise<'file' | 'folder' | 'none'> {
    try {
      const real = await realpath(join(this.#folder, path));
      if (!isWithin(this.#realFolder, real)) return 'none';
      const stats = await stat(real);
      if (stats.isFile()) return 'file';
      const isLink = relative(this.#realFolder, real).split(sep).join('/') !== (path === '.' ? '' : path);
      return stats.isDirectory() && !isLink ? 'folder' : 'none';
    } catch {
      return 'none';
    }
  }

  async #addFolder(folder: string, signal: AbortSignal): Promise<void> {
    for (let level = [folder]; level.length > 0;) {
      const next: string[] = [];
      await forEachConcurrent(level, concurrency, signal, async (path) => {
        next.push(...(await this.#addEntries(path)));
      });
      level = next;
    }
  }

  /** Adds the files right in a folder; returns the folders in it. */
  async #addEntries(folder: string): Promise<string[]> {
    const entries = await entriesOf(join(this.#folder, folder));
    if (entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) {
      this.#rules.add(folder, (await readSmallText(join(this.#folder, folder, '.gitignore'))) ?? '');
    }
    const folders: string[] = [];
    for (const entry of entries) {
      const path = posix.join(folder, entry.name);
      const isFolder = entry.isDirectory();
      if (this.#rules.ignoresEntry(path, isFolder)) continue;
      if (isFolder) folders.push(path);
      else if (entry.isFile() || (entry.isSymbolicLink() && (await this.#kindOf(path)) === 'file')) this.tree.add(path);
    }
    return folders;
  }
}

async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (cause) {
    throw new ReefError('no-workspace', `The folder ${folder} cannot be read: name one that exists.`, { cause });
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return []; // A folder that cannot be listed holds no function that could be read.
  }
}

async function readSmallText(path: string): Promise<string | null> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > maxBytes) return null;
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size), 0, size, 0);
    const text = buffer.toString('utf8', 0, bytesRead);
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  } catch {
    return null;
  }
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
