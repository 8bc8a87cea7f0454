import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import type { Engine, ProfileRequest } from '../engine/engine.ts';
import { messageOf, ReefError } from '../protocol/errors.ts';
import { chosenEvent } from './session.ts';
import { UsageError } from './usage.ts';

export type EventValues = { event?: string[] | undefined; payload?: string | undefined; payloads?: string | undefined };

/**
 * What a study sends: one event, or several with weights, as `--event FILE=WEIGHT` or from the JSON list of `--payloads`.
 * Null when nothing was named.
 */
export async function chosenEvents(
  engine: Engine,
  functionName: string,
  { event = [], payload, payloads }: EventValues,
  signal: AbortSignal,
): Promise<Pick<ProfileRequest, 'event' | 'events'> | null> {
  const ways = [event.length > 0, payload !== undefined, payloads !== undefined].filter(Boolean).length;
  if (ways > 1) throw new UsageError('Give one of --event, --payload and --payloads.');
  if (payloads !== undefined) return { event: null, events: await readPayloads(payloads) };
  if (payload !== undefined) return { event: { text: payload } };
  const weighted = event.map(weightedEvent);
  const [first, second] = weighted;
  if (first === undefined) return null;
  if (second === undefined) return { event: await chosenEvent(engine, functionName, { event: first.event }, signal) };
  const events = [];
  for (const { event: named, weight } of weighted)
    events.push({ event: await chosenEvent(engine, functionName, { event: named }, signal), weight });
  return { event: null, events };
}

/** `small.json=3`; without a weight it is 1. */
function weightedEvent(text: string): { event: string; weight: number } {
  const match = /^(.+)=([-+]?[\d.]+(?:e[-+]?\d+)?)$/i.exec(text);
  if (match === null) return { event: text, weight: 1 };
  const weight = Number(match[2]);
  if (!(weight > 0)) throw new UsageError(`--event FILE=WEIGHT takes a weight above 0, not: ${text}`);
  return { event: match[1] ?? text, weight };
}

const Payloads = z
  .array(z.object({ payload: z.unknown(), weight: z._default(z.number().check(z.positive()), 1), name: z.optional(z.string()) }))
  .check(z.minLength(1));

async function readPayloads(file: string): Promise<NonNullable<ProfileRequest['events']>> {
  const parsed = Payloads.safeParse(await readJson(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    throw new ReefError(
      'invalid-event',
      `The payloads ${file} are not a JSON list of {"payload": …, "weight": a number above 0}${where}: correct the file and try again.`,
      { cause: parsed.error },
    );
  }
  return parsed.data.map(({ payload, weight, name }) => ({
    event: { text: JSON.stringify(payload ?? null), ...(name !== undefined && { name }) },
    weight,
  }));
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ReefError('invalid-event', `The payloads ${file} cannot be read: name a JSON file that exists.`, { cause });
  }
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch (cause) {
    throw new ReefError(
      'invalid-event',
      `The payloads ${file} are not valid JSON, correct them and try again: ${messageOf(cause)}.`,
      {
        cause,
      },
    );
  }
}
