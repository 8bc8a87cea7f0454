import type { FunctionInfo } from '../../protocol/functions.ts';
import type { Sandbox } from '../targets/target.ts';

type Environment = { functionId: string; opening: Promise<Sandbox>; busy: boolean; lastUsed: number };

export type EnvironmentsOptions = {
  open: (fn: FunctionInfo) => Promise<Sandbox>;
  /** Calls under way at once, of all functions together. */
  concurrency: number;
};

/** Sandboxes that are kept warm, as many as calls are under way at once; those used longest ago make room for others. */
export class Environments {
  private readonly options: EnvironmentsOptions;
  private readonly all = new Set<Environment>();
  private uses = 0;

  constructor(options: EnvironmentsOptions) {
    this.options = options;
  }

  /** Does some work in a sandbox of the function that nobody else uses meanwhile; null when too many are in use. */
  async use<Result>(fn: FunctionInfo, work: (sandbox: Sandbox) => Promise<Result>): Promise<Result | null> {
    const environment = this.take(fn);
    if (environment === null) return null;
    try {
      return await work(await environment.opening);
    } catch (error) {
      this.all.delete(environment);
      await close(environment);
      throw error;
    } finally {
      environment.busy = false;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.all].map(close));
    this.all.clear();
  }

  private take(fn: FunctionInfo): Environment | null {
    const { concurrency, open } = this.options;
    const idle = [...this.all].filter(({ busy }) => !busy).toSorted((a, b) => b.lastUsed - a.lastUsed);
    if (this.all.size - idle.length >= concurrency) return null;
    this.uses += 1;
    const warm = idle.find(({ functionId }) => functionId === fn.id);
    if (warm !== undefined) {
      warm.busy = true;
      warm.lastUsed = this.uses;
      return warm;
    }
    const oldest = idle.at(-1);
    if (this.all.size >= concurrency && oldest !== undefined) {
      this.all.delete(oldest);
      void close(oldest);
    }
    const fresh = { functionId: fn.id, opening: open(fn), busy: true, lastUsed: this.uses };
    this.all.add(fresh);
    return fresh;
  }
}

/** One that could not be opened has nothing to close. */
async function close({ opening }: Environment): Promise<void> {
  const sandbox = await opening.catch(() => null);
  await sandbox?.close();
}
