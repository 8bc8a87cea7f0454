import type { NewSample, Outcome } from '../../../protocol/samples.ts';
import { formatPercent } from '../../format/format.ts';
import { sum } from '../../numerics/statistics.ts';
import { pooledSd } from './observations.ts';
import type { Concluded, FreeEvidence } from './session.ts';
import { busyShareOf, observationsOf, warmOk } from './warm.ts';

/** Sentences for people: where, when, how many, with which model, and what limits the answer. */
export function evidenceOf({ session, capabilities, price, fit }: Concluded): string[] {
  const { input, samples, evidence, stoppedBy } = session;
  const cold = samples.filter((sample) => sample.cold).length;
  const day = new Date(input.clock.nowMs()).toISOString().slice(0, 10);
  return [
    samples.length === 0
      ? `No call on ${input.target.name} was needed on ${day}: what was found tells enough.`
      : `${count(samples.length, 'call')} on ${input.target.name} on ${day}: ${warmOk(samples).length} warm ones that succeeded carry the curve, ${cold} cold ${cold === 1 ? 'one is' : 'ones are'} kept apart.`,
    ...(input.free ?? []).flatMap(freeSentence),
    ...(capabilities.sizes === null
      ? predictedSentences(evidence, session.architecture, price.architecture)
      : measuredSentences(evidence)),
    ...(capabilities.notes ?? []),
    fit.sentence,
    ...failureSentences(evidence),
    ...(stoppedBy === null ? [] : [`The study ended at ${stoppedBy.limit}.`]),
    `Prices: ${price.provider}, ${price.region}, ${price.architecture}, as since ${price.date}: duration in steps of 1 ms and a fee for each request; free tier and savings plans are left out.`,
    'Intervals hold 90 % of the belief in the mean of warm calls.',
  ];
}

function freeSentence({ samples, origin }: FreeEvidence): string[] {
  if (samples.length === 0) return [];
  return [
    `${count(samples.length, 'call')} ${origin} counted too, ${warmOk(samples).length} of them warm and successful: they cost nothing now.`,
  ];
}

function predictedSentences(samples: readonly NewSample[], measuredOn: string, billedAs: string): string[] {
  const sentences = [
    'Predicted: the target runs at full speed and enforces no size; a core of the provider may be faster or slower than one of this machine.',
  ];
  const busy = busyShareOf(samples);
  if (busy !== null) {
    sentences.push(
      `This machine was busy: calls waited for a core for ${formatPercent(busy)} of their time. That time is left out, and the calls that waited least carry the curve.`,
    );
  }
  if (measuredOn !== billedAs) sentences.push(`It ran on ${measuredOn} and is priced as ${billedAs}.`);
  return sentences;
}

function measuredSentences(samples: readonly NewSample[]): string[] {
  const observations = observationsOf(samples);
  const dropped = sum(observations.map((o) => o.dropped));
  const sizes = observations.map((o) => o.memoryMb).join(', ');
  return [
    `Measured at ${sizes} MB; one call varies by ${formatPercent(pooledSd(observations))} around its mean.`,
    ...(dropped === 0
      ? []
      : [`${count(dropped, 'call')} far above the median of ${dropped === 1 ? 'its' : 'their'} size left out of the means.`]),
  ];
}

const failures: [Outcome, string][] = [
  ['error', 'ended with an error of the function'],
  ['init-error', 'failed while the function was loading'],
  ['crashed', 'ended with a crash'],
  ['timeout', 'reached the timeout'],
  ['oom', 'ran out of memory'],
  ['throttled', 'were throttled'],
  ['unavailable', 'were lost as the service failed'],
];

function failureSentences(samples: readonly NewSample[]): string[] {
  return failures.flatMap(([outcome, words]) => {
    const n = samples.filter((sample) => sample.outcome === outcome).length;
    const verb = n === 1 ? words.replace(/^were/, 'was') : words;
    return n === 0 ? [] : [`${count(n, 'call')} ${verb} and ${n === 1 ? 'is' : 'are'} no sample of speed.`];
  });
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
