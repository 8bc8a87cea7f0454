import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import type { Log } from '../engine/studies/ports.ts';
import type { ServerSettings } from '../protocol/requests.ts';
import type { OpenDocuments } from './documents.ts';
import type { Place, Workspaces } from './workspaces.ts';

/** What the providers work with; made in server.ts. */
export type Services = {
  connection: Connection;
  workspaces: Workspaces;
  documents: OpenDocuments;
  settings: () => ServerSettings;
  client: () => ClientCapabilities;
  log: Log;
};

/** Where a document belongs, once its folder is indexed and the index has the text that the user sees; null outside of all folders. */
export async function indexedPlace({ workspaces, documents }: Services, uri: string): Promise<Place | null> {
  const [place] = workspaces.holding(uri);
  if (place === undefined) return null;
  await place.workspace.ready;
  await documents.flush(uri);
  return place;
}
