/**
 * Runs `task` at most once at a time: calls that come while it runs share one more run after it,
 * so that the last call always sees a run that began after it.
 */
export function coalesce(task: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function run(): Promise<void> {
    const running = task().finally(() => {
      if (current === running) current = undefined;
    });
    current = running;
    return running;
  }

  return () => {
    if (current === undefined) return run();
    next ??= current
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return run();
      });
    return next;
  };
}
