import * as vscode from 'vscode';

export type ExportFormat = 'png' | 'svg' | 'csv' | 'json' | 'ndjson';

const formatNames: Record<ExportFormat, string> = { png: 'PNG', svg: 'SVG', csv: 'CSV', json: 'JSON', ndjson: 'NDJSON' };

/** Asks where to save and writes; `content` is text, or base64 for `png`. */
export async function saveExport(folder: string, suggestedName: string, format: ExportFormat, content: string): Promise<void> {
  const uri = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(vscode.Uri.parse(folder), fileName(suggestedName)),
    filters: { [formatNames[format]]: [format] },
    saveLabel: vscode.l10n.t('Export'),
  });
  if (uri === undefined) return;
  await vscode.workspace.fs.writeFile(uri, Buffer.from(content, format === 'png' ? 'base64' : 'utf8'));
  const open = vscode.l10n.t('Open');
  const name = vscode.workspace.asRelativePath(uri);
  void vscode.window
    .showInformationMessage(vscode.l10n.t('Saved: {0}', name), open)
    .then((chosen) => (chosen === open ? vscode.commands.executeCommand('vscode.open', uri) : undefined));
}

/** A page may suggest any text: only its last part, without what file systems refuse. */
function fileName(suggested: string): string {
  return suggested.replace(/[\\/:*?"<>|]+/g, '-');
}
