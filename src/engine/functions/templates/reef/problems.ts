import type { WorkspaceDiagnostic } from '../../../../protocol/functions.ts';
import { diagnostic } from '../../diagnostic.ts';
import { type Property, property, rangeOf, rootOf, type Spot, valueOffsets, valueSpot, type YamlFile } from '../yaml-file.ts';
import { nearestName } from './nearest-name.ts';
import { FunctionSettings, ReefFile } from './schema.ts';

/** Something wrong with a file of Reef's, and the function that it is wrong for; null: for all of them. */
export type Problem = { function: string | null; diagnostic: WorkspaceDiagnostic };

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
  const inner = parts.slice(2).join('.');
  const subject = parts.length === 0 ? 'This file' : inner === '' ? parts.join('.') : `${inner} of ${name}`;
  const isShown = ['string', 'number', 'boolean'].includes(typeof input) && !quiet.has(setting);
  const shown = isShown ? `, not ${JSON.stringify(input).slice(0, longestShown)}` : '';
  return problem(file, parts, 'value-invalid', `${subject} ${message}${shown}.`, 'value');
}

function problem(
  file: YamlFile,
  path: readonly string[],
  code: 'value-invalid' | 'setting-unknown',
  message: string,
  at: 'key' | 'value',
): Problem {
  const name = path.length > 1 ? (path[1] ?? null) : null;
  const { file: found, range } = placeOf(file, path, at);
  return { function: name, diagnostic: diagnostic('error', code, { file: found, range }, message) };
}

/** Where a path leads in the text, or the deepest part of it that is there. */
function placeOf(file: YamlFile, path: readonly string[], at: 'key' | 'value') {
  let spot: Spot | null = rootOf(file);
  let deepest: Property | undefined;
  let isWhole = true;
  for (const name of path) {
    const found = property(spot, name);
    if (found === undefined) {
      isWhole = false;
      break;
    }
    deepest = found;
    spot = valueSpot(found);
  }
  if (deepest === undefined) return { file: file.path, range: file.lines.range(0, 0) };
  const isValue = at === 'value' && isWhole && deepest.value !== null;
  const range = isValue ? file.lines.range(...valueOffsets(deepest)) : rangeOf(deepest.file, deepest.key);
  return { file: file.path, range };
}
