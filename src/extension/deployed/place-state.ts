import type { DeployedRow, DeployedVersions, LogFigures } from '../../protocol/deployed.ts';
import type { ReefErrorCode } from '../../protocol/errors.ts';

/** Why something could not be asked of a cloud. */
export type Problem = {
  code: ReefErrorCode;
  sentence: string;
  /** The command that signs in, as program and arguments, where that would help. */
  signIn: readonly string[] | null;
};

/** A profile and region, as far as it was looked at. */
export type PlaceState = {
  /** Name of the target, such as `aws:dev/eu-west-1`. */
  target: string;
  /** `idle`: nobody has asked yet; `stopped`: the list ends where the user stopped it. */
  listing: 'idle' | 'loading' | 'ready' | 'stopped' | 'failed';
  /** By id. */
  rows: ReadonlyMap<string, DeployedRow>;
  /** Why tags are not known, in a sentence; null when they are. */
  tagsProblem: string | null;
  /** Why the list is not whole; null while nothing is wrong. */
  problem: Problem | null;
};

export type Loadable<Value> = { state: 'loading' } | { state: 'ready'; value: Value } | { state: 'failed'; problem: Problem };

/** What was asked of one function so far. */
export type FunctionDetails = { versions?: Loadable<DeployedVersions>; figures?: Loadable<LogFigures> };

export function idlePlace(target: string): PlaceState {
  return { target, listing: 'idle', rows: new Map(), tagsProblem: null, problem: null };
}
