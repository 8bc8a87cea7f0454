import { isDeepStrictEqual } from 'node:util';
import type {
  FunctionConfiguration,
  LoggingConfig,
  Runtime,
  UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { ReefError } from '../../../../protocol/errors.ts';
import type { FunctionSpec } from '../../../deploy/spec.ts';

/** What UpdateFunctionConfiguration sets, in the terms of a specification. */
export type Settings = Pick<
  FunctionSpec,
  | 'description'
  | 'runtime'
  | 'handler'
  | 'memoryMb'
  | 'timeoutS'
  | 'ephemeralStorageMb'
  | 'environment'
  | 'layers'
  | 'vpc'
  | 'logFormat'
> & {
  /** ARN of the execution role. */
  role: string;
};
export type SettingName = keyof Settings;

/** In the order in which a plan names them. */
export const settingNames: readonly SettingName[] = [
  'runtime',
  'handler',
  'memoryMb',
  'timeoutS',
  'ephemeralStorageMb',
  'environment',
  'layers',
  'vpc',
  'logFormat',
  'role',
  'description',
];

/**
 * The settings of a function or version as they are. Values of the environment stay in memory, for comparison only.
 * @throws ReefError `access-denied` when the environment cannot be decrypted
 */
export function settingsOf(configuration: FunctionConfiguration): Settings {
  const { Environment, VpcConfig, FunctionName: name = '' } = configuration;
  if (Environment?.Error !== undefined) {
    const why = Environment.Error.Message ?? Environment.Error.ErrorCode ?? 'no reason given';
    const sentence = `The environment of ${name} cannot be decrypted (${why}): allow kms:Decrypt on its key.`;
    throw new ReefError('access-denied', sentence);
  }
  const subnets = VpcConfig?.SubnetIds ?? [];
  return {
    description: configuration.Description ?? '',
    runtime: configuration.Runtime ?? null,
    handler: configuration.Handler ?? null,
    memoryMb: configuration.MemorySize ?? 128,
    timeoutS: configuration.Timeout ?? 3,
    ephemeralStorageMb: configuration.EphemeralStorage?.Size ?? 512,
    environment: Environment?.Variables ?? {},
    layers: (configuration.Layers ?? []).flatMap(({ Arn }) => Arn ?? []),
    vpc: subnets.length === 0 ? null : { subnets, securityGroups: VpcConfig?.SecurityGroupIds ?? [] },
    logFormat: configuration.LoggingConfig?.LogFormat === 'JSON' ? 'JSON' : 'Text',
    role: configuration.Role ?? '',
  };
}

/** Those settings that are not as wanted. */
export function differing(from: Settings, to: Settings): SettingName[] {
  return settingNames.filter((name) => !isDeepStrictEqual(comparable(from, name), comparable(to, name)));
}

/** The order of subnets and security groups, and of variables, means nothing. */
function comparable(settings: Settings, name: SettingName): unknown {
  if (name === 'vpc' && settings.vpc !== null) {
    return [settings.vpc.subnets.toSorted(), settings.vpc.securityGroups.toSorted()];
  }
  return settings[name];
}

/** As the API takes some of the settings, for a new function as for one that is there. */
export type SettingsInput = Omit<UpdateFunctionConfigurationCommandInput, 'FunctionName' | 'RevisionId'>;

/** What else its logging has, `logging`, stays. */
export function asInput(settings: Settings, names: readonly SettingName[], logging: LoggingConfig = {}): SettingsInput {
  const { vpc } = settings;
  const inputs: Record<SettingName, SettingsInput> = {
    description: { Description: settings.description },
    runtime: settings.runtime === null ? {} : { Runtime: settings.runtime as Runtime },
    handler: settings.handler === null ? {} : { Handler: settings.handler },
    memoryMb: { MemorySize: settings.memoryMb },
    timeoutS: { Timeout: settings.timeoutS },
    ephemeralStorageMb: { EphemeralStorage: { Size: settings.ephemeralStorageMb } },
    environment: { Environment: { Variables: settings.environment } },
    layers: { Layers: settings.layers },
    vpc: { VpcConfig: { SubnetIds: vpc?.subnets ?? [], SecurityGroupIds: vpc?.securityGroups ?? [] } },
    logFormat: { LoggingConfig: loggingOf(settings, logging) },
    role: { Role: settings.role },
  };
  return names.reduce<SettingsInput>((all, name) => ({ ...all, ...inputs[name] }), {});
}

/** Log levels go with JSON only. */
function loggingOf({ logFormat }: Settings, { LogGroup, ApplicationLogLevel, SystemLogLevel }: LoggingConfig): LoggingConfig {
  return {
    LogFormat: logFormat,
    ...(LogGroup !== undefined && { LogGroup }),
    ...(logFormat === 'JSON' && {
      ...(ApplicationLogLevel !== undefined && { ApplicationLogLevel }),
      ...(SystemLogLevel !== undefined && { SystemLogLevel }),
    }),
  };
}
