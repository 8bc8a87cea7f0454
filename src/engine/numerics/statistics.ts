/** Quantile by linear interpolation between order statistics (Hyndman and Fan's type 7). `share` in 0–1. */
export function quantile(values: readonly number[], share: number): number {
  return quantileOfSorted(
    values.toSorted((a, b) => a - b),
    share,
  );
}

/** As `quantile`, for values already in ascending order. */
export function quantileOfSorted(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * Math.min(1, Math.max(0, share));
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError('A quantile needs at least one value');
  return below + (above - below) * (position - Math.floor(position));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('A mean needs at least one value');
  return sum(values) / values.length;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Standard deviation with n − 1; 0 for a single value. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

/** The middle 90 % of draws. */
export function interval90(draws: readonly number[]): [number, number] {
  const sorted = draws.toSorted((a, b) => a - b);
  return [quantileOfSorted(sorted, 0.05), quantileOfSorted(sorted, 0.95)];
}

/** E[max(0, X)] of a normal X. */
export function expectedExcess(mean: number, deviation: number): number {
  const z = mean / deviation;
  return mean * normalShare(z) + (deviation * Math.exp(-(z ** 2) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Share of a standard normal below z, to 2e-4 (Page, Applied Statistics 26, 1977). */
export function normalShare(z: number): number {
  return 1 / (1 + Math.exp(-1.5976 * z - 0.070566 * z ** 3));
}
