import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { WorkspaceDiagnostic } from '../../protocol/functions.ts';
import { EventAssigner } from './events.ts';
import { forEachConcurrent, Pacer, throwIfAborted } from './files/concurrent.ts';
import { WorkspaceFiles } from './files/workspace-files.ts';
import { mayBeCdk } from './infrastructure/cdk/read-cdk.ts';
import { type LinkedFunction, linkFunction, type Sources } from './link.ts';
import { isSourceFile, mayHoldHandler, readSourceSymbols, type SourceSymbols } from './syntax/source-symbols.ts';
import { isTerraformFile, mayBeTemplateFile, readTemplate } from './templates/read-template.ts';
import type { TemplateFunction } from './templates/template-function.ts';

const concurrency = 16;

/** A template as it was read, and its functions with their code. */
export type TemplateRecord = {
  functions: TemplateFunction[];
  diagnostics: WorkspaceDiagnostic[];
  includes: string[];
  linked: LinkedFunction[];
};

/** What is known of the templates and sources of a workspace, brought up to date file by file. */
export class WorkspaceModel {
  readonly files: WorkspaceFiles;
  readonly events: EventAssigner;
  readonly templates = new Map<string, TemplateRecord>();
  /** Sources that hold handlers or are named by a template; null when one could not be read. */
  readonly sources = new Map<string, SourceSymbols | null>();
  /** Templates by the files that they depend on. */
  readonly #dependents = new Map<string, Set<string>>();
  readonly #pacer = new Pacer();
  readonly #linking: Sources = {
    exists: (file) => this.files.exists(file),
    isListed: (file) => this.files.tree.has(file),
    symbols: (file) => this.#symbols(file),
  };

  private constructor(files: WorkspaceFiles) {
    this.files = files;
    this.events = new EventAssigner(files.tree);
  }

  static async read(folder: string, overlays: ReadonlyMap<string, string>, signal: AbortSignal): Promise<WorkspaceModel> {
    const model = new WorkspaceModel(await WorkspaceFiles.list(folder, overlays, signal));
    const all = model.files.tree.filesBelow('.');
    await model.#readTemplates(all.filter(mayBeTemplateFile), signal);
    await model.#readSources(all.filter(isSourceFile), signal);
    return model;
  }

  /** The template to read for a function: for one in an included file it is the service that includes it. */
  templateOf(id: string): string | undefined {
    for (const [file, { linked }] of this.templates) if (linked.some(({ info }) => info.id === id)) return file;
    return undefined;
  }

  /** Reads again what depends on these paths. Returns whether a function or a diagnostic may differ. */
  async refresh(paths: readonly string[], signal: AbortSignal): Promise<boolean> {
    const touched = new Set<string>();
    for (const path of paths) for (const file of await this.files.refresh(path, signal)) touched.add(file);
    this.events.forget(touched);
    throwIfAborted(signal);
    const dependents = new Set([...touched].flatMap((file) => [...(this.#dependents.get(file) ?? [])]));
    const before = new Map([...touched].map((file) => [file, this.sources.get(file)]));
    for (const file of touched) this.sources.delete(file);

    const reread = [...touched].filter((file) => mayBeTemplateFile(file) || this.templates.has(file));
    const services = [...dependents].filter((file) => this.templates.get(file)?.includes.some((path) => touched.has(path)));
    const templates = new Set([...reread, ...services, ...this.#sameModules(touched)]);
    let differs = await this.#readTemplates(templates, signal);
    await forEachConcurrent(
      [...dependents].filter((file) => !templates.has(file)),
      concurrency,
      signal,
      async (file) => {
        const record = this.templates.get(file);
        if (record !== undefined && (await this.#link(file, record))) differs = true;
      },
    );
    const sources = [...touched].filter((file) => isSourceFile(file) && this.files.tree.has(file));
    differs = (await this.#readSources(sources, signal)) || differs;
    const sourceDiffers = [...touched].some((file) => !isDeepStrictEqual(before.get(file), this.sources.get(file)));
    return differs || sourceDiffers || [...touched].some((file) => file.toLowerCase().endsWith('.json'));
  }

  async #readTemplates(files: Iterable<string>, signal: AbortSignal): Promise<boolean> {
    let differs = false;
    await forEachConcurrent(files, concurrency, signal, async (file) => {
      const text = this.files.tree.has(file) ? await this.files.read(file) : null;
      differs = (await this.#readTemplate(file, text)) || differs;
    });
    return differs;
  }

  /** Takes in what a file says about functions now; null: it is gone. Returns whether that differs. */
  async #readTemplate(file: string, text: string | null): Promise<boolean> {
    const content = text === null ? null : await this.#pacer.run(() => readTemplate(file, text, this.files));
    const known = this.templates.get(file);
    if (content === null) {
      this.#depend(file, known, undefined);
      return this.templates.delete(file);
    }
    const { diagnostics, includes } = content;
    const functions = content.entries.map((entry) => entry.function);
    const record: TemplateRecord = { functions, diagnostics, includes, linked: [] };
    await this.#link(file, record, known);
    this.templates.set(file, record);
    return !isDeepStrictEqual(known, record);
  }

  /** Templates of the Terraform modules that files belong to: what one file defines is used in the others. */
  #sameModules(files: Iterable<string>): string[] {
    const folders = new Set([...files].filter(isTerraformFile).map((file) => posix.dirname(file)));
    return folders.size === 0
      ? []
      : [...this.templates.keys()].filter((file) => isTerraformFile(file) && folders.has(posix.dirname(file)));
  }

  /** Finds the code of a template's functions; an unchanged function keeps its object. Returns whether any differs. */
  async #link(file: string, record: TemplateRecord, known: TemplateRecord = record): Promise<boolean> {
    const before = new Map(known.linked.map((linked) => [linked.info.id, linked]));
    const old = { ...known };
    let differs = false;
    const linked: LinkedFunction[] = [];
    for (const fn of record.functions) {
      const next = await linkFunction(fn, this.#linking);
      const previous = before.get(next.info.id);
      const isSame = previous !== undefined && isDeepStrictEqual(previous, next);
      linked.push(isSame ? previous : next);
      differs ||= !isSame;
    }
    record.linked = linked;
    this.#depend(file, old, record);
    return differs;
  }

  #depend(file: string, before: TemplateRecord | undefined, after: TemplateRecord | undefined): void {
    for (const path of dependenciesOf(before)) this.#dependents.get(path)?.delete(file);
    for (const path of dependenciesOf(after)) {
      const templates = this.#dependents.get(path);
      if (templates === undefined) this.#dependents.set(path, new Set([file]));
      else templates.add(file);
    }
  }

  /** Looks for handlers, and for functions that a program makes. Returns whether such a program differs. */
  async #readSources(files: Iterable<string>, signal: AbortSignal): Promise<boolean> {
    let differs = false;
    await forEachConcurrent(files, concurrency, signal, async (file) => {
      const text = await this.files.read(file);
      if (text === null) return;
      if (!this.templates.has(file) && mayBeCdk(file, text) && (await this.#readTemplate(file, text))) differs = true;
      if (this.sources.has(file) || !mayHoldHandler(file, text)) return;
      this.sources.set(file, await this.#pacer.run(() => readSourceSymbols(file, text)));
    });
    return differs;
  }

  async #symbols(file: string): Promise<SourceSymbols | null> {
    const known = this.sources.get(file);
    if (known !== undefined) return known;
    const text = await this.files.read(file);
    const symbols = text === null ? null : await this.#pacer.run(() => readSourceSymbols(file, text));
    const isSearched = text !== null && this.files.tree.has(file) && mayHoldHandler(file, text);
    this.sources.set(file, symbols === null || isSearched ? symbols : { ...symbols, handlers: [] });
    return symbols;
  }
}

function dependenciesOf(record: TemplateRecord | undefined): Set<string> {
  return new Set(record === undefined ? [] : [...record.includes, ...record.linked.flatMap(({ dependsOn }) => dependsOn)]);
}
