import type { NewSample, Sample } from '../../../protocol/samples.ts';
import type { SamplePoint } from '../../../protocol/sizing.ts';
import type { Session } from './session.ts';

/** A sample; its id is there once it is stored. */
type Kept = NewSample & Partial<Pick<Sample, 'id'>>;

/** Every attempt as the chart draws it: free evidence, marked, then those of the study in the order made. */
export function pointsOf({ input, payloads, samples }: Session): SamplePoint[] {
  const several = payloads.length > 1;
  const pointOf = ({ memoryMb, durationMs, initMs, cold, outcome, eventName }: NewSample): SamplePoint => ({
    memory_mb: memoryMb,
    duration_ms: durationMs,
    init_ms: initMs,
    cold,
    outcome,
    ...(several && eventName !== null && { payload: eventName }),
  });
  const free = (input.free ?? []).flatMap((each) =>
    each.samples.map((sample: Kept) => ({
      ...pointOf(sample),
      free: true,
      ...(sample.id !== undefined && { sample_id: sample.id }),
      ...(each.target !== undefined && { target: each.target }),
    })),
  );
  // Their ids would differ from study to study; their numbers in its run do not.
  return [...free, ...samples.map((sample, index) => ({ ...pointOf(sample), call: index + 1 }))];
}
