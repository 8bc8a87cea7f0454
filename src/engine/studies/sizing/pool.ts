import type { Sandbox } from '../../targets/target.ts';
import type { Session } from './session.ts';

/** Sandboxes kept warm by size, as many as the target holds open at once. */
export interface Pool extends AsyncDisposable {
  /** The sandbox of a size; opens one, and closes the one that was used longest ago where there is no room. */
  at(memoryMb: number): Promise<Sandbox>;
  has(memoryMb: number): boolean;
}

export function createPool(session: Session, maxSandboxes: number): Pool {
  const sandboxes = new Map<number, Sandbox>();
  return {
    has: (memoryMb) => sandboxes.has(memoryMb),
    async at(memoryMb) {
      const known = sandboxes.get(memoryMb);
      sandboxes.delete(memoryMb);
      const oldest = sandboxes.entries().next().value;
      if (known === undefined && oldest !== undefined && sandboxes.size >= maxSandboxes) {
        sandboxes.delete(oldest[0]);
        await oldest[1].close();
      }
      const sandbox = known ?? (await session.open(memoryMb));
      sandboxes.set(memoryMb, sandbox);
      return sandbox;
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...sandboxes.values()].map((sandbox) => sandbox.close()));
    },
  };
}
