import { isSeq, type Node } from 'yaml';
import type { WorkspaceDiagnostic } from '../../../../protocol/functions.ts';
import { diagnostic } from '../../diagnostic.ts';
import {
  dereference,
  type Property,
  property,
  rangeOf,
  rootOf,
  type Spot,
  valueOffsets,
  valueSpot,
  type YamlFile,
} from '../yaml-file.ts';
import { nearestName } from './nearest-name.ts';
import { FunctionSettings, ReefFile } from './schema.ts';

/** Something wrong with a file of Reef's, and the function that it is wrong for; null: for all of them. */
export type Problem = { function: string | null; diagnostic: WorkspaceDiagnostic };

type Place = Pick<WorkspaceDiagnostic, 'file' | 'range'>;

type Issue = { code?: string | undefined; path: readonly PropertyKey[]; message: string; input?: unknown };

/** Values under these names may be secrets: no message has one. */
const quiet = new Set(['environment', 'tags']);
const longestShown = 60;

/** Everything that the schema does not take, at its place and in a sentence. */
export function schemaProblems(file: YamlFile, data: unknown): Problem[] {
  const { error } = ReefFile.safeParse(data, { reportInput: true });
  return (error?.issues ?? []).flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(file, issue.path, key));
    if (issue.code === 'invalid_key') return [wrongName(file, issue.path, issue.issues[0]?.message ?? issue.message)];
    return [wrongValue(file, issue)];
  });
}

/** A problem with one setting of a function; `message` completes "<setting> of <function> …". */
export function settingProblem(file: YamlFile, name: string, setting: string, message: string): Problem {
  return problem(file, ['functions', name, setting], 'value-invalid', `${setting} of ${name} ${message}.`, 'value');
}

function unknownKey(file: YamlFile, path: readonly PropertyKey[], key: string): Problem {
  const [, name, ...below] = path.map(String);
  const known = name === undefined ? ['functions'] : below.length === 0 ? Object.keys(FunctionSettings.shape) : [];
  const near = nearestName(key, known);
  const what = name === undefined ? 'of this file' : `of a function`;
  const place = [...below, key].join('.');
  const sentence =
    near === null ? `"${place}" is no setting ${what}: take it out.` : `"${place}" is no setting ${what}: it is ${near} here.`;
  return problem(file, [...path.map(String), key], 'setting-unknown', sentence, 'key');
}

function wrongName(file: YamlFile, path: readonly PropertyKey[], message: string): Problem {
  const parts = path.map(String);
  const key = parts.at(-1) ?? '';
  const subject = parts.length <= 2 ? 'functions' : `${parts.slice(2, -1).join('.')} of ${parts[1]}`;
  return problem(file, parts, 'value-invalid', `${subject} ${message}: ${key} is not.`, 'key');
}

function wrongValue(file: YamlFile, { path, message, input }: Issue): Problem {
  const parts = path.map(String);
  const [, name, setting = ''] = parts;
  const inner = settingName(path.slice(2));
  const subject = parts.length === 0 ? 'This file' : inner === '' ? parts.join('.') : `${inner} of ${name}`;
  const isShown = ['string', 'number', 'boolean'].includes(typeof input) && !quiet.has(setting);
  const shown = isShown ? `, not ${JSON.stringify(input).slice(0, longestShown)}` : '';
  return problem(file, parts, 'value-invalid', `${subject} ${message}${shown}.`, 'value');
}

/** `vpc.subnets`; of a list, `entry 2 of layers`. */
function settingName(path: readonly PropertyKey[]): string {
  const last = path.at(-1);
  return typeof last === 'number'
    ? `entry ${last + 1} of ${path.slice(0, -1).map(String).join('.')}`
    : path.map(String).join('.');
}

function problem(
  file: YamlFile,
  path: readonly string[],
  code: 'value-invalid' | 'setting-unknown',
  message: string,
  at: 'key' | 'value',
): Problem {
  const name = path.length > 1 ? (path[1] ?? null) : null;
  return { function: name, diagnostic: diagnostic('error', code, placeOf(file, path, at), message) };
}

/** Where a path leads in the text: to a key, a value or an entry of a list, or as deep as there is something. */
function placeOf(file: YamlFile, path: readonly string[], at: 'key' | 'value'): Place {
  let spot: Spot | null = rootOf(file);
  let range = file.lines.range(0, 0);
  for (const [index, name] of path.entries()) {
    const entry = entryOf(spot, name);
    const found = entry === null ? property(spot, name) : undefined;
    if (entry === null && found === undefined) break;
    if (entry !== null) range = rangeOf(entry.file, entry.node);
    else if (found !== undefined) range = rangeOfProperty(found, index === path.length - 1 ? at : 'key');
    spot = entry ?? valueSpot(found);
  }
  return { file: file.path, range };
}

/** A value that is not there has no place of its own. */
function rangeOfProperty(found: Property, at: 'key' | 'value'): WorkspaceDiagnostic['range'] {
  const [start, end] = valueOffsets(found);
  return at === 'value' && start < end ? found.file.lines.range(start, end) : rangeOf(found.file, found.key);
}

function entryOf(spot: Spot | null, index: string): Spot | null {
  const list = spot === null ? null : dereference(spot.file, spot.node);
  const node = isSeq(list) ? (list.items[Number(index)] as Node | undefined) : undefined;
  return spot === null || node === undefined ? null : { file: spot.file, node };
}
