import type * as vscode from 'vscode';
import type { ChangePreview } from './change-preview.ts';
import type { EngineClient } from './client/engine-client.ts';
import type { DeployedState } from './deployed/deployed-state.ts';
import type { LogChannels } from './log-channels.ts';
import type { LogDocuments } from './log-documents.ts';
import type { MemoryPanels } from './panels/memory-panels.ts';
import type { SizingPanels } from './panels/sizing-panels.ts';
import type { WorkList } from './work.ts';
import type { WorkspaceState } from './workspace-state.ts';

/** What the parts of the extension share; made in `main.ts`. */
export type Services = {
  /** What Reef does, for people who look for the cause of an error. */
  log: vscode.LogOutputChannel;
  /** What functions print and return. */
  output: vscode.OutputChannel;
  engine: EngineClient;
  workspace: WorkspaceState;
  work: WorkList;
  preview: ChangePreview;
  panels: SizingPanels;
  /** Channels in which logs of deployed functions are followed. */
  logChannels: LogChannels;
  logDocuments: LogDocuments;
  memoryPanels: MemoryPanels;
  deployed: DeployedState;
};
