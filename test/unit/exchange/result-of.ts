/** What some work returns, or throws. */
export function resultOf<Result>(work: () => Result): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
