import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { messageOf } from '../../../protocol/errors.ts';
import type { ZipBuild } from '../build.ts';
import { packageFailed } from '../package-failed.ts';

/** The packages that a function of Python asks for. */
export type Requirements = {
  kind: 'requirements' | 'project' | 'lock';
  /** Absolute. */
  file: string;
  /** All that decides which packages those are, by path relative to the workspace: texts, and hashes of wheels. */
  decidedBy: Record<string, string>;
  /** Packages of a `requirements.txt` that may be another version tomorrow. */
  unpinned: string[];
};

const names = ['requirements.txt', 'uv.lock', 'pyproject.toml'];
/** Tables of a `pyproject.toml`: the standard one, and that of a tool which has its own. */
const projectTable = /^\[project\]/m;
const poetryTable = /^\[tool\.poetry\.dependencies\]/m;

/**
 * What the function's file says, or the first of these names in its code folder; null when it asks for no packages.
 * @throws ReefError `package-failed` for a file that cannot be read, or asks for what cannot be installed for another machine
 */
export async function readRequirements(build: ZipBuild): Promise<Requirements | null> {
  const file = build.requirements ?? (await firstOf(build.codeRoot));
  if (file === null) return null;
  const name = basename(file);
  const reader = new Reader(build.folder);
  if (name === 'pyproject.toml' && !projectTable.test(await reader.add(file)))
    return withoutProject(build, await reader.add(file));
  if (name === 'uv.lock' || name === 'pyproject.toml') {
    await reader.add(file);
    const isLock = name === 'uv.lock';
    if (isLock) await reader.add(join(dirname(file), 'pyproject.toml'));
    return { kind: isLock ? 'lock' : 'project', file, decidedBy: reader.decidedBy, unpinned: [] };
  }
  await reader.addList(file);
  return { kind: 'requirements', file, decidedBy: reader.decidedBy, unpinned: reader.unpinned };
}

/** A `pyproject.toml` that only sets up tools asks for no packages. */
function withoutProject({ requirements }: ZipBuild, text: string): null {
  if (poetryTable.test(text))
    throw packageFailed('pyproject.toml names its packages for Poetry alone: write a requirements.txt with "poetry export"');
  if (requirements !== null) throw packageFailed('pyproject.toml has no [project] with dependencies: correct requirements');
  return null;
}

async function firstOf(folder: string): Promise<string | null> {
  for (const name of names) {
    const file = join(folder, name);
    if ((await stat(file).catch(() => null))?.isFile() === true) return file;
  }
  return null;
}

/** Reads a list of requirements and the lists that it takes in. Source: "Requirements File Format" of pip's documentation. */
class Reader {
  readonly decidedBy: Record<string, string> = {};
  readonly unpinned: string[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(file: string): Promise<string> {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw packageFailed(`${this.#shown(file)} cannot be read: correct requirements: ${messageOf(cause)}`, cause);
    });
    this.decidedBy[this.#shown(file)] = text;
    return text;
  }

  async addList(file: string, isConstraint = false): Promise<void> {
    if (this.#shown(file) in this.decidedBy) return;
    const text = await this.add(file);
    for (const [index, whole] of text
      .replaceAll(/\\\r?\n/g, ' ')
      .split(/\r?\n/)
      .entries()) {
      const line = whole.replace(/(?:^|\s)#.*$/, '').trim();
      if (line === '') continue;
      const [, option, other = ''] = /^(-r|--requirement|-c|--constraint)(?:\s+|=|(?<=^-[rc]))(\S+)/.exec(line) ?? [];
      if (option !== undefined) await this.addList(resolve(dirname(file), other), isConstraint || /^--?c/.test(option));
      else if (!line.startsWith('--')) await this.#addLine(line, file, `${this.#shown(file)}:${index + 1}`, isConstraint);
    }
  }

  async #addLine(line: string, file: string, place: string, isConstraint: boolean): Promise<void> {
    if (/^(?:-e\b|--editable)/.test(line)) throw local(place, line);
    if (/(?:^|\s)(?:git|hg|svn|bzr)\+/.test(line))
      throw packageFailed(`${place} names a repository ("${line}"), which has no wheel: take a release, or make a wheel of it`);
    const [, path] = /^(?:[\w.-]+\s*@\s*)?(?:file:(?:\/\/)?)?((?:\.{0,2}[/\\]|\.{1,2}$)\S*|\S+\.whl)/.exec(line) ?? [];
    if (path !== undefined && !/^https?:/.test(path)) return this.#addWheel(resolve(dirname(file), path), place, line);
    const name = /^[\w.-]+/.exec(line)?.[0];
    if (name !== undefined && !isConstraint && !/===?|\s@\s/.test(line)) this.unpinned.push(name);
  }

  async #addWheel(wheel: string, place: string, line: string): Promise<void> {
    if (!wheel.endsWith('.whl')) throw local(place, line);
    const bytes = await readFile(wheel).catch((cause: unknown) => {
      throw packageFailed(`${place} names ${line}, which cannot be read: ${messageOf(cause)}`, cause);
    });
    this.decidedBy[this.#shown(wheel)] = createHash('sha256').update(bytes).digest('hex');
  }

  #shown(file: string): string {
    return relative(this.#folder, file).split(sep).join('/');
  }
}

function local(place: string, line: string): Error {
  return packageFailed(
    `${place} names a project of this machine ("${line}"): make a wheel of it, or put its code into the code folder`,
  );
}
