/**
 * Runs `task` at once, and then at most once in so many ms: calls that come meanwhile share the next run, so that the last one
 * always sees a run after it.
 */
export function throttle(task: () => void, everyMs: number): () => void {
  let waiting: NodeJS.Timeout | undefined;
  let again = false;

  function run(): void {
    again = false;
    task();
    waiting = setTimeout(() => {
      waiting = undefined;
      if (again) run();
    }, everyMs);
  }

  return () => {
    if (waiting === undefined) run();
    else again = true;
  };
}
