import { type CodeAction, CodeActionKind, type CodeActionParams, type WorkspaceEdit } from 'vscode-languageserver/node';
import type { TextEdit } from '../engine/functions/function-index.ts';
import { messageOf } from '../protocol/errors.ts';
import { lensCommands } from '../protocol/requests.ts';
import { adviceDiagnostic, adviceOf } from './diagnostics.ts';
import { commentedFixTitle, evidenceComment, fixTitle, type MemoryAdvice } from './memory-advice.ts';
import { quietly } from './quietly.ts';
import { overlaps } from './ranges.ts';
import { indexedPlace, type Services } from './services.ts';
import { fileUri } from './uris.ts';
import type { Workspace } from './workspace.ts';

export function registerCodeActions(services: Services): void {
  services.connection.onCodeAction((params) =>
    quietly(services.log, 'Quick fix', [], async () => {
      const { only } = params.context;
      if (only !== undefined && !only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix)) return [];
      return actionsAt(services, params);
    }),
  );
}

async function actionsAt(services: Services, { textDocument, range }: CodeActionParams): Promise<CodeAction[]> {
  const place = await indexedPlace(services, textDocument.uri);
  if (place === null) return [];
  const { workspace, file } = place;
  const here = adviceOf(workspace).filter((advice) => advice.file === file && overlaps(advice.range, range));
  const actions = await Promise.all(here.map((advice) => actionsOf(services, workspace, advice)));
  return actions.flat();
}

async function actionsOf(services: Services, workspace: Workspace, advice: MemoryAdvice): Promise<CodeAction[]> {
  const common = { kind: CodeActionKind.QuickFix, diagnostics: [adviceDiagnostic(advice)] };
  const title = `Show the report of ${advice.function.name}`;
  const show: CodeAction = {
    ...common,
    title,
    command: { title, command: lensCommands.showReport, arguments: [workspace.uri, advice.figures.runId] },
  };
  const fix = async (title: string, why?: string): Promise<CodeAction[]> => {
    try {
      const edits = await workspace.engine.functions.memoryEdit(advice.function.id, advice.figures.recommendedMb, why);
      return [{ ...common, title, isPreferred: why === undefined, edit: workspaceEdit(services, workspace, edits) }];
    } catch (error) {
      services.log.log('info', `No quick fix for ${advice.function.name}: ${messageOf(error)}`);
      return [];
    }
  };
  const plain = await fix(fixTitle(advice));
  const commented = plain.length === 0 ? [] : await fix(commentedFixTitle(advice), evidenceComment(advice.figures));
  return [...plain, ...commented, show];
}

/** The edit for the versions of the documents that it was made from: the client refuses it when they moved on. */
function workspaceEdit({ client, documents }: Services, { engine }: Workspace, edits: readonly TextEdit[]): WorkspaceEdit {
  const byUri = new Map<string, { range: TextEdit['range']; newText: string }[]>();
  for (const { file, range, newText } of edits) {
    const uri = fileUri(engine.folder, file);
    byUri.set(uri, [...(byUri.get(uri) ?? []), { range, newText }]);
  }
  if (client().workspace?.workspaceEdit?.documentChanges !== true) return { changes: Object.fromEntries(byUri) };
  return {
    documentChanges: [...byUri].map(([uri, changes]) => ({
      textDocument: { uri, version: documents.version(uri) },
      edits: changes,
    })),
  };
}
