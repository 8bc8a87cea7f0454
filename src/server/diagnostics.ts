import { type Connection, type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { WorkspaceDiagnostic } from '../protocol/functions.ts';
import { adviceMessage, type MemoryAdvice, memoryAdvice } from './memory-advice.ts';
import { fileUri } from './uris.ts';
import type { Workspace } from './workspace.ts';
import type { Workspaces } from './workspaces.ts';
import { unawaited } from './unawaited.ts';

export const diagnosticSource = 'Reef';
export const memoryCode = 'reef.memory';

export type DiagnosticsPublisher = {
  /** Sends what changed since the last time, and clears the files where nothing is wrong any more. */
  publish(workspace: Workspace): void;
  clear(workspace: Workspace): void;
};

export function createDiagnostics(connection: Connection, workspaces: Workspaces): DiagnosticsPublisher {
  /** By folder URI and file URI: the diagnostics as they were last sent. */
  const sent = new Map<string, Map<string, string>>();

  function send(folderUri: string, next: Map<string, Diagnostic[]>): void {
    const before = sent.get(folderUri) ?? new Map<string, string>();
    const after = new Map<string, string>();
    for (const [uri, diagnostics] of next) {
      const text = JSON.stringify(diagnostics);
      after.set(uri, text);
      if (before.get(uri) !== text) unawaited(connection.sendDiagnostics({ uri, diagnostics }));
    }
    for (const uri of before.keys()) if (!after.has(uri)) unawaited(connection.sendDiagnostics({ uri, diagnostics: [] }));
    sent.set(folderUri, after);
  }

  return {
    publish(workspace) {
      const byFile = diagnosticsOf(workspace);
      // A file of nested folders belongs to the deepest: one of them speaks for it.
      const own = [...byFile].filter(([uri]) => workspaces.holding(uri)[0]?.workspace === workspace);
      send(workspace.uri, new Map(own));
    },
    clear(workspace) {
      send(workspace.uri, new Map());
      sent.delete(workspace.uri);
    },
  };
}

function diagnosticsOf(workspace: Workspace): Map<string, Diagnostic[]> {
  const { engine } = workspace;
  const byFile = new Map<string, Diagnostic[]>();
  const add = (file: string, diagnostic: Diagnostic): void => {
    const uri = fileUri(engine.folder, file);
    byFile.set(uri, [...(byFile.get(uri) ?? []), diagnostic]);
  };
  for (const found of engine.functions.discovery().diagnostics) add(found.file, toDiagnostic(found));
  for (const advice of adviceOf(workspace)) add(advice.file, adviceDiagnostic(advice));
  return byFile;
}

/** Every recommendation that differs from what the folder's templates state. */
export function adviceOf({ engine, figures }: Workspace): MemoryAdvice[] {
  return engine.functions
    .discovery()
    .functions.map((fn) => memoryAdvice(fn, figures.of(fn.id)))
    .filter((advice) => advice !== null);
}

export function adviceDiagnostic(advice: MemoryAdvice): Diagnostic {
  return {
    range: advice.range,
    severity: DiagnosticSeverity.Information,
    source: diagnosticSource,
    code: memoryCode,
    message: adviceMessage(advice),
    data: { functionId: advice.function.id, runId: advice.figures.runId },
  };
}

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
} as const;

function toDiagnostic({ range, severity, code, message }: WorkspaceDiagnostic): Diagnostic {
  return { range, severity: severities[severity], source: diagnosticSource, code, message };
}
