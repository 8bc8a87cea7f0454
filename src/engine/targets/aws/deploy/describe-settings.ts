import type { PlannedChange } from '../../../../protocol/deploying.ts';
import { formatMemory } from '../../../format/format.ts';
import type { SettingName, Settings } from './settings.ts';

/** What people call a setting. */
const titles: Record<SettingName, string> = {
  description: 'description',
  runtime: 'runtime',
  handler: 'handler',
  memoryMb: 'memory',
  timeoutS: 'timeout',
  ephemeralStorageMb: 'temporary storage',
  environment: 'environment',
  layers: 'layers',
  vpc: 'VPC',
  logFormat: 'log format',
  role: 'role',
};

/** A setting that becomes another. Of the environment the names alone are told, and that a value changes. */
export function settingChange(name: SettingName, from: Settings, to: Settings): PlannedChange {
  const what = titles[name];
  if (name === 'environment') {
    return { action: 'update', what, from: null, to: environmentChange(from.environment, to.environment) };
  }
  return { action: 'update', what, from: settingText(name, from), to: settingText(name, to) };
}

/** A setting of a function that is not there yet; null for what need not be said. */
export function newSetting(name: SettingName, settings: Settings): PlannedChange | null {
  const text = settingText(name, settings);
  return text === null ? null : { action: 'create', what: titles[name], from: null, to: text };
}

/** Null where there is none. */
function settingText(name: SettingName, settings: Settings): string | null {
  const texts: Record<SettingName, () => string | null> = {
    description: () => nonEmpty(settings.description),
    runtime: () => settings.runtime,
    handler: () => settings.handler,
    memoryMb: () => formatMemory(settings.memoryMb),
    timeoutS: () => `${settings.timeoutS} s`,
    ephemeralStorageMb: () => formatMemory(settings.ephemeralStorageMb),
    environment: () => nonEmpty(Object.keys(settings.environment).toSorted().join(', ')),
    layers: () => nonEmpty(settings.layers.map(layerName).join(', ')),
    vpc: () => (settings.vpc === null ? null : [...settings.vpc.subnets, ...settings.vpc.securityGroups].join(', ')),
    logFormat: () => settings.logFormat,
    role: () => roleName(settings.role),
  };
  return texts[name]();
}

function environmentChange(from: Settings['environment'], to: Settings['environment']): string {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
  const changes = names.flatMap((name) => {
    if (!Object.hasOwn(from, name)) return [`${name} added`];
    if (!Object.hasOwn(to, name)) return [`${name} removed`];
    return from[name] === to[name] ? [] : [`${name} changed`];
  });
  return changes.join(', ');
}

/** `name:3` of `arn:aws:lambda:eu-west-1:123456789012:layer:name:3`; another account's keeps its account. */
function layerName(arn: string): string {
  return arn
    .split(':')
    .slice(4)
    .filter((part) => part !== 'layer')
    .join(':');
}

/** With its path, which is part of a role's name to people. */
export function roleName(arn: string): string {
  return arn.slice(arn.indexOf(':role/') + ':role/'.length);
}

function nonEmpty(text: string): string | null {
  return text === '' ? null : text;
}
