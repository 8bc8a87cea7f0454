/** Places of `x` among ascending knots: the index of the knot at or below it, and how far it is to the next, 0–1. Outside: the end knot. */
export function locate(knots: readonly number[], x: number): { index: number; fraction: number } {
  const last = knots.length - 1;
  for (let index = 0; index < last; index++) {
    const from = knots[index] ?? 0;
    const to = knots[index + 1] ?? 0;
    if (x < from) return { index, fraction: 0 };
    if (x < to) return { index, fraction: (x - from) / (to - from) };
  }
  return { index: last, fraction: 0 };
}

/** Straight lines between knots, constant outside. */
export function interpolate(knots: readonly number[], values: readonly number[], x: number): number {
  const { index, fraction } = locate(knots, x);
  const from = values[index];
  if (from === undefined) throw new RangeError('Interpolation needs at least one knot');
  return fraction === 0 ? from : from + ((values[index + 1] ?? from) - from) * fraction;
}

/** Straight lines in log y over log x; x and y positive. Exact at knots, between equal values, and for a power law. */
export function interpolateLog(xs: readonly number[], ys: readonly number[], x: number): number {
  const { index, fraction } = locate(
    xs.map((knot) => Math.log(knot)),
    Math.log(x),
  );
  const from = ys[index];
  if (from === undefined) throw new RangeError('Interpolation needs at least one knot');
  return fraction === 0 ? from : from * ((ys[index + 1] ?? from) / from) ** fraction;
}
