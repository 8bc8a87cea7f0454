import type Docker from 'dockerode';
import { guardedLimit, type LimitStep } from '../../../studies/tracing/limits.ts';
import { bytesInMb } from '../../../studies/tracing/trace.ts';
import { whyOf } from '../images.ts';
import type { Reading } from '../../target.ts';

export type LimitPlan = {
  /** Proven by replay: see studies/tracing/replay.ts. */
  steps: readonly LimitStep[];
  /** The size that the container was created with. */
  staticMb: number;
  /** Nothing is changed; what would be is told. */
  dryRun: boolean;
};

/** A change of the limit as it was made. */
export type Change = {
  /** Since the container's start, when it was asked for. */
  atMs: number;
  wantedMb: number;
  /** Null when the engine refused it: the limit before then stays. */
  setMb: number | null;
  tookMs: number;
  /** `guard`: use came near the limit, which was raised to the static size for good. */
  reason: 'plan' | 'guard' | 'restore';
  refusal: string | null;
};

/** Use above this share of the limit is too near. */
const guardShare = 0.95;

/**
 * Changes a container's limit over time: up at once, down never below what is in use, back to the static size at the end.
 * When use comes near the limit, it is raised to the static size and stays there.
 */
export class LimitFollower {
  readonly #plan: LimitPlan;
  readonly #changes: Change[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #container: Docker.Container | null = null;
  #startedMs = 0;
  #currentMb: number;
  #inUseMb = 0;
  #isGivenUp = false;
  /** One change at a time, in order. */
  #queue: Promise<void> = Promise.resolve();

  constructor(plan: LimitPlan) {
    this.#plan = plan;
    this.#currentMb = plan.staticMb;
  }

  /** To be called when the container has started. */
  start(container: Docker.Container): void {
    this.#container = container;
    this.#startedMs = performance.now();
    for (const { atMs, limitMb } of this.#plan.steps) {
      this.#timers.push(setTimeout(() => this.#enqueue(limitMb, 'plan'), atMs));
    }
  }

  /** To be called with each reading. */
  onReading({ usageBytes, workingSetBytes }: Reading): void {
    this.#inUseMb = (workingSetBytes ?? usageBytes) / bytesInMb;
    const { staticMb } = this.#plan;
    if (this.#isGivenUp || this.#currentMb >= staticMb || this.#inUseMb < guardShare * this.#currentMb) return;
    this.#isGivenUp = true;
    this.#enqueue(staticMb, 'guard');
  }

  /** Restores the static size, where the container still runs, and tells what was changed. */
  async stop(): Promise<Change[]> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#queue;
    if (this.#currentMb !== this.#plan.staticMb && (await this.#isRunning())) this.#enqueue(this.#plan.staticMb, 'restore');
    await this.#queue;
    return this.#changes;
  }

  #enqueue(wantedMb: number, reason: Change['reason']): void {
    this.#queue = this.#queue.then(() => this.#change(wantedMb, reason));
  }

  async #change(wantedMb: number, reason: Change['reason']): Promise<void> {
    const { staticMb, dryRun } = this.#plan;
    if (this.#isGivenUp && reason === 'plan') return;
    const limitMb = guardedLimit(wantedMb, this.#inUseMb, staticMb);
    const fromMs = performance.now();
    const refusal = dryRun ? null : await this.#set(limitMb);
    if (refusal === null) this.#currentMb = limitMb;
    const setMb = refusal === null ? limitMb : null;
    this.#changes.push({ atMs: fromMs - this.#startedMs, wantedMb, setMb, tookMs: performance.now() - fromMs, reason, refusal });
  }

  /** What the engine says against it; null when it is set. No swap beside it: memory that is swapped is not saved. */
  async #set(limitMb: number): Promise<string | null> {
    const Memory = limitMb * bytesInMb;
    try {
      await this.#container?.update({ Memory, MemorySwap: Memory });
      return null;
    } catch (error) {
      return whyOf(error);
    }
  }

  async #isRunning(): Promise<boolean> {
    const facts = await this.#container?.inspect().catch(() => null);
    return facts?.State.Running === true;
  }
}
