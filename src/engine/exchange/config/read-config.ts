import { messageOf, ReefError } from '../../../protocol/errors.ts';
import type { ConfiguredStudy } from './configured-study.ts';
import type { Key } from './key.ts';
import { parrotfishKeys } from './parrotfish.ts';
import { callCaps, powerTuningKeys } from './power-tuning-input.ts';

/** Keys that only one of the two tools has; each file of it has at least one of them. */
const telling = {
  Parrotfish: ['function_name', 'vendor', 'memory_bounds', 'payloads', 'arn'],
  'Power Tuning': ['lambdaARN', 'powerValues', 'num', 'strategy', 'payloadS3'],
} as const;

/**
 * Reads a `parrotfish.json` or an input of AWS Lambda Power Tuning as settings of a study; its keys tell which it is.
 * `file` is its name in messages.
 * @throws ReefError `invalid-settings` that names the first key that is wrong
 */
export function readConfig(text: string, file: string): ConfiguredStudy {
  const document = objectIn(text, file);
  const study: ConfiguredStudy = {
    tool: toolOf(document, file),
    // Both tools look for the cheapest size unless told otherwise.
    objective: { goal: 'cost' },
    settings: {},
    events: [],
    notes: [],
  };
  const isPowerTuning = study.tool === 'Power Tuning';
  if (!isPowerTuning && 'payload' in document && 'payloads' in document) {
    throw new ReefError('invalid-settings', `${file} has both payload and payloads: keep one.`);
  }
  const keys: Readonly<Record<string, Key>> = isPowerTuning ? powerTuningKeys : parrotfishKeys;
  // In the order of the table: what a key means may depend on one before it.
  for (const [name, take] of Object.entries(keys)) {
    if (Object.hasOwn(document, name)) take(document[name], { file, key: name }, study);
  }
  if (isPowerTuning) Object.assign(study.settings, callCaps(document));
  const unknown = Object.keys(document).filter((name) => !Object.hasOwn(keys, name));
  study.notes.push(...unknown.map((name) => `${file}: ${name} is not a key of ${study.tool}, and is left out.`));
  return study;
}

function toolOf(document: Readonly<Record<string, unknown>>, file: string): ConfiguredStudy['tool'] {
  for (const tool of ['Power Tuning', 'Parrotfish'] as const) {
    if (telling[tool].some((name) => Object.hasOwn(document, name))) return tool;
  }
  const names = [...telling.Parrotfish, ...telling['Power Tuning']].join(', ');
  throw new ReefError(
    'invalid-settings',
    `${file} is neither a parrotfish.json nor an input of Power Tuning: it has none of ${names}.`,
  );
}

function objectIn(text: string, file: string): Readonly<Record<string, unknown>> {
  const value = parsed(text, file);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new ReefError('invalid-settings', `${file} holds no JSON object: give a parrotfish.json or an input of Power Tuning.`);
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new ReefError('invalid-settings', `${file} is not valid JSON, correct it and try again: ${messageOf(cause)}`, {
      cause,
    });
  }
}
