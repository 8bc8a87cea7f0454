import {
  type ClientCapabilities,
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
  WatchKind,
} from 'vscode-languageserver/node';
import type { Log } from '../engine/studies/ports.ts';
import { detailsOf } from './log.ts';
import type { Workspace } from './workspace.ts';
import type { Workspaces } from './workspaces.ts';

const extensions = ['yml', 'yaml', 'json', 'template', 'js', 'mjs', 'cjs', 'ts', 'mts', 'cts', 'tsx', 'py', 'tf', 'tfvars'];
const watchedName = new RegExp(`(\\.(${extensions.join('|')})|/\\.gitignore)$`, 'i');

/** A checkout or an install changes many files: they are taken together. */
const batchMs = 150;

/** Whether a file can say something about functions. */
export function isWatched(uri: string): boolean {
  return watchedName.test(uri);
}

/** As `isWatched`, and what may be a folder: when one is moved or deleted, its files are not named one by one. */
export function matters({ uri, type }: FileEvent): boolean {
  if (isWatched(uri) || type === FileChangeType.Deleted) return true;
  return type === FileChangeType.Created && !uri.slice(uri.lastIndexOf('/')).includes('.');
}

/** Asks the client to watch the files that matter. Clients that cannot be asked may watch by their own configuration. */
export async function registerWatchers(connection: Connection, capabilities: ClientCapabilities, log: Log): Promise<void> {
  if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
  try {
    await connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [
        { globPattern: `**/*.{${extensions.join(',')}}` },
        { globPattern: '**/.gitignore' },
        { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
      ],
    });
  } catch (error) {
    log.log('error', `Files cannot be watched, what changes outside the editor is not seen: ${detailsOf(error)}`);
  }
}

/** Hands files that changed on disk to the index, in batches. */
export function followFiles(connection: Connection, workspaces: Workspaces): void {
  let changed = new Map<Workspace, Set<string>>();
  let timer: NodeJS.Timeout | undefined;

  function update(): void {
    const batch = changed;
    changed = new Map();
    timer = undefined;
    for (const [workspace, files] of batch) void workspace.update([...files]);
  }

  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes.filter(matters)) {
      for (const { workspace, file } of workspaces.holding(uri)) {
        const files = changed.get(workspace) ?? new Set();
        changed.set(workspace, files.add(file));
      }
    }
    if (changed.size > 0) timer ??= setTimeout(update, batchMs);
  });
}
