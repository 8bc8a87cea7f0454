import * as z from 'zod/mini';
import { Architecture } from './functions.ts';

/** A function as a cloud lists it, with the settings that hold there. */
export const DeployedFunction = z.object({
  /** What its target knows it by, without a version: on AWS its ARN. */
  id: z.string(),
  name: z.string(),
  /** Null where the cloud has none. */
  region: z.nullable(z.string()),
  runtime: z.nullable(z.string()),
  handler: z.nullable(z.string()),
  packageType: z.enum(['zip', 'image']),
  architecture: Architecture,
  memoryMb: z.int(),
  timeoutS: z.number(),
  codeBytes: z.number(),
  /** ISO 8601. */
  lastModified: z.nullable(z.string()),
  logGroup: z.string(),
});
export type DeployedFunction = z.infer<typeof DeployedFunction>;

export const Tags = z.record(z.string(), z.string());
export type Tags = z.infer<typeof Tags>;

/** What tied a deployed function to one of the workspace: Reef's own tag, CloudFormation's, its name, what a tool made of its name, or its handler. */
export const LinkedBy = z.enum(['reef-tag', 'logical-id', 'name', 'made-name', 'handler']);
export type LinkedBy = z.infer<typeof LinkedBy>;

/** A function of a workspace. */
export const SourceFunction = z.object({
  /** The workspace folder, as the front names it. */
  folder: z.string(),
  functionId: z.string(),
  name: z.string(),
  /** Relative to the folder. */
  template: z.nullable(z.string()),
  handlerFile: z.nullable(z.string()),
});
export type SourceFunction = z.infer<typeof SourceFunction>;

/** A setting that a deployed function has otherwise than its source states. Memory is in MB, the timeout in seconds. */
export const Difference = z.object({
  what: z.enum(['memory', 'timeout', 'architecture', 'runtime', 'handler', 'package type']),
  deployed: z.union([z.string(), z.number()]),
  source: z.union([z.string(), z.number()]),
});
export type Difference = z.infer<typeof Difference>;

/** What stands after a value of that setting. */
export function differenceUnit(what: Difference['what']): string {
  return what === 'memory' ? ' MB' : what === 'timeout' ? ' s' : '';
}

/** Where the source of a deployed function is; where several functions could be it, none is taken. */
export const SourceLink = z.union([
  z.object({ kind: z.literal('linked'), by: LinkedBy, source: SourceFunction, differences: z.array(Difference) }),
  z.object({ kind: z.literal('ambiguous'), by: LinkedBy, candidates: z.array(SourceFunction) }),
]);
export type SourceLink = z.infer<typeof SourceLink>;

/** What is known of a deployed function so far: its tags may come later than itself. */
export const DeployedRow = z.extend(DeployedFunction, {
  tags: Tags,
  /** Null where the workspace has nothing that could be its source. */
  link: z.nullable(SourceLink),
});
export type DeployedRow = z.infer<typeof DeployedRow>;

export const DeployedAlias = z.object({
  name: z.string(),
  description: z.string(),
  version: z.string(),
  /** Further versions that get a share of its calls, 0–1. */
  shares: z.record(z.string(), z.number()),
});
export type DeployedAlias = z.infer<typeof DeployedAlias>;

export const DeployedVersion = z.object({
  version: z.string(),
  description: z.string(),
  runtime: z.nullable(z.string()),
  memoryMb: z.int(),
  timeoutS: z.number(),
  /** When it was published, ISO 8601. */
  lastModified: z.nullable(z.string()),
  codeSha256: z.nullable(z.string()),
  codeBytes: z.number(),
  /** The same code and settings as `$LATEST`. */
  isLatest: z.boolean(),
});
export type DeployedVersion = z.infer<typeof DeployedVersion>;

/** Published versions, newest first, and aliases by name but for those of Reef's own work. */
export const DeployedVersions = z.object({ aliases: z.array(DeployedAlias), versions: z.array(DeployedVersion) });
export type DeployedVersions = z.infer<typeof DeployedVersions>;

/** Names of the aliases that send calls to a version. */
export function aliasesOf({ version: wanted }: DeployedVersion, aliases: readonly DeployedAlias[]): string[] {
  return aliases.filter(({ version, shares }) => version === wanted || wanted in shares).map(({ name }) => name);
}

/** What the logs of a deployed function say of its calls. Null: they do not say. */
export const LogFigures = z.object({
  /** Logs that were imported, or read for this. */
  from: z.enum(['store', 'logs']),
  calls: z.int(),
  /** Calls that did not succeed. */
  failed: z.int(),
  /** First and last call, ms since 1970. */
  firstMs: z.nullable(z.number()),
  lastMs: z.nullable(z.number()),
  /** Days of the log that the calls are from. */
  days: z.number(),
  /** False where the log holds more calls than were read: those of the latest days were. */
  complete: z.boolean(),
  /** Calls of which a report is missing, or cannot be read: they count nowhere. */
  leftOut: z.int(),
  /** The size that durations are of: the function's own, or where the log has no calls of that, the one with most calls. */
  memoryMb: z.nullable(z.int()),
  /** Warm calls at that size that succeeded: those that p50 and p95 are of. */
  warm: z.int(),
  p50Ms: z.nullable(z.number()),
  p95Ms: z.nullable(z.number()),
  initMs: z.nullable(z.number()),
  peakMb: z.nullable(z.number()),
  /** Share of all calls. */
  coldRate: z.nullable(z.number()),
  callsPerDay: z.nullable(z.number()),
  costPerMonthUsd: z.nullable(z.number()),
});
export type LogFigures = z.infer<typeof LogFigures>;

/** A profile of the AWS tools; nothing secret of it. */
export const AwsProfile = z.object({
  name: z.string(),
  region: z.nullable(z.string()),
  /** Whether one signs in to it with `aws sso login`. */
  sso: z.boolean(),
});
export type AwsProfile = z.infer<typeof AwsProfile>;
