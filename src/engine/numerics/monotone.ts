/**
 * The non-increasing sequence nearest to `values` in least squares: pool adjacent violators.
 * Source: Barlow et al., Statistical Inference under Order Restrictions, 1972. In place; linear time.
 */
export function makeNonIncreasing(values: Float64Array): Float64Array {
  const { length } = values;
  const means = new Float64Array(length);
  const counts = new Int32Array(length);
  let blocks = 0;
  for (let i = 0; i < length; i++) {
    let mean = values[i] ?? 0;
    let count = 1;
    while (blocks > 0 && (means[blocks - 1] ?? 0) < mean) {
      blocks -= 1;
      const before = counts[blocks] ?? 0;
      mean = (mean * count + (means[blocks] ?? 0) * before) / (count + before);
      count += before;
    }
    means[blocks] = mean;
    counts[blocks] = count;
    blocks += 1;
  }
  let at = 0;
  for (let block = 0; block < blocks; block++) {
    const end = at + (counts[block] ?? 0);
    values.fill(means[block] ?? 0, at, end);
    at = end;
  }
  return values;
}
