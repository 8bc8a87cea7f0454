import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { messageOf, ReefError } from '../../../protocol/errors.ts';
import { Architecture } from '../../../protocol/functions.ts';
import { parseJson } from '../../runtime/wire.ts';
import {
  afterStep,
  type DeployPending,
  deploySteps,
  isDeployEntry,
  isNothingDeployed,
  nothingDeployed,
} from './deploy/journal-steps.ts';

/** Where journals of changes lie: beside the store, so that whoever finds the samples of a crashed study finds them too. */
export function journalFolder(storePath: string): string {
  return join(dirname(storePath), 'aws-journal');
}

const Place = z.object({ profile: z.nullable(z.string()), region: z.nullable(z.string()) });

/** The first line: whose changes these are, and where to undo them. */
export const Head = z.object({
  schema: z.literal('reef/aws-journal@1'),
  pid: z.int(),
  host: z.string(),
  startedAt: z.string(),
  place: Place,
  /** Null: AWS itself. */
  endpoint: z.nullable(z.string()),
  functionArn: z.string(),
  /** What the changes are made for; journals of earlier releases are of studies. */
  purpose: z._default(z.enum(['study', 'change']), 'study'),
  /** In the descriptions of all that is made. */
  marker: z.string(),
});
export type Head = z.infer<typeof Head>;

/** To which versions an alias sends calls: the main one, and others by their share of all calls. */
export const Routing = z.object({ version: z.string(), weights: z.record(z.string(), z.number()) });
export type Routing = z.infer<typeof Routing>;

/** Weights are rounded by the service. */
export function sameRouting(one: Routing, other: Routing): boolean {
  const versions = Object.keys(one.weights);
  return (
    one.version === other.version &&
    versions.length === Object.keys(other.weights).length &&
    versions.every((version) => Math.abs((one.weights[version] ?? 0) - (other.weights[version] ?? 0)) < 0.0005)
  );
}

/** One change: noted before it is made (`memory`, `architecture`, `publish`, `alias`, `routing`), and once more when it is undone or known in full. */
export const Entry = z.discriminatedUnion('step', [
  z.object({ step: z.literal('memory'), fromMb: z.int(), toMb: z.int() }),
  z.object({ step: z.literal('memory-restored') }),
  z.object({ step: z.literal('architecture'), from: Architecture, to: Architecture }),
  z.object({ step: z.literal('architecture-restored') }),
  z.object({ step: z.literal('publish'), description: z.string() }),
  /** Null when the service returned a version that was there before: that one is not ours. */
  z.object({ step: z.literal('published'), description: z.string(), version: z.nullable(z.string()) }),
  z.object({ step: z.literal('version-gone'), description: z.string() }),
  z.object({ step: z.literal('alias'), name: z.string() }),
  z.object({ step: z.literal('alias-gone'), name: z.string() }),
  z.object({ step: z.literal('routing'), alias: z.string(), before: Routing, after: Routing }),
  z.object({ step: z.literal('routing-restored'), alias: z.string() }),
  ...deploySteps,
  /** All that was changed is as it was wanted, and stays; only aliases that Reef made for the time of the work are still to go. */
  z.object({ step: z.literal('kept') }),
  /** The process could not undo the rest, and leaves it to others. */
  z.object({ step: z.literal('given-up') }),
]);
export type Entry = z.infer<typeof Entry>;

/** What is still to be undone. */
export type Pending = {
  memory: { fromMb: number; toMb: number } | null;
  architecture: { from: Architecture; to: Architecture } | null;
  /** By description; the version is null while it is not known whether it was published. */
  versions: Map<string, string | null>;
  aliases: Set<string>;
  /** By alias. */
  routings: Map<string, { before: Routing; after: Routing }>;
  deployment: DeployPending;
};

export function pendingOf(entries: readonly Entry[]): Pending {
  const pending: Pending = {
    memory: null,
    architecture: null,
    versions: new Map(),
    aliases: new Set(),
    routings: new Map(),
    deployment: nothingDeployed,
  };
  for (const entry of entries) apply(pending, entry);
  return pending;
}

function apply(pending: Pending, entry: Entry): void {
  if (isDeployEntry(entry)) {
    pending.deployment = afterStep(pending.deployment, entry);
    if (entry.step !== 'function-gone') return;
    // What belonged to a function goes with it.
    pending.versions.clear();
    pending.aliases.clear();
    return;
  }
  switch (entry.step) {
    case 'memory':
      pending.memory = { fromMb: entry.fromMb, toMb: entry.toMb };
      break;
    case 'memory-restored':
      pending.memory = null;
      break;
    case 'architecture':
      pending.architecture = { from: entry.from, to: entry.to };
      break;
    case 'architecture-restored':
      pending.architecture = null;
      break;
    case 'publish':
      pending.versions.set(entry.description, null);
      break;
    case 'published':
      if (entry.version === null) pending.versions.delete(entry.description);
      else pending.versions.set(entry.description, entry.version);
      break;
    case 'version-gone':
      pending.versions.delete(entry.description);
      break;
    case 'alias':
      pending.aliases.add(entry.name);
      break;
    case 'alias-gone':
      pending.aliases.delete(entry.name);
      break;
    case 'routing':
      pending.routings.set(entry.alias, { before: entry.before, after: entry.after });
      break;
    case 'routing-restored':
      pending.routings.delete(entry.alias);
      break;
    case 'kept':
      pending.memory = null;
      pending.architecture = null;
      pending.versions.clear();
      pending.routings.clear();
      pending.deployment = nothingDeployed;
      break;
    case 'given-up':
      break;
  }
}

export function isSettled({ memory, architecture, versions, aliases, routings, deployment }: Pending): boolean {
  return (
    memory === null &&
    architecture === null &&
    [versions, aliases, routings].every(({ size }) => size === 0) &&
    isNothingDeployed(deployment)
  );
}

/** The changes to one function that are made or about to be, on disk before each is made. */
export interface Journal {
  readonly head: Head;
  readonly file: string;
  pending(): Pending;
  /** On the disk itself when it returns. */
  note(entry: Entry): void;
  /** Removes the file when nothing is left to undo; keeps it otherwise, for whoever recovers. */
  close(): void;
}

/** @throws ReefError `store-unavailable` when the folder cannot be written to: then nothing may be changed */
export function startJournal(folder: string, head: Omit<Head, 'schema' | 'pid' | 'host'>): Journal {
  const whole: Head = { schema: 'reef/aws-journal@1', pid: process.pid, host: hostname(), ...head };
  const file = join(folder, `${head.marker.replaceAll(/\W+/g, '-')}.jsonl`);
  try {
    mkdirSync(folder, { recursive: true });
    const handle = openSync(file, 'ax');
    writeDurably(handle, whole);
    syncFolder(folder);
    return journalOf(whole, file, handle, []);
  } catch (cause) {
    const sentence = `The journal of changes cannot be written in ${folder}, so nothing is changed: ${messageOf(cause)}`;
    throw new ReefError('store-unavailable', sentence, { cause });
  }
}

function journalOf(head: Head, file: string, handle: number, known: readonly Entry[]): Journal {
  const pending = pendingOf(known);
  let open = true;
  return {
    head,
    file,
    pending: () => pending,
    note(entry) {
      writeDurably(handle, entry);
      apply(pending, entry);
    },
    close() {
      if (!open) return;
      open = false;
      if (!isSettled(pending)) writeDurably(handle, { step: 'given-up' });
      closeSync(handle);
      if (isSettled(pending)) rmSync(file, { force: true });
    },
  };
}

/** `givenUp`: the process that made the changes, though it may still run, does not undo them any more. */
export type Found = { file: string; head: Head; givenUp: boolean } | { file: string; damaged: string };

/** Journals that are in a folder, whoever wrote them. */
export function findJournals(folder: string): Found[] {
  return journalFiles(folder).map((file) => {
    const { head, entries, damaged } = read(file);
    return damaged === null ? { file, head, givenUp: entries.at(-1)?.step === 'given-up' } : { file, damaged };
  });
}

/** What to do about journals that are there, in a sentence; null when there are none. */
export function leftBehind(folder: string): string | null {
  const found = findJournals(folder);
  const { length } = found;
  if (length === 0) return null;
  const changes = found.filter((journal) => 'head' in journal && journal.head.purpose === 'change').length;
  const [one, many] =
    changes === 0 ? ['study', 'studies'] : changes === length ? ['change', 'changes'] : ['', 'studies and changes'];
  const work = length === 1 ? `1 ${one} on AWS is` : `${length} ${many} on AWS are`;
  return `${work} under way, or left changes behind when their process ended: "reef recover" undoes those.`;
}

/** Takes up a journal that another process left. @throws ReefError `store-damaged` */
export function resumeJournal(file: string): Journal {
  const { head, entries, damaged, wholeBytes } = read(file);
  if (damaged !== null) throw new ReefError('store-damaged', `The journal ${file} is damaged: ${damaged}.`);
  const handle = openSync(file, 'a');
  ftruncateSync(handle, wholeBytes);
  return journalOf(head, file, handle, entries);
}

type Read =
  | { head: Head; entries: Entry[]; damaged: null; wholeBytes: number }
  | { head: null; entries: null; damaged: string; wholeBytes: 0 };

/** A last line that a crash cut short is left out: its change was not made yet. */
function read(file: string): Read {
  const bytes = bytesOf(file);
  if (typeof bytes === 'string') return unreadable(bytes);
  const wholeBytes = bytes.lastIndexOf('\n') + 1;
  if (wholeBytes === 0) return unreadable('it was cut short before any change was made, and can be deleted');
  const [first = '', ...lines] = bytes
    .subarray(0, Math.max(0, wholeBytes - 1))
    .toString('utf8')
    .split('\n');
  const head = Head.safeParse(parseJson(first));
  if (!head.success) return unreadable('its first line does not say whose changes these are');
  const parsed = lines.map((line) => Entry.safeParse(parseJson(line)));
  const broken = parsed.findIndex(({ success }) => !success);
  if (broken >= 0) return unreadable(`line ${broken + 2} is no entry of a journal`);
  return { head: head.data, entries: parsed.flatMap(({ data }) => data ?? []), damaged: null, wholeBytes };
}

function unreadable(damaged: string): Read {
  return { head: null, entries: null, damaged, wholeBytes: 0 };
}

/** Or why they cannot be read. */
function bytesOf(file: string): Buffer | string {
  try {
    return readFileSync(file);
  } catch (error) {
    return messageOf(error);
  }
}

function journalFiles(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    return names.toSorted().map((name) => join(folder, name));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

function writeDurably(handle: number, line: Head | Entry): void {
  writeSync(handle, `${JSON.stringify(line)}\n`);
  fsyncSync(handle);
}

/** Makes the new file's name durable too; Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
