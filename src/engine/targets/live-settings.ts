import type { LiveAction, LivePlan, LiveState } from '../../protocol/applying.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';

/** An action whose size is known. */
export type SizedAction = LiveAction & ({ kind: 'set' | 'undo' | 'finish' | 'rollBack' } | { kind: 'shift'; memoryMb: number });

/** What an action would change as things are now, and the way to do it. */
export type LiveStep = Pick<LivePlan, 'changes' | 'notes'> & {
  /**
   * Makes the changes, and returns once they are in force and checked. A failure leaves what was there before.
   * @throws ReefError `in-use` when the function has changed since the plan, or somebody else is changing it
   */
  apply(signal: AbortSignal): Promise<void>;
};

/** Changes settings of functions where they are deployed: each step planned first, guarded, and recorded where a crash finds it. */
export interface LiveSettings {
  /** What is deployed now. Changes nothing. */
  state(fn: FunctionInfo, signal: AbortSignal): Promise<LiveState>;
  /**
   * What an action would change. Changes nothing.
   * @throws ReefError `in-use`, `invalid-settings` when it cannot be done as things are
   */
  plan(fn: FunctionInfo, action: SizedAction, signal: AbortSignal): Promise<LiveStep>;
}
