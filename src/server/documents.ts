import { TextDocuments, type Connection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { relativeFile } from './uris.ts';
import { isWatched } from './watched-files.ts';
import type { Workspace } from './workspace.ts';
import type { Workspaces } from './workspaces.ts';

/** A pause in typing after which the index takes the text. */
const debounceMs = 200;

export type OpenDocuments = {
  /** The version that the client last sent; null when the file is not open. */
  version(uri: string): number | null;
  /** Hands the latest text to the index now, so that an answer fits what the user sees. */
  flush(uri: string): Promise<void>;
  /** Hands the texts of all open documents to a workspace that was just opened. */
  fill(workspace: Workspace): void;
};

/** Follows the open documents: their texts stand in for the files on disk while they are open. */
export function followDocuments(connection: Connection, workspaces: Workspaces): OpenDocuments {
  const documents = new TextDocuments(TextDocument);
  const pending = new Map<string, NodeJS.Timeout>();
  const indexing = new Map<string, Promise<unknown>>();

  async function overlay(uri: string, text: string | null): Promise<void> {
    clearTimeout(pending.get(uri));
    pending.delete(uri);
    const indexed = Promise.all(workspaces.holding(uri).map(({ workspace, file }) => workspace.overlay(file, text)));
    indexing.set(uri, indexed);
    await indexed;
    if (indexing.get(uri) === indexed) indexing.delete(uri);
  }

  // Opening a document is a change of its content, too.
  documents.onDidChangeContent(({ document: { uri } }) => {
    if (!isWatched(uri)) return;
    clearTimeout(pending.get(uri));
    pending.set(
      uri,
      setTimeout(() => void overlay(uri, documents.get(uri)?.getText() ?? null), debounceMs),
    );
  });
  documents.onDidClose(({ document }) => {
    if (isWatched(document.uri)) void overlay(document.uri, null);
  });
  documents.listen(connection);

  return {
    version: (uri) => documents.get(uri)?.version ?? null,
    async flush(uri) {
      const document = documents.get(uri);
      if (document !== undefined && pending.has(uri)) await overlay(uri, document.getText());
      else await indexing.get(uri);
    },
    fill(workspace) {
      for (const document of documents.all()) {
        const file = relativeFile(workspace.engine.folder, document.uri);
        if (file !== null && isWatched(document.uri)) void workspace.overlay(file, document.getText());
      }
    },
  };
}
