import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ProfileRequest } from '../engine/engine.ts';
import type { ConfiguredStudy } from '../engine/exchange/config/configured-study.ts';
import { readConfig } from '../engine/exchange/config/read-config.ts';
import { messageOf, ReefError } from '../protocol/errors.ts';
import type { SizingSettings } from '../protocol/sizing.ts';

/** The file of `--config`; what of it has no meaning here goes to stderr. */
export async function configuredStudy(file: string | undefined): Promise<ConfiguredStudy | undefined> {
  if (file === undefined) return undefined;
  const config = readConfig(await read(file), basename(file));
  for (const note of config.notes) console.error(`reef: ${note}`);
  return config;
}

export function withConfig(settings: SizingSettings, config: ConfiguredStudy | undefined): SizingSettings {
  return { ...settings, ...config?.settings, objective: { ...settings.objective, ...config?.objective } };
}

/** Undefined when the file names no event: the function's own then counts. */
export function configuredEvents(config: ConfiguredStudy | undefined): ProfileRequest['events'] {
  if (config === undefined || config.events.length === 0) return undefined;
  return config.events.map(({ text, weight }) => ({ event: { text }, weight }));
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ReefError('invalid-settings', `${file} cannot be read: name a file that exists: ${messageOf(cause)}`, { cause });
  }
}
