import { ReefError } from '../protocol/errors.ts';
import type { Services } from './services.ts';
import type { Workspace } from './workspace.ts';

/** The workspace of a request that runs code or calls a cloud. @throws ReefError `not-trusted`, `no-workspace` */
export function trustedWorkspace({ settings, workspaces }: Services, folder: string): Workspace {
  if (settings().trusted) return workspaces.byUri(folder);
  throw new ReefError('not-trusted', 'Reef runs no code of a workspace that is not trusted: trust the workspace and try again.');
}
