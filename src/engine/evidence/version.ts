import * as z from 'zod/mini';
import type { FunctionInfo } from '../../protocol/functions.ts';
import type { EngineSettings } from '../engine.ts';
import { codeHash, heldCodeHash, listCode } from '../functions/code-hash.ts';
import { chosenImage } from '../targets/docker/images.ts';
import type { Target } from '../targets/target.ts';

/** What a run was made with, as kept in its settings: evidence counts for another run when all of it is the same. */
export const Version = z.object({
  codeHash: z.string(),
  /** Which program or image ran the code, where one was chosen. */
  runsIn: z.string(),
  /** Bytes of each event that was sent, by name: a change under the same name mostly shows in it, and tells nothing of it. */
  eventBytes: z.record(z.string(), z.number()),
});
export type Version = z.infer<typeof Version>;

/** Name in `eventBytes` of the empty event that a function without events gets. */
export const emptyEvent = '';

type SentEvent = { name: string | null; payload: string };

export type Made = { codeHash?: string; runsIn: string; eventBytes?: Version['eventBytes'] };

/** What a run notes of itself; without a hash or a known event it is no evidence for others. */
export async function versionOf(
  fn: FunctionInfo,
  { target, events }: { target: Target; events: readonly SentEvent[] },
  { folder, settings }: { folder: string; settings: EngineSettings },
  signal: AbortSignal,
): Promise<Made> {
  const hash = await hashOf(fn, target, folder, signal);
  const eventBytes = eventBytesOf(events);
  return {
    ...(hash !== null && { codeHash: hash }),
    runsIn: runsInOf(target.name, fn, settings),
    ...(eventBytes !== null && { eventBytes }),
  };
}

async function hashOf(fn: FunctionInfo, target: Target, folder: string, signal: AbortSignal): Promise<string | null> {
  if (target.codeVersion !== undefined) {
    const version = await target.codeVersion(fn, signal);
    return version === null ? null : heldCodeHash(fn, version);
  }
  return fn.codeRoot === null ? null : codeHash(fn, folder, await listCode(folder, signal), signal);
}

/** An event that was given as text has no name by which it could be known again: its run is no evidence for others. */
function eventBytesOf(events: readonly SentEvent[]): Version['eventBytes'] | null {
  const known = events.filter(({ name, payload }) => name !== null || payload === '{}');
  if (known.length < events.length) return null;
  return Object.fromEntries(known.map(({ name, payload }) => [name ?? emptyEvent, Buffer.byteLength(payload)]));
}

function runsInOf(target: string, fn: FunctionInfo, settings: EngineSettings): string {
  if (target === 'docker') return chosenImage(fn, settings.images ?? {}) ?? '';
  if (target !== 'process') return '';
  return fn.language === 'python' ? settings.pythonPath : settings.nodePath;
}
