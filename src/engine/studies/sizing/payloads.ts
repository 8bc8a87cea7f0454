import { ReefError } from '../../../protocol/errors.ts';
import { sum } from '../../numerics/statistics.ts';

/** An event that is sent, JSON text, with the name that its samples carry and its share of the calls. */
export type Payload = { payload: string; name: string | null; weight: number };

/**
 * The payloads of a study: weights are any positive numbers and become shares that sum to 1; several payloads get names,
 * each its own.
 * @throws ReefError `invalid-settings`
 */
export function payloadMix(payloads: readonly Payload[]): Payload[] {
  if (payloads.length === 0) throw new ReefError('invalid-settings', 'A study needs an event to send: name at least one.');
  const wrong = payloads.find(({ weight }) => !(Number.isFinite(weight) && weight > 0));
  if (wrong !== undefined) {
    throw new ReefError(
      'invalid-settings',
      `The weight of the event ${wrong.name ?? 'without a name'} is ${wrong.weight}: give it a number above 0.`,
    );
  }
  const total = sum(payloads.map(({ weight }) => weight));
  const names = payloads.length === 1 ? payloads.map(({ name }) => name) : distinctNames(payloads);
  return payloads.map(({ payload, weight }, i) => ({ payload, name: names[i] ?? null, weight: weight / total }));
}

/** `small`, `small 2`, …; an event without a name is called after its place. */
function distinctNames(payloads: readonly Payload[]): string[] {
  const taken = new Set<string>();
  return payloads.map(({ name }, i) => {
    const wanted = name ?? `event ${i + 1}`;
    let free = wanted;
    for (let n = 2; taken.has(free); n++) free = `${wanted} ${n}`;
    taken.add(free);
    return free;
  });
}
