import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { skipN } from 'pure-rand/utils/skipN';
import type { Random } from '../studies/ports.ts';

/** Numbers after which a sequence no longer shows how alike two seeds were: the generator starts from a state of few set bits. */
const warmUp = 32;

/** Uniform numbers in [0, 1); the same seed gives the same sequence everywhere. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  skipN(generator, warmUp);
  return () => uniformFloat64(generator);
}

/** A 32-bit seed for a named stream, so that streams do not depend on the order in which they are opened. FNV-1a. */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of parts.join('\0')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash | 0;
}

/** One standard normal number (Box and Muller). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** One lognormal number with this mean (not median) and this standard deviation of the logarithm. */
export function lognormal(random: Random, mean: number, sigmaLn: number): number {
  return mean * Math.exp(sigmaLn * normal(random) - sigmaLn ** 2 / 2);
}

/** A number of the χ² distribution, close for two degrees of freedom and more (Wilson and Hilferty, PNAS 17, 1931). */
export function chiSquare(random: Random, degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * Math.max(leastCubeRoot, 1 - spread + Math.sqrt(spread) * normal(random)) ** 3;
}

/** The approximation reaches below zero once in a thousand draws of two degrees of freedom. */
const leastCubeRoot = 0.05;

/** A new array in random order. */
export function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

/** As many values as there are, drawn with replacement: one bootstrap sample. */
export function resampled<T>(values: readonly T[], random: Random): T[] {
  return values.map((value) => values[Math.floor(random() * values.length)] ?? value);
}
