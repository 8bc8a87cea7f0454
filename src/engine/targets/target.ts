import type { Architecture, FunctionInfo } from '../../protocol/functions.ts';
import type { TraceProbe } from '../../protocol/tracing.ts';
import type { Deployer } from './deployer.ts';
import type { LiveSettings } from './live-settings.ts';
import type { FunctionLogs } from './function-logs.ts';
import type { Trace } from '../studies/tracing/trace.ts';
import type { CallReport, Measurement } from '../../protocol/samples.ts';
import type { Basis } from '../../protocol/sizing.ts';
import type { Catalog } from './catalog.ts';

/** Sizes that a target can be set to, MB. */
export type Sizes = { minMb: number; maxMb: number; stepMb: number };

export type Capabilities = {
  /** Null when the target runs at one speed only and sets no size (`process`). */
  sizes: Sizes | null;
  /** `measured` when a sandbox opened at a size truly gets that size. */
  basis: Basis;
  architectures: Architecture[];
  /** Sandboxes that may be open at once. */
  maxSandboxes: number;
  /** True when each invocation is paid for. */
  billed: boolean;
  /** Whose prices hold; absent where it runs in none. */
  region?: string;
  /** What this target does otherwise than the provider, a sentence each: part of a report's evidence. */
  notes?: string[];
};

/** The function's own architecture where the target has it, else what the target has. */
export function runningArchitecture(fn: FunctionInfo, { architectures }: Capabilities): Architecture {
  const wanted = fn.architecture ?? 'x86_64';
  return architectures.includes(wanted) ? wanted : (architectures[0] ?? wanted);
}

export type SandboxRequest = {
  function: FunctionInfo;
  /** Null on a target that sets no size. */
  memoryMb: number | null;
  architecture: Architecture;
  /** One call of the function (of the version that it names) as it is, at the size that it has: a target that would have to change it first leaves it alone. */
  asDeployed?: boolean;
};

/** The latest reading of a sandbox's memory; its time counts from the tracer's start, ms. */
export type Reading = { samples: number; timeMs: number; usageBytes: number; workingSetBytes: number | null };

/** Who is told what a sandbox's memory is. */
export type Tracing = {
  /** Called some thirty times a second. */
  onReading: (reading: Reading) => void;
  /** Called when the sandbox has ended; once more for each time that it started anew. */
  onTrace: (trace: Trace) => void;
};

export type Invocation = {
  /** JSON text of the event. */
  payload: string;
  eventName: string | null;
  /** Hears the parts of a response that the function streams as they come; the attempt's response is then empty. */
  onChunk?: (chunk: Uint8Array) => void;
};

export type Attempt = {
  measurement: Measurement;
  sandboxId: string;
  sandboxSequence: number;
  /** What the handler returned, as it came (JSON text, or the streamed body); null without a response. Never stored. */
  response: string | null;
  /** The id that the provider gave the call, by which its log tells it; absent where it gave none. */
  requestId?: string;
  /** Absent where the call did not run at a provider, or nothing is known of it there. */
  report?: CallReport;
};

export type LogLine = {
  sandboxId: string;
  stream: 'stdout' | 'stderr' | 'reef';
  text: string;
  atMs: number;
};

/**
 * One execution environment. Calls go one at a time; the first is cold.
 * `invoke` resolves for every outcome that the function causes: it rejects only when
 * the sandbox could not be used at all (ReefError) or `signal` was aborted ('cancelled').
 * A sandbox that died (timeout, crash, out of memory) starts anew with the next call.
 */
export interface Sandbox extends AsyncDisposable {
  readonly id: string;
  readonly memoryMb: number | null;
  invoke(invocation: Invocation, signal: AbortSignal): Promise<Attempt>;
  /** The latest output lines, oldest first; bounded. */
  logs(): readonly LogLine[];
  close(): Promise<void>;
}

/**
 * A place where a function can run: the one interface of `process`, `replay` and all that follow.
 * Made by `createTarget` in targets/registry.ts.
 */
export interface Target extends AsyncDisposable {
  /** As the user names it, e.g. `process`, `replay:curves.csv`. */
  readonly name: string;
  /** Functions that exist at the target itself (recorded, deployed); empty where it runs what the workspace holds. */
  discover(signal: AbortSignal): Promise<FunctionInfo[]>;
  /**
   * The function of that name or id where all of them would be too many to list; with a version or alias, as that is.
   * Throws ReefError when there is none.
   */
  find?(wanted: string, signal: AbortSignal, qualifier?: string): Promise<FunctionInfo>;
  /** What its cloud logs of functions; absent where nothing is kept. */
  logs?: FunctionLogs;
  /** Changes settings of deployed functions; absent where nothing is deployed. */
  readonly live?: LiveSettings;
  /** Deploys functions there; absent where nothing can be deployed. */
  readonly deployer?: Deployer;
  /** What is deployed there; absent where nothing is. */
  readonly catalog?: Catalog;
  /** What tells versions of the code that the target itself holds apart; null where it cannot, absent where the workspace holds it. */
  codeVersion?(fn: FunctionInfo, signal: AbortSignal): Promise<string | null>;
  /** What the target can do for this function. Throws ReefError when it cannot run it at all. */
  describe(fn: FunctionInfo, signal: AbortSignal): Promise<Capabilities>;
  open(request: SandboxRequest, signal: AbortSignal): Promise<Sandbox>;
  /**
   * Opens a sandbox whose memory is read over time; absent where it cannot be.
   * @throws ReefError `sandbox-failed` when this machine or engine cannot either, and as `open`
   */
  openTraced?(
    request: SandboxRequest,
    tracing: Tracing,
    signal: AbortSignal,
  ): Promise<{ sandbox: Sandbox; probe: Omit<TraceProbe, 'passed_over'> }>;
}
