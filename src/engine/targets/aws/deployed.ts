import { createHash } from 'node:crypto';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { DeployedFunction, DeployedVersion } from '../../../protocol/deployed.ts';
import { ReefError } from '../../../protocol/errors.ts';
import type { Architecture, FunctionInfo } from '../../../protocol/functions.ts';
import { languageOfRuntime } from '../../functions/runtimes.ts';

/** What Reef reads of a function's configuration: that of `$LATEST`, or of a version. */
export type Deployed = {
  /** Without a version. */
  arn: string;
  name: string;
  /** `$LATEST` or a number. */
  version: string;
  description: string;
  memoryMb: number;
  timeoutS: number;
  runtime: string | null;
  handler: string | null;
  packageType: 'zip' | 'image';
  architecture: Architecture;
  codeSha256: string | null;
  codeBytes: number;
  /** Tells apart what is set of a function beside size, architecture, code and description; values of its environment are not kept. */
  settingsHash: string;
  /** ARNs of its layers. */
  layers: string[];
  /** Changes with each change of code or configuration; null where an emulator has none. */
  revisionId: string | null;
  lastModified: string | null;
  logGroup: string;
  /** Whether its last change is in force. */
  state: 'ready' | 'pending' | 'failed';
  /** Why it is not ready, in the service's words. */
  stateReason: string | null;
};

/**
 * @throws ReefError `service-failed` when the answer lacks what every function has
 */
export function deployedOf(configuration: FunctionConfiguration): Deployed {
  const { FunctionArn: arn, FunctionName: name, MemorySize: memoryMb } = configuration;
  if (arn === undefined || name === undefined || memoryMb === undefined) {
    throw new ReefError('service-failed', 'AWS described a function without its name or size: try again, or check the endpoint.');
  }
  return {
    arn: withoutVersion(arn),
    name,
    version: configuration.Version ?? '$LATEST',
    description: configuration.Description ?? '',
    memoryMb,
    timeoutS: configuration.Timeout ?? 3,
    runtime: configuration.Runtime ?? null,
    handler: configuration.Handler ?? null,
    packageType: configuration.PackageType === 'Image' ? 'image' : 'zip',
    architecture: configuration.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
    codeSha256: configuration.CodeSha256 ?? null,
    codeBytes: configuration.CodeSize ?? 0,
    settingsHash: settingsHash(configuration),
    layers: (configuration.Layers ?? []).flatMap(({ Arn }) => Arn ?? []),
    revisionId: configuration.RevisionId ?? null,
    lastModified: configuration.LastModified ?? null,
    logGroup: configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
    state: stateOf(configuration),
    stateReason: configuration.LastUpdateStatusReason ?? configuration.StateReason ?? null,
  };
}

/** Versions of a function are compared by this: a version that is published is a copy of `$LATEST`. */
function settingsHash(configuration: FunctionConfiguration): string {
  const { Runtime, Role, Handler, Timeout, PackageType, KMSKeyArn, Environment, TracingConfig } = configuration;
  const { VpcConfig, DeadLetterConfig, Layers, FileSystemConfigs, ImageConfigResponse, EphemeralStorage } = configuration;
  const { SnapStart, LoggingConfig } = configuration;
  const settings = [
    [Runtime, Role, Handler, Timeout, PackageType ?? 'Zip', KMSKeyArn ?? '', TracingConfig?.Mode ?? 'PassThrough'],
    Object.entries(Environment?.Variables ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    [VpcConfig?.SubnetIds?.toSorted() ?? [], VpcConfig?.SecurityGroupIds?.toSorted() ?? []],
    DeadLetterConfig?.TargetArn ?? '',
    (Layers ?? []).map(({ Arn }) => Arn),
    FileSystemConfigs ?? [],
    ImageConfigResponse?.ImageConfig ?? null,
    EphemeralStorage?.Size ?? null,
    SnapStart?.ApplyOn ?? 'None',
    [LoggingConfig?.LogFormat ?? 'Text', LoggingConfig?.LogGroup ?? ''],
  ];
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}

function stateOf({ State, LastUpdateStatus }: FunctionConfiguration): Deployed['state'] {
  if (State === 'Failed' || LastUpdateStatus === 'Failed') return 'failed';
  return State === 'Pending' || LastUpdateStatus === 'InProgress' ? 'pending' : 'ready';
}

/** `arn:aws:lambda:<region>:<account>:function:<name>[:<version>]` without the version. */
export function withoutVersion(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}

/** Of an ARN; null for what is none. */
export function regionOf(arn: string): string | null {
  return arn.split(':')[3] ?? null;
}

/** The function as a list of what is deployed shows it. */
export function asListed(deployed: Deployed): DeployedFunction {
  const { arn, name, runtime, handler, packageType, architecture, memoryMb, timeoutS, codeBytes, lastModified, logGroup } =
    deployed;
  const facts = { runtime, handler, packageType, architecture, memoryMb, timeoutS, codeBytes, logGroup };
  return { id: arn, name, region: regionOf(arn), ...facts, lastModified: lastModified === null ? null : isoTime(lastModified) };
}

/** The function as a version of it has it. */
export function asVersion(deployed: Deployed, isLatest: boolean): DeployedVersion {
  const { version, description, runtime, memoryMb, timeoutS, codeSha256, codeBytes, lastModified } = deployed;
  const at = lastModified === null ? null : isoTime(lastModified);
  return { version, description, runtime, memoryMb, timeoutS, codeSha256, codeBytes, isLatest, lastModified: at };
}

/** Lambda writes `2026-11-01T10:00:00.000+0000`, which is not what ISO 8601 has for the offset. */
function isoTime(lambdaTime: string): string | null {
  const ms = Date.parse(lambdaTime.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

/** The deployed function as the engine knows functions. Values of its environment are left where they are. */
export function asFunction(deployed: Deployed, qualifier?: string): FunctionInfo {
  return {
    id: deployed.arn,
    name: deployed.name,
    source: 'deployed',
    runtime: deployed.runtime,
    language: deployed.runtime === null ? null : languageOfRuntime(deployed.runtime),
    packageType: deployed.packageType,
    handler: deployed.handler,
    handlerFile: null,
    symbol: null,
    handlerRange: null,
    codeRoot: null,
    memoryMb: deployed.memoryMb,
    timeoutS: deployed.timeoutS,
    architecture: deployed.architecture,
    environment: {},
    template: null,
    templateRange: null,
    properties: {},
    events: [],
    ...(qualifier !== undefined && { qualifier }),
  };
}
