import type * as vscode from 'vscode';
import type { EngineClient } from './client/engine-client.ts';

/** Writes what functions print while they run to their channel. */
export function registerOutput(engine: EngineClient, output: vscode.OutputChannel): vscode.Disposable {
  return engine.onDidOutput(({ functionName, stream, text }) => {
    const mark = stream === 'stdout' ? '' : ` (${stream})`;
    output.appendLine(`[${functionName}]${mark} ${text}`);
  });
}
