import * as z from 'zod/mini';
import { applyingRequests } from './applying.ts';
import { deployingRequests } from './deploying.ts';
import { AwsProfile, DeployedRow, DeployedVersions, LogFigures } from './deployed.ts';
import { Discovery, FunctionInfo } from './functions.ts';
import { logRequests } from './logs.ts';
import { RunSummary } from './runs.ts';
import { CallReport, Measurement } from './samples.ts';
import { PackedPoints } from './trace-points.ts';
import { TraceReport } from './tracing.ts';
import { CallsPerMonth, Savings } from './savings.ts';
import { Objective, SamplePoint, SizingReport, StudyPlan, Verdict } from './sizing.ts';

/**
 * The `reef/*` requests of the language server. Client and server both validate with these schemas.
 * `folder` is the URI of the workspace folder that the request is about.
 */
const folder = z.string();
const workDone = z.optional(z.union([z.string(), z.number()]));

/** The last known figures of a function, as lens, tree and status show them. */
export const Figures = z.object({
  functionId: z.string(),
  runId: z.string(),
  createdAt: z.string(),
  target: z.string(),
  basis: z.enum(['measured', 'predicted']),
  /** The size as the template states it now (or the default), with its figures on the fitted curve. */
  currentMb: z.nullable(z.int()),
  currentDurationMs: z.nullable(z.number()),
  currentCostPerMillionUsd: z.nullable(z.number()),
  recommendedMb: z.int(),
  recommendedDurationMs: z.number(),
  recommendedCostPerMillionUsd: z.number(),
  /** Shares and factors relative to the size stated now; null without one. */
  saving: z.nullable(z.number()),
  speedup: z.nullable(z.number()),
  why: z.string(),
  evidence: z.array(z.string()),
  /** Of 95 % of warm calls at the recommended size; absent where the spread of calls is not known. */
  recommendedP95Ms: z.optional(z.number()),
  verdict: z.optional(Verdict),
  /** Why the report may no longer hold (changed code, age, drift), in a sentence; absent while it does. */
  stale: z.optional(z.string()),
});
export type Figures = z.infer<typeof Figures>;

export const FunctionWithFigures = z.object({ function: FunctionInfo, figures: z.nullable(Figures) });
export type FunctionWithFigures = z.infer<typeof FunctionWithFigures>;

export const FunctionsParams = z.object({ folder });
export const FunctionsResult = z.object({
  functions: z.array(FunctionWithFigures),
  diagnostics: Discovery.shape.diagnostics,
  /** Set when the store could not be opened: the functions are listed without figures. */
  storeError: z.nullable(z.string()),
});
export type FunctionsResult = z.infer<typeof FunctionsResult>;

/** Where the event comes from: a file, its text, or for null the first of the function's own events, else `{}`. */
export const EventChoice = z.union([
  z.object({ file: z.string() }),
  z.object({ text: z.string(), name: z.optional(z.string()) }),
  z.null(),
]);
export type EventChoice = z.infer<typeof EventChoice>;

export const InvokeParams = z.object({
  folder,
  functionId: z.string(),
  target: z.string(),
  event: EventChoice,
  /** Version or alias of a deployed function; absent: the function as it is named, or `$LATEST`. */
  qualifier: z.optional(z.string()),
  workDoneToken: workDone,
});
export const InvokeResult = z.object({
  runId: z.string(),
  measurement: Measurement,
  /** What the call cost, or would cost at the provider, USD. */
  costUsd: z.nullable(z.number()),
  /** What the provider said of the call; absent where it did not run at one. */
  report: z.optional(CallReport),
  response: z.nullable(z.string()),
  logs: z.array(z.object({ stream: z.string(), text: z.string() })),
});
export type InvokeResult = z.infer<typeof InvokeResult>;

export const ProfileParams = z.object({
  folder,
  functionId: z.string(),
  target: z.string(),
  event: EventChoice,
  objective: z.optional(Objective),
  maxInvocations: z.optional(z.int()),
  maxCostUsd: z.optional(z.number()),
  seed: z.optional(z.int()),
  /** True: the user has accepted a plan already, so that none is asked for. */
  accepted: z.optional(z.boolean()),
  workDoneToken: workDone,
});
export const ProfileResult = z.object({ runId: z.string(), report: SizingReport });
export type ProfileResult = z.infer<typeof ProfileResult>;

/** Server to client: whether to make calls that are paid for. Asked once, before the first call of a profile. */
export const confirmPlan = {
  method: 'reef/confirmPlan',
  params: z.object({ functionName: z.string(), plan: StudyPlan }),
  result: z.object({ accepted: z.boolean() }),
} as const;
export type ConfirmPlanParams = z.infer<typeof confirmPlan.params>;

export const RunsParams = z.object({ folder, limit: z.int() });
export const RunsResult = z.object({ runs: z.array(RunSummary) });
export type RunsResult = z.infer<typeof RunsResult>;

export const ReportParams = z.object({ folder, runId: z.string() });
export const ReportResult = z.object({ report: SizingReport });
export type ReportResult = z.infer<typeof ReportResult>;

export const TraceParams = z.object({
  folder,
  functionId: z.string(),
  target: z.string(),
  event: EventChoice,
  runs: z.int(),
  workDoneToken: workDone,
});
export const TraceResult = z.object({ runId: z.string(), report: TraceReport });
export const TraceReportParams = z.object({ folder, runId: z.string() });
export const TraceReportResult = z.object({ report: TraceReport });
/** Readings of one run of a trace, from 0; `columns`: no more points than so many columns of a screen show, null for all. */
export const TracePointsParams = z.object({ folder, runId: z.string(), run: z.int(), columns: z.nullable(z.int()) });
export const TracePointsResult = z.object({ points: PackedPoints });

/** All functions ranked by what their recommended sizes save. */
export const SavingsParams = z.object({ folder, callsPerMonth: z.optional(CallsPerMonth) });
export const SavingsResult = Savings;
export type SavingsResult = z.infer<typeof SavingsResult>;

/** Write a recommended size into the template: the edit comes back, the client applies it. */
export const MemoryEditParams = z.object({ folder, functionId: z.string(), memoryMb: z.int() });
export const MemoryEditResult = z.object({
  edits: z.array(
    z.object({
      file: z.string(),
      range: z.object({
        start: z.object({ line: z.int(), character: z.int() }),
        end: z.object({ line: z.int(), character: z.int() }),
      }),
      newText: z.string(),
    }),
  ),
});
export type MemoryEditResult = z.infer<typeof MemoryEditResult>;

/** Lists what is deployed at a target: the rows come as `reef/deployedRows`. Links are to the functions of every open folder. */
export const DeployedParams = z.object({ folder, target: z.string(), workDoneToken: workDone });
export const DeployedResult = z.object({
  functions: z.int(),
  /** Why tags are not known, in a sentence; null when they are. */
  tagsProblem: z.nullable(z.string()),
});

/** One deployed function, by its id. */
export const DeployedFunctionParams = z.object({ folder, target: z.string(), functionId: z.string() });
/** `fresh`: the log is read even where logs of these days were imported. */
export const LogFiguresParams = z.extend(DeployedFunctionParams, { days: z.int(), fresh: z.boolean() });

/** Profiles of this machine, and regions to choose from. Asks AWS nothing. */
export const AwsPlacesParams = z.object({});
export const AwsPlacesResult = z.object({ profiles: z.array(AwsProfile), regions: z.array(z.string()) });

/** The command that signs in to a target, as program and arguments; null where there is none. Asks AWS nothing. */
export const SignInParams = z.object({ target: z.string() });
export const SignInResult = z.object({ command: z.nullable(z.array(z.string())) });

export const requests = {
  functions: { method: 'reef/functions', params: FunctionsParams, result: FunctionsResult },
  invoke: { method: 'reef/invoke', params: InvokeParams, result: InvokeResult },
  profile: { method: 'reef/profile', params: ProfileParams, result: ProfileResult },
  /** What a profile is expected to take, without a call. */
  plan: { method: 'reef/plan', params: ProfileParams, result: StudyPlan },
  runs: { method: 'reef/runs', params: RunsParams, result: RunsResult },
  report: { method: 'reef/report', params: ReportParams, result: ReportResult },
  trace: { method: 'reef/trace', params: TraceParams, result: TraceResult },
  traceReport: { method: 'reef/traceReport', params: TraceReportParams, result: TraceReportResult },
  tracePoints: { method: 'reef/tracePoints', params: TracePointsParams, result: TracePointsResult },
  savings: { method: 'reef/savings', params: SavingsParams, result: SavingsResult },
  ...logRequests,
  memoryEdit: { method: 'reef/memoryEdit', params: MemoryEditParams, result: MemoryEditResult },
  deployed: { method: 'reef/deployed', params: DeployedParams, result: DeployedResult },
  deployedVersions: { method: 'reef/deployedVersions', params: DeployedFunctionParams, result: DeployedVersions },
  logFigures: { method: 'reef/logFigures', params: LogFiguresParams, result: LogFigures },
  awsPlaces: { method: 'reef/awsPlaces', params: AwsPlacesParams, result: AwsPlacesResult },
  signIn: { method: 'reef/signIn', params: SignInParams, result: SignInResult },
  ...applyingRequests,
  ...deployingRequests,
} as const;

/** Server to client: functions, figures or runs changed; ask again. */
export const changedNotification = 'reef/changed';
export const ChangedParams = z.object({ folder, what: z.enum(['functions', 'runs']) });
export type ChangedParams = z.infer<typeof ChangedParams>;

/** Server to client: a line for the output channel while a function runs. */
export const outputNotification = 'reef/output';
export const OutputParams = z.object({ functionName: z.string(), stream: z.string(), text: z.string() });
export type OutputParams = z.infer<typeof OutputParams>;

/** Server to client: attempts of a profile as they end, for the request with this `workDoneToken`. Several at once when they are quick. */
export const probeNotification = 'reef/probe';
export const ProbeParams = z.object({
  token: z.union([z.string(), z.number()]),
  points: z.array(SamplePoint),
  /** What happens now, for people. */
  message: z.string(),
  done: z.int(),
  /** Expected number of calls. */
  total: z.int(),
});
export type ProbeParams = z.infer<typeof ProbeParams>;

/** Server to client: readings of a trace under way, thinned out, for the request with this `workDoneToken`. */
export const readingsNotification = 'reef/readings';
export const ReadingsParams = z.object({
  token: z.union([z.string(), z.number()]),
  message: z.string(),
  done: z.int(),
  total: z.int(),
  /** Run that the readings are of, from 0. */
  run: z.int(),
  timeMs: z.array(z.number()),
  usageBytes: z.array(z.number()),
  workingSetBytes: z.array(z.nullable(z.number())),
});
export type ReadingsParams = z.infer<typeof ReadingsParams>;

/** Server to client: deployed functions of the request with this `workDoneToken`, new or better known than before. */
export const deployedRowsNotification = 'reef/deployedRows';
export const DeployedRowsParams = z.object({ token: z.union([z.string(), z.number()]), rows: z.array(DeployedRow) });
export type DeployedRowsParams = z.infer<typeof DeployedRowsParams>;

/** Client to server: how the user chose to work. Sent at initialisation and when it changes. */
export const ServerSettings = z.object({
  trusted: z.boolean(),
  target: z.string(),
  storePath: z.string(),
  objective: Objective,
  maxInvocations: z.int(),
  nodePath: z.string(),
  pythonPath: z.string(),
  codeLens: z.boolean(),
  /** For the ranking of savings when its request does not say. */
  callsPerMonth: z.optional(CallsPerMonth),
  /** Images of the target `docker` by function name, runtime, language or `*`. */
  images: z.optional(z.record(z.string(), z.string())),
  /** Where the target `aws` finds AWS; absent: AWS itself, or what the environment says. */
  awsEndpoint: z.optional(z.string()),
});
export type ServerSettings = z.infer<typeof ServerSettings>;
export const settingsNotification = 'reef/settings';

/** Commands that lenses and code actions name; the client registers them. Arguments: folder URI, function id. */
export const lensCommands = {
  run: 'reef.function.run',
  profile: 'reef.function.profile',
  trace: 'reef.function.trace',
  deploy: 'reef.function.deploy',
  showReport: 'reef.report.show',
} as const;
