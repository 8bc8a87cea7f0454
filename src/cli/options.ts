import { parseArgs, type ParseArgsConfig } from 'node:util';
import { messageOf } from '../protocol/errors.ts';
import { Architecture } from '../protocol/functions.ts';
import type { CallsPerMonth } from '../protocol/savings.ts';
import { UsageError } from './usage.ts';

export const commonOptions = {
  workspace: { type: 'string' },
  store: { type: 'string' },
  node: { type: 'string' },
  python: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

export const runOptions = {
  ...commonOptions,
  target: { type: 'string' },
  image: { type: 'string' },
  curve: { type: 'string' },
  event: { type: 'string' },
  payload: { type: 'string' },
  seed: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

type Spec = NonNullable<ParseArgsConfig['options']>;

/** Parses strictly; what is unknown or incomplete is a UsageError in Node's own words. */
export function parse<Options extends Spec>(args: string[], options: Options, maxPositionals: number) {
  const parsed = parseStrictly(args, options);
  if (parsed.positionals.length > maxPositionals) {
    throw new UsageError(`Unexpected argument: ${parsed.positionals[maxPositionals]}`);
  }
  return parsed;
}

function parseStrictly<Options extends Spec>(args: string[], options: Options) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new UsageError(messageOf(cause), { cause });
  }
}

/** A whole number of at least `min`. */
export function wholeNumber(text: string | undefined, option: string, min: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < min) {
    throw new UsageError(`--${option} takes a whole number of at least ${min}, not: ${text}`);
  }
  return value;
}

export function positiveNumber(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new UsageError(`--${option} takes a number above 0, not: ${text}`);
  return value;
}

/** `10%` or `0.1`, as a share. */
export function share(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  const value = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (!(value >= 0 && value <= 10)) throw new UsageError(`--${option} takes a share from 0% to 1000%, such as 10%, not: ${text}`);
  return value;
}

const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `2s`, `10m`, `1h` or `500` (ms), in ms. */
export function durationMs(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text.trim());
  const unit = (match?.[2] ?? 'ms') as keyof typeof unitsMs;
  const value = match === null ? Number.NaN : Number(match[1]) * unitsMs[unit];
  if (!(value > 0)) throw new UsageError(`--${option} takes a time above 0, such as 500ms or 2s, not: ${text}`);
  return value;
}

/** `--calls-per-month 1000000` for every function, `--calls-per-month name=1000000` for one; as often as wanted. */
export const callsOptions = {
  'calls-per-month': { type: 'string', multiple: true },
} as const satisfies ParseArgsConfig['options'];

/** Names that no function has are a UsageError. */
export function callsPerMonth(
  texts: readonly string[] | undefined,
  functions: readonly { id: string; name: string }[],
): CallsPerMonth | undefined {
  if (texts === undefined) return undefined;
  const calls: CallsPerMonth & { byFunction: Record<string, number> } = { byFunction: {} };
  for (const text of texts) {
    const end = text.lastIndexOf('=');
    const name = text.slice(0, Math.max(0, end));
    const value = positiveNumber(text.slice(end + 1), 'calls-per-month');
    if (value === undefined) continue;
    if (end < 0) calls.every = value;
    else if (functions.some((fn) => fn.id === name || fn.name === name)) calls.byFunction[name] = value;
    else throw new UsageError(`--calls-per-month names no function of the workspace: ${name}`);
  }
  return calls;
}

export function architectureOf(text: string | undefined): Architecture | undefined {
  if (text === undefined) return undefined;
  const parsed = Architecture.safeParse(text);
  if (!parsed.success) throw new UsageError(`--architecture is ${Architecture.options.join(' or ')}, not: ${text}`);
  return parsed.data;
}
