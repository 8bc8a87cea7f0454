import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { commandIds, sizingPanelType } from '../commands/ids.ts';
import { showError } from '../errors.ts';
import { messageOf } from '../../protocol/errors.ts';
import type { HostToSizingPage } from '../../protocol/panel.ts';
import type { SizingReport } from '../../protocol/sizing.ts';
import type { EngineClient } from '../client/engine-client.ts';
import type { WorkspaceState } from '../workspace-state.ts';
import { saveExport } from './save-export.ts';
import { sizingHtml } from './sizing-html.ts';

export type SizingPanels = vscode.Disposable & {
  /** Shows a report in the panel of its function, which is opened when there is none. */
  showReport(folder: string, report: SizingReport): void;
};

/** A panel and what it shows; the report of a restored panel is not there until its page asks for it. */
type Open = { panel: vscode.WebviewPanel; folder: string; runId: string; report: SizingReport | null };

type Parts = { extensionUri: vscode.Uri; engine: EngineClient; workspace: WorkspaceState; log: vscode.LogOutputChannel };

/** The panels *Sizing*: one a function. They are restored after a reload, and drawn again whenever they were hidden. */
export function createSizingPanels({ extensionUri, engine, workspace, log }: Parts): SizingPanels {
  const open = new Set<Open>();
  const pages = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const options = { enableScripts: true, localResourceRoots: [pages] };

  function attach(entry: Open): void {
    const { panel } = entry;
    open.add(entry);
    panel.onDidDispose(() => open.delete(entry));
    panel.webview.onDidReceiveMessage((message: unknown) => {
      receive(entry, message).catch((error: unknown) => showError(error, log));
    });
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media', 'sizing-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media', 'sizing-dark.svg'),
    };
    panel.webview.html = html(entry);
  }

  function html({ panel, folder, runId }: Open): string {
    const file = (name: string): string => panel.webview.asWebviewUri(vscode.Uri.joinPath(pages, name)).toString();
    return sizingHtml({
      nonce: randomBytes(16).toString('base64url'),
      cspSource: panel.webview.cspSource,
      script: file('sizing.js'),
      style: file('sizing.css'),
      folder,
      runId,
      title: panel.title,
      language: vscode.env.language,
    });
  }

  async function receive(entry: Open, message: unknown): Promise<void> {
    const { SizingPageToHost } = await schemas();
    const parsed = SizingPageToHost.safeParse(message);
    if (!parsed.success) {
      log.warn(`A message of the sizing page is not known and was ignored: ${parsed.error.message}`);
      return;
    }
    const { data } = parsed;
    switch (data.type) {
      case 'ready':
        return send(entry);
      case 'apply':
        return (await import('../commands/apply-memory.ts')).applyMemory(engine, entry.folder, data.functionId, data.memoryMb);
      case 'profileAgain':
        // Where the report was made: a recorded curve is known to its own target only.
        return void (await vscode.commands.executeCommand(
          commandIds.profile,
          entry.folder,
          data.functionId,
          ...(entry.report === null ? [] : [entry.report.target]),
        ));
      case 'export':
        return saveExport(entry.folder, data.suggestedName, data.format, data.content);
    }
  }

  /** Sends the page its report, or the reason why there is none. */
  async function send(entry: Open): Promise<void> {
    const { panel, folder, runId } = entry;
    try {
      entry.report ??= (await engine.request('report', { folder, runId })).report;
      panel.title = panelTitle(entry.report);
      await post(panel, { type: 'report', report: entry.report, stale: await isStale(folder, entry.report) });
    } catch (error) {
      await post(panel, { type: 'error', message: messageOf(error) });
    }
  }

  /** True when the handler's file was written after the report was made. */
  async function isStale(folder: string, report: SizingReport): Promise<boolean> {
    const file = workspace.find(folder, report.function.id)?.function.handlerFile ?? null;
    if (file === null) return false;
    try {
      const { mtime } = await vscode.workspace.fs.stat(vscode.Uri.joinPath(vscode.Uri.parse(folder), file));
      return mtime > Date.parse(report.created_at);
    } catch {
      return false; // The file is gone: the diagnostics say so.
    }
  }

  function showReport(folder: string, report: SizingReport): void {
    const existing = [...open].find((entry) => entry.folder === folder && entry.report?.function.id === report.function.id);
    if (existing !== undefined) {
      Object.assign(existing, { runId: report.run_id, report });
      existing.panel.reveal(undefined, false);
      void send(existing);
      return;
    }
    const panel = vscode.window.createWebviewPanel(sizingPanelType, panelTitle(report), vscode.ViewColumn.Active, options);
    attach({ panel, folder, runId: report.run_id, report });
  }

  const serializer = vscode.window.registerWebviewPanelSerializer(sizingPanelType, {
    async deserializeWebviewPanel(panel, state: unknown) {
      const { SizingPageState } = await schemas();
      const kept = SizingPageState.safeParse(state);
      if (kept.success) {
        panel.webview.options = options;
        attach({ panel, folder: kept.data.folder, runId: kept.data.runId, report: null });
      } else {
        panel.dispose();
      }
    },
  });

  // Panels stay when the extension goes: the next window restores them.
  return { showReport, dispose: () => serializer.dispose() };
}

/** Loaded with the first panel, not while the window opens. */
const schemas = () => import('../../protocol/panel.ts');

function panelTitle(report: SizingReport): string {
  return vscode.l10n.t('Sizing: {0}', report.function.name);
}

async function post(panel: vscode.WebviewPanel, message: HostToSizingPage): Promise<void> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a webview panel, not a window: there is no origin to name
  await panel.webview.postMessage(message);
}
