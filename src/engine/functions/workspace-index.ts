import { isAbsolute, posix, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ReefError } from '../../protocol/errors.ts';
import type { Discovery, FunctionInfo } from '../../protocol/functions.ts';
import { throwIfAborted } from './files/concurrent.ts';
import type { FunctionIndex, TextEdit } from './function-index.ts';
import { withComment } from './memory-comment.ts';
import { memoryChanges, notEditable, withoutMemoryOf } from './memory-edit.ts';
import { emptySnapshot, functionsByFile, type Snapshot, takeSnapshot } from './snapshot.ts';
import { readTemplate } from './templates/read-template.ts';
import { applyChanges, toTextEdits } from './text-change.ts';
import { WorkspaceModel } from './workspace-model.ts';

const never = new AbortController().signal;

/** The index of a workspace folder (absolute path). It reads nothing before `scan`; what changes it runs one at a time. */
export function createFunctionIndex(folder: string): FunctionIndex {
  return new WorkspaceIndex(folder);
}

class WorkspaceIndex implements FunctionIndex {
  readonly folder: string;
  readonly #overlays = new Map<string, string>();
  /** True after an update that did not end: what it left half read is read again as a whole. */
  #isHalfRead = false;
  #model: WorkspaceModel | undefined;
  #snapshot: Snapshot = emptySnapshot;
  /** Made from the snapshot when first asked for. */
  #byFile: Map<string, FunctionInfo[]> | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.folder = folder;
  }

  scan(signal: AbortSignal): Promise<Discovery> {
    return this.#inTurn(async () => {
      await this.#readAll(signal);
      return this.#snapshot.discovery;
    });
  }

  update(files: readonly string[], signal: AbortSignal): Promise<boolean> {
    return this.#inTurn(() => this.#update(files.map(relativePath).filter(isInside), signal));
  }

  overlay(file: string, text: string | null): Promise<boolean> {
    const path = relativePath(file);
    if (!isInside(path)) return Promise.resolve(false);
    return this.#inTurn(async () => {
      if ((this.#overlays.get(path) ?? null) === text) return false;
      if (text === null) this.#overlays.delete(path);
      else this.#overlays.set(path, text);
      return this.#update([path], never);
    });
  }

  discovery(): Discovery {
    return this.#snapshot.discovery;
  }

  inFile(file: string): FunctionInfo[] {
    this.#byFile ??= functionsByFile(this.#snapshot.discovery.functions);
    return [...(this.#byFile.get(relativePath(file)) ?? [])];
  }

  byId(id: string): FunctionInfo | undefined {
    return this.#snapshot.byId.get(id);
  }

  memoryEdit(id: string, memoryMb: number, why?: string): Promise<TextEdit[]> {
    return this.#inTurn(() => this.#memoryEdit(id, memoryMb, why));
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #readAll(signal: AbortSignal): Promise<boolean> {
    const before = this.#snapshot.discovery;
    throwIfAborted(signal);
    this.#model = await WorkspaceModel.read(this.folder, this.#overlays, signal);
    this.#isHalfRead = false;
    this.#show(this.#model);
    return !isDeepStrictEqual(before, this.#snapshot.discovery);
  }

  #show(model: WorkspaceModel): void {
    this.#snapshot = takeSnapshot(model, this.#snapshot);
    this.#byFile = undefined;
  }

  async #update(files: readonly string[], signal: AbortSignal): Promise<boolean> {
    if (this.#model === undefined) return false;
    const isPartial = !this.#isHalfRead && !files.some((file) => file === '.' || posix.basename(file) === '.gitignore');
    this.#isHalfRead = true;
    if (!isPartial) return this.#readAll(signal);
    throwIfAborted(signal);
    const mayDiffer = await this.#model.refresh(files, signal);
    this.#isHalfRead = false;
    if (!mayDiffer) return false;
    const before = this.#snapshot.discovery;
    this.#show(this.#model);
    return differs(before, this.#snapshot.discovery);
  }

  async #memoryEdit(id: string, memoryMb: number, why: string | undefined): Promise<TextEdit[]> {
    const fn = this.byId(id);
    if (fn === undefined) throw new ReefError('no-such-function', `There is no function "${id}" in ${this.folder}.`);
    const service = this.#model?.templateOf(id);
    const files = this.#model?.files;
    if (service === undefined || files === undefined) {
      throw new ReefError(
        'invalid-settings',
        `${fn.name} has no template that states its memory: add one, or set the size where it is deployed.`,
      );
    }
    const text = await files.read(service);
    const content = text === null ? null : await readTemplate(service, text, files);
    const entry = content?.entries.find(({ function: { template, name } }) => template === fn.template && name === fn.name);
    if (text === null || content === null || entry === undefined) {
      throw new ReefError('no-such-function', `${fn.name} is no longer in ${service}: read the workspace again.`);
    }
    const plain = memoryChanges(entry, memoryMb);
    const changes = why === undefined ? plain : withComment(plain, entry.settings, why);
    if (changes === null) throw noRoomForComment(fn.name, service);
    const changed = await readTemplate(service, applyChanges(service, text, changes), {
      async read(file) {
        const included = await files.read(file);
        return included === null ? null : applyChanges(file, included, changes);
      },
      list: (folder) => files.list(folder),
    });
    const result = changed?.entries.find(({ function: { template, name } }) => template === fn.template && name === fn.name);
    const isExact =
      result?.function.memoryMb === memoryMb &&
      withoutMemoryOf(content, fn.name) === withoutMemoryOf(changed ?? content, fn.name);
    if (!isExact) throw notEditable(entry);
    return toTextEdits(changes);
  }
}

function noRoomForComment(name: string, template: string): ReefError {
  return new ReefError(
    'invalid-settings',
    `There is no room for a comment at the memory size of ${name} in ${template}: set the size without one.`,
  );
}

/** Unchanged functions keep their objects, so that comparing them is cheap. */
function differs(before: Discovery, after: Discovery): boolean {
  if (before.functions.length !== after.functions.length) return true;
  if (before.functions.some((fn, index) => fn !== after.functions[index] && !isDeepStrictEqual(fn, after.functions[index])))
    return true;
  return !isDeepStrictEqual(before.diagnostics, after.diagnostics);
}

function relativePath(file: string): string {
  return posix.normalize(sep === '\\' ? file.replaceAll('\\', '/') : file);
}

function isInside(path: string): boolean {
  return path !== '..' && !path.startsWith('../') && !posix.isAbsolute(path) && !isAbsolute(path);
}
