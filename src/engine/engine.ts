import type { LivePlan, LiveResult, LiveState } from '../protocol/applying.ts';
import type { CloudOutcome, DeployTool, ExecutionRole } from '../protocol/deploying.ts';
import type { FunctionInfo } from '../protocol/functions.ts';
import type { DeployedRow, DeployedVersions, LogFigures } from '../protocol/deployed.ts';
import type { EventChoice, Figures, InvokeResult } from '../protocol/requests.ts';
import type { CallLog } from '../protocol/logs.ts';
import type { CallsPerMonth, Savings } from '../protocol/savings.ts';
import type { SizingReport, SizingSettings, StudyPlan } from '../protocol/sizing.ts';
import type { TraceReport } from '../protocol/tracing.ts';
import type { DeployedAction } from './features/deployed-place.ts';
import type { Asking, DeployAction, DestroyAction, RollBackAction } from './features/deploying.ts';
import type { DriftRequest } from './drift/check-drift.ts';
import type { FunctionDrift } from './drift/function-drift.ts';
import type { CallLogRequest } from './features/call-log.ts';
import type { CloudLogs, FollowRequest, OnRead } from './features/logging.ts';
import type { Check } from './doctor/check.ts';
import type { DeployedListing, ListRequest } from './features/deployed.ts';
import type { LogFiguresRequest } from './features/log-figures.ts';
import type { TemplateChange, TemplateRequest } from './features/applying.ts';
import type { ConfirmLive, LiveRequest } from './features/applying-live.ts';
import type { FunctionIndex } from './functions/function-index.ts';
import type { ImportRequest, LogImport, TuningImport } from './import.ts';
import type { InvokeServer } from './serve/invoke-server.ts';
import type { ServeSettings } from './serve/serve.ts';
import type { PackageRequest, Packaged } from './features/packaging.ts';
import type { Store } from './store/store.ts';
import type { Log, OnProgress } from './studies/ports.ts';
import type { Recovered } from './targets/aws/recover.ts';
import type { Trace } from './studies/tracing/trace.ts';
import type { Followed } from './targets/function-logs.ts';
import type { LogLine, Target } from './targets/target.ts';
import type { TraceStudyRequest } from './tracing/request.ts';

export type EngineSettings = {
  /** Relative to the folder, or absolute. */
  storePath: string;
  /** Program that runs Node functions; empty: `node` from the PATH. */
  nodePath: string;
  /** Program that runs Python functions; empty: `python3`, then `python`, from the PATH. */
  pythonPath: string;
  /** Images of the target `docker`, by function name, runtime, language, or `*`; without one, the official image of the runtime. */
  images?: Readonly<Record<string, string>> | undefined;
  /** Where the target `aws` finds AWS; without it, AWS itself or what AWS_ENDPOINT_URL and the profile say. */
  awsEndpoint?: string | undefined;
};

export type EngineOptions = {
  /** Absolute path of the workspace folder. */
  folder: string;
  settings: EngineSettings;
  log: Log;
  onOutput: (fn: FunctionInfo, line: LogLine) => void;
};

export type RunRequest = {
  /** Name or id; a name that several functions have is an error that lists them. */
  function: string;
  /** `process`, `docker`, or `replay:<csv or folder>` (then `function` is a curve id, or empty when there is only one). */
  target: string;
  event: EventChoice;
  /** Version or alias of a deployed function, which `function` may name too (`name:live`); absent: `$LATEST`. */
  qualifier?: string;
};

export type ProfileRequest = RunRequest & {
  settings: SizingSettings;
  /** Several events with their weights, any positive numbers, in place of `event`. */
  events?: readonly { event: EventChoice; weight: number }[];
  /** Asked once before the first call where calls are paid: true to go on. */
  confirm?: (plan: StudyPlan) => Promise<boolean>;
  /** True for a run that is compared with a baseline, and so is none for later ones. */
  check?: boolean;
};

/** All that Reef does in one workspace folder; the fronts call nothing else. */
export interface Engine extends AsyncDisposable {
  readonly folder: string;
  readonly functions: FunctionIndex;
  /** Absolute path of the file of measurements, whether or not it is there: looking at a workspace does not make it. */
  readonly storePath: string;
  /** Opens the store at the first call. Throws ReefError `store-damaged`, `store-newer` or `store-unavailable`. */
  store(): Store;
  /** Throws ReefError `no-such-target`, `invalid-curve`. */
  target(name: string): Promise<Target>;
  /** The latest figures by function id, relative to the size that the template states now. */
  figures(functionIds?: readonly string[]): Map<string, Figures>;
  invoke(request: RunRequest, signal: AbortSignal): Promise<InvokeResult>;
  /** What a profile is expected to take, without a call. */
  plan(request: ProfileRequest, signal: AbortSignal): Promise<StudyPlan>;
  profile(request: ProfileRequest, signal: AbortSignal, onProgress: OnProgress): Promise<SizingReport>;
  /** Traces the memory of a function or image; readings are kept run by run. Throws what the target throws. */
  trace(request: TraceStudyRequest, signal: AbortSignal, onProgress: OnProgress): Promise<TraceReport>;
  /** Throws ReefError `no-such-run`. */
  traceReport(runId: string): TraceReport;
  /** All that was read in one run of a trace, from 0. Throws ReefError `no-such-run`. */
  tracePoints(runId: string, run: number): Trace;
  /** Keeps the calls that a log reports. Throws ReefError `invalid-import`, `ambiguous-function`. */
  importLogs(request: ImportRequest, signal: AbortSignal): Promise<LogImport>;
  /** Keeps the calls that the cloud of a target has logged in the last days. Throws `invalid-import` and what the target throws. */
  importCloudLogs(request: CloudLogs, signal: AbortSignal, onProgress?: OnRead): Promise<LogImport>;
  /** Lists what is deployed at a target such as `aws:dev/eu-west-1`, page by page. Throws `no-such-target` and what the target throws. */
  deployed(request: ListRequest, signal: AbortSignal, onRows: (rows: DeployedRow[]) => void): Promise<DeployedListing>;
  /** One deployed function, by name or id. Throws as `deployed`, and `no-such-function`. */
  deployedFunction(request: { target: string; function: string }, signal: AbortSignal): Promise<DeployedRow>;
  /** Aliases and published versions of a deployed function. Throws as `deployed`. */
  deployedVersions(action: DeployedAction, signal: AbortSignal): Promise<DeployedVersions>;
  /** What the logs of a deployed function say of its latest calls; keeps nothing. Throws as `deployed`. */
  logFigures(request: LogFiguresRequest, signal: AbortSignal): Promise<LogFigures>;
  /** The log of a deployed function as it grows, until `signal` is aborted. Throws what the target throws. */
  followLogs(request: FollowRequest, signal: AbortSignal): AsyncIterable<Followed>;
  /** What is known of one stored call, with the lines that it logged. Throws `no-such-run` and what the target throws. */
  callLog(request: CallLogRequest, signal: AbortSignal): Promise<CallLog>;
  /** Keeps a result of AWS Lambda Power Tuning. Throws as `importLogs`. */
  importTuning(request: ImportRequest, signal: AbortSignal): Promise<TuningImport>;
  /** Whether the latest reports still hold: by what was measured since, by the code, and by their age. Their figures know then. */
  drift(request: DriftRequest, signal: AbortSignal): Promise<FunctionDrift[]>;
  /** What the recommended sizes of the functions found so far would save, by their latest reports; most money first. */
  savings(calls?: CallsPerMonth): Savings;
  /** Lambda's Invoke API for the workspace's functions, on loopback, until it is closed. Throws `sandbox-failed` when the port is taken. */
  serve(target: string, settings: ServeSettings, signal: AbortSignal): Promise<InvokeServer>;
  /**
   * Packs a function of a `reef.yaml`, or a handler that no template names, as it would be deployed; `onStep` is told what
   * happens now. Throws ReefError `package-failed`, `invalid-settings`, `no-such-function`, `ambiguous-function`.
   */
  package(request: PackageRequest, signal: AbortSignal, onStep: (step: string) => void): Promise<Packaged>;
  /** The tool that a function of a template is deployed with; null when Reef deploys it itself. */
  deployTool(action: Pick<DeployAction, 'function' | 'target'>, signal: AbortSignal): Promise<DeployTool | null>;
  /**
   * Packs a function, shows what would change where it is deployed, and changes it once that is agreed to. Throws what packing
   * and the target throw; `in-use` when the function is not this workspace's.
   */
  deploy(action: DeployAction, asking: Asking, signal: AbortSignal): Promise<CloudOutcome>;
  /** Goes back to a version that was published before, once that is agreed to. */
  rollBack(action: RollBackAction, asking: Asking, signal: AbortSignal): Promise<CloudOutcome>;
  /** Deletes what this workspace made for a function, once that is agreed to. */
  destroy(action: DestroyAction, asking: Asking, signal: AbortSignal): Promise<CloudOutcome>;
  /** Targets to which a function was deployed from this workspace, as far as that is remembered. */
  deployedTargets(functionName: string, signal: AbortSignal): Promise<string[]>;
  /** Roles that a function can be given. */
  executionRoles(target: string, signal: AbortSignal): Promise<ExecutionRole[]>;
  /** What is there and what is missing on this machine, and in the account of a target `aws…`. */
  doctor(target: string | undefined, signal: AbortSignal): Promise<Check[]>;
  /** Undoes what ended processes left changed in a cloud; `force`: even of processes that seem to run. */
  recover(signal: AbortSignal, force?: boolean): Promise<Recovered[]>;
  /** What the sources of a function become by a memory size. Throws `no-such-function`, `invalid-settings`, `not-enough-data`. */
  planTemplate(request: TemplateRequest, signal: AbortSignal): Promise<TemplateChange>;
  /** Writes that. Throws ReefError `in-use` when a file has changed since. */
  writeTemplate(change: TemplateChange): Promise<void>;
  /** What is deployed of a function, as far as it can be changed. */
  liveState(request: Pick<LiveRequest, 'function' | 'target'>, signal: AbortSignal): Promise<LiveState>;
  /** What an action on a deployed function would change. Throws what the target throws. */
  planLive(request: LiveRequest, signal: AbortSignal): Promise<LivePlan>;
  /** Makes that change once it was agreed to. Throws ReefError `cancelled` when it was not, `in-use` when the function has changed. */
  applyLive(request: LiveRequest & { confirm: ConfirmLive }, signal: AbortSignal): Promise<LiveResult>;
  /** Throws ReefError `no-such-run`. */
  report(runId: string): SizingReport;
}
