import type { Engine } from '../engine/engine.ts';
import { ReefError } from '../protocol/errors.ts';
import type { Services } from './services.ts';
import type { Workspace } from './workspace.ts';

/** @throws ReefError `not-trusted`, `no-workspace` */
export function trustedWorkspace({ settings, workspaces }: Services, folder: string): Workspace {
  if (settings().trusted) return workspaces.byUri(folder);
  throw new ReefError('not-trusted', 'Reef runs no code of a workspace that is not trusted: trust the workspace and try again.');
}

/** The engine of a folder where something was measured: asking makes no store. */
export function workspaceWithRuns({ workspaces }: Services, folder: string, runId: string): Engine {
  const { engine, figures } = workspaces.byUri(folder);
  if (figures.hasStore()) return engine;
  throw new ReefError('no-such-run', `There is no report of run "${runId}": nothing was measured yet.`);
}
