/** Every constant that steers the study and its belief, in one place. */

/** Departures from the bank's curves: standard deviations of log duration that are weighed by evidence, and their reach in log memory. */
export const departure = { sds: [0.03, 0.1, 0.3], lengthLn: 0.5 };

/** Curves drawn from the belief: enough for the ends of its intervals to be steady to a tenth of their width. */
export const drawCount = 200;
/** Fewer while the study asks where to probe next, which it does after each call. */
export const probingDrawCount = 100;

/** Warm calls at each of the first sizes, and for each later probe: more of them only where they change the answer. */
export const firstWarmCalls = 1;
export const laterWarmCalls = 1;

/** The study ends at this expected regret of its best size, as a share. */
export const enoughRegret = 0.01;
/** It also ends where no probe is expected to lower the regret by this much a call. */
export const leastGainPerCall = 0.0007;
/** Calls after which even a noisy function is given an answer, with its doubt stated. */
export const mostCalls = 26;
/** So many more for each further payload. */
export const callsForPayload = 8;

/** How sure a percentile must be to keep a limit, when the objective does not say. */
export const defaultConfidence = 0.9;

/** Share of the belief below the upper bound of a cost ratio, and the standard normal quantile of it. */
export const toleranceConfidence = 0.75;
export const toleranceQuantile = 0.674;
/** How many times dearer than a gain in speed a breach of a limit is, on log scales. */
export const breachFactor = 14;

/** Figures that differ by less than this are the same for a choice. */
export const tieShare = 0.002;

/**
 * What is known of single calls before any is seen, by warm calls on AWS: a deviation of 3 % of the duration and 4 ms, half
 * of it at most, worth three calls; one straggler in fifty, longer by 1.2 × e^0.35 on average, worth two.
 */
export const priorOfCalls = {
  sd: 0.03,
  sdMs: 4,
  largestSd: 0.5,
  df: 3,
  stragglers: { seen: 1, of: 50, tailLn: 0.35, tailWorth: 2 },
};
