import type { NewSample } from '../../../protocol/samples.ts';
import { oneVcpuMb } from './grid.ts';
import type { PayloadEvidence } from './payload.ts';
import type { Payload } from './payloads.ts';
import type { Session } from './session.ts';
import { payloadEvidenceOf } from './warm.ts';

/** The attempts with one payload: those that carry its name, and all of them where it is the only one. */
export function samplesOf(samples: readonly NewSample[], { payloads }: Pick<Session, 'payloads'>, payload: Payload): NewSample[] {
  return payloads.length === 1 ? [...samples] : samples.filter((sample) => sample.eventName === payload.name);
}

/** What was seen of each payload, in their order; one may have no observation yet. */
export function groupsOf(session: Session): PayloadEvidence[] {
  return session.payloads.map((payload) => payloadEvidenceOf(samplesOf(session.evidence, session, payload), payload.weight));
}

/** Sizes with warm calls of any payload, MB, ascending. */
export function observedSizes(groups: readonly PayloadEvidence[]): number[] {
  const sizes = groups.flatMap(({ observations }) => observations.map((o) => o.memoryMb));
  return [...new Set(sizes)].toSorted((a, b) => a - b);
}

/** The payload that asks most of a size: the one with the most work in a call; before any was called, the longest text. */
export function heaviest(session: Session): Payload {
  const { payloads, evidence } = session;
  const ranked = payloads
    .map((payload) => ({ payload, work: workOf(samplesOf(evidence, session, payload)) }))
    .toSorted((a, b) => b.work - a.work || b.payload.payload.length - a.payload.payload.length);
  const first = ranked[0];
  if (first === undefined) throw new RangeError('A study has a payload');
  return first.payload;
}

/** Largest GB-seconds of a call, which CPU in proportion to memory keeps alike over sizes; of one cut off, those until then. */
function workOf(samples: readonly NewSample[]): number {
  return Math.max(0, ...samples.map(({ durationMs, memoryMb }) => (durationMs ?? 0) * (memoryMb ?? oneVcpuMb)));
}
