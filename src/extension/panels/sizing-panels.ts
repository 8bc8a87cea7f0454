import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { commandIds, sizingPanelType } from '../commands/ids.ts';
import { showError } from '../errors.ts';
import { messageOf } from '../../protocol/errors.ts';
import type { SizingReport } from '../../protocol/sizing.ts';
import type { ChangePreview } from '../change-preview.ts';
import type { EngineClient } from '../client/engine-client.ts';
import type { LogDocuments } from '../log-documents.ts';
import type { WorkspaceState } from '../workspace-state.ts';
import { saveExport } from './save-export.ts';
import { addProbes, type OpenPanel, post, postLive } from './open-panel.ts';
import { sizingHtml } from './sizing-html.ts';
import type { StudyPanel, StudyPlan } from './study-panel.ts';

export type SizingPanels = vscode.Disposable & {
  /** Shows a report in the panel of its function, which is opened when there is none. */
  showReport(folder: string, report: SizingReport): void;
  /** Shows a study that begins in the panel of its function, without taking the focus. */
  startStudy(study: StudyPlan): StudyPanel;
};

type Parts = {
  extensionUri: vscode.Uri;
  engine: EngineClient;
  workspace: WorkspaceState;
  logDocuments: LogDocuments;
  preview: ChangePreview;
  log: vscode.LogOutputChannel;
};

/** The panels *Sizing*: one a function. They are restored after a reload, and drawn again whenever they were hidden. */
export function createSizingPanels({ extensionUri, engine, workspace, preview, logDocuments, log }: Parts): SizingPanels {
  const open = new Set<OpenPanel>();
  const pages = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const options = { enableScripts: true, localResourceRoots: [pages] };

  function attach(entry: OpenPanel): void {
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

  function html({ panel, folder, runId }: OpenPanel): string {
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

  async function receive(entry: OpenPanel, message: unknown): Promise<void> {
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
        return (await import('../commands/apply-memory.ts')).applyMemory(
          { engine, preview },
          entry.folder,
          data.functionId,
          data.memoryMb,
        );
      case 'profileAgain':
        // Where the report was made: a recorded curve is known to its own target only.
        return void (await vscode.commands.executeCommand(
          commandIds.profile,
          entry.folder,
          data.functionId,
          ...(entry.report === null ? [] : [entry.report.target]),
        ));
      case 'compare':
        return compare(entry, data.runId);
      case 'copy':
        await vscode.env.clipboard.writeText(data.text);
        return void vscode.window.setStatusBarMessage(vscode.l10n.t('Copied.'), 3_000);
      case 'showLog':
        return logDocuments.show(entry.folder, data.call);
      case 'cancel':
        return entry.live?.cancel();
      case 'export':
        return saveExport(entry.folder, data.suggestedName, data.format, data.content);
    }
  }

  /** Sends the page the study under way, its report, or the reason why there is none. */
  async function send(entry: OpenPanel): Promise<void> {
    const { panel, folder, runId } = entry;
    if (entry.live !== null) return postLive(entry, 0);
    try {
      entry.report ??= (await engine.request('report', { folder, runId })).report;
      entry.functionId = entry.report.function.id;
      panel.title = panelTitle(entry.report.function.name);
      await post(entry, { type: 'report', report: entry.report, stale: await isStale(folder, entry.report) });
    } catch (error) {
      await post(entry, { type: 'error', message: messageOf(error) });
    }
  }

  /** Sends the page another run of its function; for null the user picks it. */
  async function compare(entry: OpenPanel, runId: string | null): Promise<void> {
    const { folder, functionId } = entry;
    const chosen = runId ?? (await (await import('./pick-run.ts')).pickOtherRun(engine, entry));
    if (chosen === undefined) return;
    const { report } = await engine.request('report', { folder, runId: chosen });
    if (report.function.id === functionId) await post(entry, { type: 'comparison', report });
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

  function find(folder: string, functionId: string): OpenPanel | undefined {
    return [...open].find((entry) => entry.folder === folder && entry.functionId === functionId && functionId !== '');
  }

  function create(folder: string, functionId: string, functionName: string, preserveFocus: boolean): OpenPanel {
    const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus };
    const panel = vscode.window.createWebviewPanel(sizingPanelType, panelTitle(functionName), column, options);
    return { panel, folder, functionId, runId: '', report: null, live: null };
  }

  function showReport(folder: string, report: SizingReport): void {
    const { id, name } = report.function;
    const existing = find(folder, id);
    const entry = existing ?? create(folder, id, name, false);
    Object.assign(entry, { runId: report.run_id, report });
    if (existing === undefined) return attach(entry);
    existing.panel.reveal(undefined, false);
    void send(existing);
  }

  function startStudy({ folder, functionId, functionName, target, cancel }: StudyPlan): StudyPanel {
    const existing = find(folder, functionId);
    const entry = existing ?? create(folder, functionId, functionName, true);
    const live = { functionName, target, message: '', done: 0, total: 0, points: [], cancel };
    entry.live = live;
    if (existing === undefined) attach(entry);
    else {
      existing.panel.reveal(undefined, true);
      void send(existing);
    }
    return {
      probes: (probes) => void (entry.live === live && addProbes(entry, probes)),
      done(report) {
        if (!open.has(entry)) return showReport(folder, report);
        // A recorded curve is known by its own name only when it was played.
        const other = find(folder, report.function.id);
        if (other !== undefined && other !== entry) other.panel.dispose();
        Object.assign(entry, { live: null, runId: report.run_id, report });
        void send(entry);
      },
      abandon() {
        entry.live = null;
        if (entry.runId === '') entry.panel.dispose();
        else void send(entry);
      },
    };
  }

  const serializer = vscode.window.registerWebviewPanelSerializer(sizingPanelType, {
    async deserializeWebviewPanel(panel, state: unknown) {
      const { SizingPageState } = await schemas();
      const kept = SizingPageState.safeParse(state);
      if (kept.success) {
        panel.webview.options = options;
        const { folder, runId } = kept.data;
        attach({ panel, folder, functionId: '', runId, report: null, live: null });
      } else {
        panel.dispose();
      }
    },
  });

  // Panels stay when the extension goes: the next window restores them.
  return { showReport, startStudy, dispose: () => serializer.dispose() };
}

/** Loaded with the first panel, not while the window opens. */
const schemas = () => import('../../protocol/panel.ts');

function panelTitle(functionName: string): string {
  return vscode.l10n.t('Sizing: {0}', functionName);
}
