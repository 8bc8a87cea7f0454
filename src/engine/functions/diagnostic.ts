import type { TextRange, WorkspaceDiagnostic } from '../../protocol/functions.ts';

export type DiagnosticCode =
  | 'template-syntax'
  | 'template-unreadable'
  | 'provider-unsupported'
  | 'variable-unresolved'
  | 'value-invalid'
  | 'setting-unknown'
  | 'runtime-missing'
  | 'runtime-unknown'
  | 'runtime-unsupported'
  | 'handler-missing'
  | 'handler-invalid'
  | 'handler-file-missing'
  | 'handler-not-exported'
  | 'code-not-local'
  | 'source-syntax';

export const startOfFile: TextRange = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function diagnostic(
  severity: WorkspaceDiagnostic['severity'],
  code: DiagnosticCode,
  at: { file: string; range: TextRange },
  message: string,
): WorkspaceDiagnostic {
  return { file: at.file, range: at.range, severity, code, message };
}
