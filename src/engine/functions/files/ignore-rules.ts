import { readFile, stat } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Folders that hold dependencies, build output or caches: never searched, whatever git says. */
const ignoredFolders = new Set(
  (
    'node_modules bower_components .git .hg .svn .yarn .venv venv site-packages __pycache__ .aws-sam .serverless ' +
    '.webpack .esbuild .sst cdk.out dist build out .next .nuxt .turbo coverage .nyc_output .cache .tox .nox ' +
    '.mypy_cache .pytest_cache .ruff_cache .terraform .gradle .reef .vscode-test'
  ).split(' '),
);

/**
 * What Reef and git ignore in a workspace. The rules of a folder's `.gitignore` hold below that folder;
 * the deepest rule that speaks decides, and what is in an ignored folder stays ignored, as in git.
 */
export class IgnoreRules {
  readonly #byFolder = new Map<string, Ignore>();
  #above: { prefix: string; rules: Ignore }[] = [];

  /** Reads the rules of the repository above the workspace, unless they ignore the workspace itself. */
  static async of(folder: string): Promise<IgnoreRules> {
    const rules = new IgnoreRules();
    for (let at = folder; ; at = dirname(at)) {
      const prefix = at === folder ? '' : `${relative(at, folder).split(sep).join('/')}/`;
      if (prefix !== '') await rules.#addAbove(join(at, '.gitignore'), prefix);
      if (await exists(join(at, '.git'))) {
        await rules.#addAbove(join(at, '.git', 'info', 'exclude'), prefix);
        return rules;
      }
      if (dirname(at) === at) {
        rules.#above = [];
        return rules;
      }
    }
  }

  async #addAbove(file: string, prefix: string): Promise<void> {
    const text = await readText(file);
    if (text === null) return;
    const rules = ignore().add(text);
    if (prefix === '' || !rules.ignores(prefix)) this.#above.push({ prefix, rules });
  }

  add(folder: string, gitignoreText: string): void {
    this.#byFolder.set(folder, ignore().add(gitignoreText));
  }

  /** Whether this entry is ignored, its parent folders being not. */
  ignoresEntry(path: string, isFolder: boolean): boolean {
    if (isFolder && ignoredFolders.has(posix.basename(path))) return true;
    if (this.#byFolder.size === 0 && this.#above.length === 0) return false;
    const tail = isFolder ? '/' : '';
    for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
      const rules = this.#byFolder.get(folder);
      if (rules !== undefined) {
        const result = rules.test((folder === '.' ? path : path.slice(folder.length + 1)) + tail);
        if (result.ignored || result.unignored) return result.ignored;
      }
      if (folder === '.') break;
    }
    for (const { prefix, rules } of this.#above) {
      const result = rules.test(prefix + path + tail);
      if (result.ignored || result.unignored) return result.ignored;
    }
    return false;
  }

  /** Whether a file or any folder on the way to it is ignored. */
  ignoresFile(file: string): boolean {
    for (let end = file.indexOf('/'); end !== -1; end = file.indexOf('/', end + 1)) {
      if (this.ignoresEntry(file.slice(0, end), true)) return true;
    }
    return this.ignoresEntry(file, false);
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
