import type * as vscode from 'vscode';
import type { EngineClient } from '../client/engine-client.ts';
import type { FunctionDetails, Loadable } from './place-state.ts';
import { problemOf } from './problem-of.ts';

/** How far back figures look. */
const figureDays = 14;

type Parts = { engine: EngineClient; log: vscode.LogOutputChannel; folder: () => string; onChange: () => void };

/** Aliases, versions and figures of single functions, each asked for when it is wanted. */
export type DetailsOfFunctions = {
  of(target: string, functionId: string): FunctionDetails;
  /** Asks for aliases and versions unless that has been done. */
  open(target: string, functionId: string): Promise<void>;
  readFigures(target: string, functionId: string): Promise<void>;
  /** Of one function, or of all of a target. */
  forget(target: string, functionId?: string): void;
};

export function createFunctionDetails({ engine, log, folder, onChange }: Parts): DetailsOfFunctions {
  const known = new Map<string, FunctionDetails>();
  const asking = new Map<string, Promise<void>>();
  const keyOf = (target: string, functionId: string): string => `${target}|${functionId}`;

  async function load<Value>(
    target: string,
    functionId: string,
    ask: () => Promise<Value>,
    as: (loadable: Loadable<Value>) => FunctionDetails,
  ): Promise<void> {
    const key = keyOf(target, functionId);
    const set = (loadable: Loadable<Value>): void => void known.set(key, { ...known.get(key), ...as(loadable) });
    set({ state: 'loading' });
    try {
      set({ state: 'ready', value: await ask() });
    } catch (error) {
      set({ state: 'failed', problem: await problemOf(error, target, { engine, log }) });
    }
  }

  return {
    of: (target, functionId) => known.get(keyOf(target, functionId)) ?? {},
    open(target, functionId) {
      const key = keyOf(target, functionId);
      if (known.get(key)?.versions !== undefined) return asking.get(key) ?? Promise.resolve();
      const request = { folder: folder(), target, functionId };
      const asked = load(
        target,
        functionId,
        () => engine.request('deployedVersions', request),
        (versions) => ({ versions }),
      );
      asking.set(key, asked);
      return asked;
    },
    async readFigures(target, functionId) {
      // What was read before is asked for to be read again.
      const fresh = known.get(keyOf(target, functionId))?.figures !== undefined;
      const request = { folder: folder(), target, functionId, days: figureDays, fresh };
      const read = load(
        target,
        functionId,
        () => engine.request('logFigures', request),
        (figures) => ({ figures }),
      );
      onChange();
      await read;
      onChange();
    },
    forget(target, functionId) {
      const prefix = functionId === undefined ? `${target}|` : keyOf(target, functionId);
      for (const key of known.keys())
        if (key === prefix || (functionId === undefined && key.startsWith(prefix))) known.delete(key);
    },
  };
}
