import { posix } from 'node:path';

type Folder = { files: Set<string>; folders: Set<string> };

/** The listed files of a workspace, by folder. Paths are relative with `/`; `.` is the workspace folder. */
export class FileTree {
  readonly #folders = new Map<string, Folder>([['.', { files: new Set(), folders: new Set() }]]);

  add(file: string): void {
    this.#folder(posix.dirname(file)).files.add(posix.basename(file));
  }

  /** Removes a file, or a folder with all below it. Returns the files that are gone. */
  remove(path: string): string[] {
    const parent = this.#folders.get(posix.dirname(path));
    if (parent?.files.delete(posix.basename(path)) === true) return [path];
    if (path === '.' || !this.#folders.has(path)) return [];
    const gone = this.filesBelow(path);
    for (const folder of this.#folders.keys()) if (folder === path || folder.startsWith(`${path}/`)) this.#folders.delete(folder);
    parent?.folders.delete(posix.basename(path));
    return gone;
  }

  has(file: string): boolean {
    return this.#folders.get(posix.dirname(file))?.files.has(posix.basename(file)) === true;
  }

  hasFolder(folder: string): boolean {
    return this.#folders.has(folder);
  }

  /** Names of the files right in a folder. */
  filesIn(folder: string): ReadonlySet<string> {
    return this.#folders.get(folder)?.files ?? new Set();
  }

  foldersIn(folder: string): ReadonlySet<string> {
    return this.#folders.get(folder)?.folders ?? new Set();
  }

  /** Paths of all files in a folder and below it. */
  filesBelow(folder: string): string[] {
    const found: string[] = [];
    const queue = [folder];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const name of this.filesIn(next)) found.push(posix.join(next, name));
      for (const name of this.foldersIn(next)) queue.push(posix.join(next, name));
    }
    return found;
  }

  #folder(path: string): Folder {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const folder: Folder = { files: new Set(), folders: new Set() };
    this.#folders.set(path, folder);
    this.#folder(posix.dirname(path)).folders.add(posix.basename(path));
    return folder;
  }
}
