import * as vscode from 'vscode';
import { createChangePreview } from './change-preview.ts';
import { createEngineClient } from './client/engine-client.ts';
import { registerCommands } from './commands/register.ts';
import { createDeployedState } from './deployed/deployed-state.ts';
import { registerEngineStart } from './engine-start.ts';
import { registerOutput } from './output.ts';
import { createLogChannels } from './log-channels.ts';
import { createLogDocuments } from './log-documents.ts';
import { createMemoryPanels } from './panels/memory-panels.ts';
import { createSizingPanels } from './panels/sizing-panels.ts';
import type { Services } from './services.ts';
import { registerStatusBar } from './status-bar.ts';
import { registerDeployedView } from './views/deployed-view.ts';
import { registerFunctionsView } from './views/functions-view.ts';
import { registerRunsView } from './views/runs-view.ts';
import { registerSavingsView } from './views/savings-view.ts';
import { createWorkList } from './work.ts';
import { createWorkspaceState } from './workspace-state.ts';

export function activate(context: vscode.ExtensionContext): void {
  const startedAt = performance.now();
  const { extensionUri } = context;
  const log = vscode.window.createOutputChannel('Reef', { log: true });
  const output = vscode.window.createOutputChannel(vscode.l10n.t('Reef Functions'));
  const engine = createEngineClient(vscode.Uri.joinPath(extensionUri, 'dist', 'server', 'main.js').fsPath, log);
  const workspace = createWorkspaceState(engine, log);
  const work = createWorkList();
  const logChannels = createLogChannels();
  const logDocuments = createLogDocuments(engine);
  const preview = createChangePreview();
  const panels = createSizingPanels({ extensionUri, engine, workspace, preview, logDocuments, log });
  const memoryPanels = createMemoryPanels({ extensionUri, engine, log });
  const deployed = createDeployedState({ engine, log, folder: () => workspace.folders()[0]?.folder });
  const services: Services = {
    log,
    output,
    engine,
    workspace,
    work,
    preview,
    panels,
    memoryPanels,
    logChannels,
    logDocuments,
    deployed,
  };

  context.subscriptions.push(
    engine,
    workspace,
    work,
    preview,
    panels,
    memoryPanels,
    deployed,
    logChannels,
    logDocuments,
    registerOutput(engine, output),
    registerStatusBar(),
    registerFunctionsView(services),
    registerDeployedView(services),
    registerSavingsView(services),
    registerRunsView(services),
    registerCommands(services),
    registerEngineStart(services),
    output,
    log,
  );
  log.info(`activated in ${(performance.now() - startedAt).toFixed(1)} ms`);
}
