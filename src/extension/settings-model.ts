import * as z from 'zod/mini';
import type { ServerSettings } from '../protocol/requests.ts';
import type { CallsPerMonth } from '../protocol/savings.ts';
import { settingDefaults, settingIds, type SettingValues } from './settings-ids.ts';

/** What the settings may hold, in the units in which people write them: tolerance in percent, duration in ms. */
const schemas: { [Id in keyof SettingValues]: z.ZodMiniType<SettingValues[Id]> } = {
  [settingIds.target]: z.string().check(z.minLength(1)),
  [settingIds.storePath]: z.string().check(z.minLength(1)),
  [settingIds.objective]: z.enum(['cost', 'balanced', 'fastest']),
  [settingIds.tolerance]: z.number().check(z.minimum(0), z.maximum(1000)),
  [settingIds.maxDuration]: z.nullable(z.number().check(z.positive())),
  [settingIds.maxInvocations]: z.int().check(z.minimum(1), z.maximum(10_000)),
  [settingIds.nodePath]: z.string(),
  [settingIds.pythonPath]: z.string(),
  [settingIds.codeLens]: z.boolean(),
  [settingIds.callsPerMonth]: z.record(z.string(), z.number().check(z.minimum(0))),
  [settingIds.dockerImages]: z.record(z.string(), z.string().check(z.minLength(1))),
  [settingIds.awsEndpoint]: z.union([z.literal(''), z.url()]),
  [settingIds.awsPlaces]: z.array(z.string().check(z.regex(/^aws(:.+)?$/))),
  [settingIds.groupDeployedBy]: z.string().check(z.regex(/^(stack|none|tag:.+)$/)),
};

/** The value of one setting, checked; its default where it is not set or not allowed, which is then reported. */
export function settingValue<Id extends keyof SettingValues>(
  id: Id,
  raw: unknown,
  onProblem: (settingId: string) => void,
): SettingValues[Id] {
  if (raw === undefined) return settingDefaults[id];
  const parsed = schemas[id].safeParse(raw);
  if (parsed.success) return parsed.data;
  onProblem(id);
  return settingDefaults[id];
}

/**
 * Settings as the server takes them, from raw values by setting id.
 * A value that is not allowed is replaced by its default and reported, so that one typing error does not stop the rest.
 */
export function toServerSettings(
  raw: Readonly<Record<string, unknown>>,
  trusted: boolean,
  onProblem: (settingId: string) => void,
): ServerSettings {
  const value = <Id extends keyof SettingValues>(id: Id): SettingValues[Id] => settingValue(id, raw[id], onProblem);
  const endpoint = value(settingIds.awsEndpoint);
  // The extension reads these itself; what is wrong with them is told here, with the rest.
  for (const id of [settingIds.awsPlaces, settingIds.groupDeployedBy]) value(id);
  return {
    trusted,
    target: value(settingIds.target),
    storePath: value(settingIds.storePath),
    objective: {
      goal: value(settingIds.objective),
      tolerance: value(settingIds.tolerance) / 100,
      maxDurationMs: value(settingIds.maxDuration),
    },
    maxInvocations: value(settingIds.maxInvocations),
    nodePath: value(settingIds.nodePath),
    pythonPath: value(settingIds.pythonPath),
    codeLens: value(settingIds.codeLens),
    callsPerMonth: toCallsPerMonth(value(settingIds.callsPerMonth)),
    images: value(settingIds.dockerImages),
    ...(endpoint !== '' && { awsEndpoint: endpoint }),
  };
}

function toCallsPerMonth({ '*': every, ...byFunction }: Record<string, number>): CallsPerMonth {
  return { byFunction, ...(every === undefined ? {} : { every }) };
}
