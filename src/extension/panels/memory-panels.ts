import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { messageOf } from '../../protocol/errors.ts';
import type { HostToMemoryPage } from '../../protocol/memory-panel.ts';
import type { ReadingsParams } from '../../protocol/requests.ts';
import type { EngineClient } from '../client/engine-client.ts';
import { commandIds, memoryPanelType } from '../commands/ids.ts';
import { showError } from '../errors.ts';
import { saveExport } from './save-export.ts';
import { sizingHtml } from './sizing-html.ts';
import type { StudyPlan } from './study-panel.ts';

/** What a panel is told of a trace under way. */
export type TracePanel = {
  readings: (readings: ReadingsParams) => void;
  done(runId: string): void;
  /** Goes back to the trace before, or away when there is none. */
  abandon(): void;
};

export type MemoryPanels = vscode.Disposable & {
  /** Shows a stored trace in the panel of its function, which is opened when there is none. */
  showTrace(folder: string, functionId: string, functionName: string, runId: string): void;
  startTrace(study: StudyPlan): TracePanel;
};

type LiveRun = Pick<ReadingsParams, 'timeMs' | 'usageBytes' | 'workingSetBytes'>;
type LiveTrace = StudyPlan & { message: string; done: number; total: number; runs: LiveRun[] };

type Entry = { panel: vscode.WebviewPanel; folder: string; functionId: string; runId: string; live: LiveTrace | null };

type Parts = { extensionUri: vscode.Uri; engine: EngineClient; log: vscode.LogOutputChannel };

/** Columns of a first outline, before all readings are there: more than a screen has. */
const outlineColumns = 2_000;

/** The panels *Memory*: one a function. They are restored after a reload, and drawn again whenever they were hidden. */
export function createMemoryPanels({ extensionUri, engine, log }: Parts): MemoryPanels {
  const open = new Set<Entry>();
  const pages = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const options = { enableScripts: true, localResourceRoots: [pages] };

  function attach(entry: Entry): void {
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
    const file = (name: string): string => panel.webview.asWebviewUri(vscode.Uri.joinPath(pages, name)).toString();
    panel.webview.html = sizingHtml({
      nonce: randomBytes(16).toString('base64url'),
      cspSource: panel.webview.cspSource,
      script: file('memory.js'),
      style: file('memory.css'),
      folder: entry.folder,
      runId: entry.runId,
      title: panel.title,
      language: vscode.env.language,
    });
  }

  async function receive(entry: Entry, message: unknown): Promise<void> {
    const { MemoryPageToHost } = await schemas();
    const parsed = MemoryPageToHost.safeParse(message);
    if (!parsed.success) {
      log.warn(`A message of the memory page is not known and was ignored: ${parsed.error.message}`);
      return;
    }
    const { data } = parsed;
    switch (data.type) {
      case 'ready':
        return send(entry);
      case 'traceAgain':
        return void (await vscode.commands.executeCommand(commandIds.trace, entry.folder, entry.functionId));
      case 'cancel':
        return entry.live?.cancel();
      case 'export':
        return saveExport(entry.folder, data.suggestedName, data.format, data.content);
    }
  }

  /** Sends the trace under way, or the stored one: its report, then of each run an outline, then all readings. */
  async function send(entry: Entry): Promise<void> {
    if (entry.live !== null) return sendLive(entry);
    const { folder, runId } = entry;
    if (runId === '') return;
    try {
      const { report } = await engine.request('traceReport', { folder, runId });
      entry.functionId = report.function?.id ?? '';
      entry.panel.title = panelTitle(report.subject);
      await post(entry, { type: 'report', runId, target: report.target ?? '', report });
      for (const columns of [outlineColumns, null]) {
        for (const run of report.runs.keys()) {
          if (entry.runId !== runId || entry.live !== null) return;
          await sendPoints(entry, run, columns);
        }
      }
    } catch (error) {
      await post(entry, { type: 'error', message: messageOf(error) });
    }
  }

  async function sendPoints(entry: Entry, run: number, columns: number | null): Promise<void> {
    const { folder, runId } = entry;
    const { unpackPoints } = await import('../../protocol/trace-points.ts');
    const { points } = await engine.request('tracePoints', { folder, runId, run, columns });
    await post(entry, { type: 'points', runId, run, whole: columns === null, points: unpackPoints(points) });
  }

  /** All readings so far, for a page that has just begun. */
  async function sendLive(entry: Entry): Promise<void> {
    for (const [run, readings] of (entry.live?.runs ?? []).entries()) await postLive(entry, run, 0, readings);
    if (entry.live?.runs.length === 0) await postLive(entry, 0, 0, { timeMs: [], usageBytes: [], workingSetBytes: [] });
  }

  async function postLive(entry: Entry, run: number, first: number, readings: LiveRun): Promise<void> {
    if (entry.live === null) return;
    const { functionName, target, message, done, total } = entry.live;
    const { timeMs, usageBytes, workingSetBytes } = readings;
    const what = { subject: functionName, target, message, done, total, run, first };
    await post(entry, { type: 'live', ...what, timeMs, usageBytes, workingSetBytes });
  }

  function addReadings(entry: Entry, live: LiveTrace, { message, done, total, run, ...readings }: ReadingsParams): void {
    if (entry.live !== live) return;
    Object.assign(live, { message, done, total });
    while (live.runs.length <= run) live.runs.push({ timeMs: [], usageBytes: [], workingSetBytes: [] });
    const known = live.runs[run];
    if (known === undefined) return;
    const first = known.timeMs.length;
    known.timeMs.push(...readings.timeMs);
    known.usageBytes.push(...readings.usageBytes);
    known.workingSetBytes.push(...readings.workingSetBytes);
    void postLive(entry, run, first, readings);
  }

  function find(folder: string, functionId: string): Entry | undefined {
    return [...open].find((entry) => entry.folder === folder && entry.functionId === functionId);
  }

  function create(folder: string, functionId: string, functionName: string, preserveFocus: boolean): Entry {
    const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus };
    const panel = vscode.window.createWebviewPanel(memoryPanelType, panelTitle(functionName), column, options);
    return { panel, folder, functionId, runId: '', live: null };
  }

  function showTrace(folder: string, functionId: string, functionName: string, runId: string): void {
    const existing = find(folder, functionId);
    const entry = existing ?? create(folder, functionId, functionName, false);
    entry.runId = runId;
    if (existing === undefined) return attach(entry);
    existing.panel.reveal(undefined, false);
    void send(existing);
  }

  function startTrace(plan: StudyPlan): TracePanel {
    const { folder, functionId, functionName } = plan;
    const existing = find(folder, functionId);
    const entry = existing ?? create(folder, functionId, functionName, true);
    const live: LiveTrace = { ...plan, message: '', done: 0, total: 0, runs: [] };
    entry.live = live;
    if (existing === undefined) attach(entry);
    else {
      existing.panel.reveal(undefined, true);
      void send(existing);
    }
    return {
      readings: (readings) => addReadings(entry, live, readings),
      done(runId) {
        if (!open.has(entry)) return showTrace(folder, functionId, functionName, runId);
        Object.assign(entry, { live: null, runId });
        void send(entry);
      },
      abandon() {
        entry.live = null;
        if (entry.runId === '') entry.panel.dispose();
        else void send(entry);
      },
    };
  }

  const serializer = vscode.window.registerWebviewPanelSerializer(memoryPanelType, {
    async deserializeWebviewPanel(panel, state: unknown) {
      const { MemoryPageState } = await schemas();
      const kept = MemoryPageState.safeParse(state);
      if (kept.success) {
        panel.webview.options = options;
        const { folder, runId } = kept.data;
        attach({ panel, folder, functionId: '', runId, live: null });
      } else {
        panel.dispose();
      }
    },
  });

  // Panels stay when the extension goes: the next window restores them.
  return { showTrace, startTrace, dispose: () => serializer.dispose() };
}

async function post({ panel }: Entry, message: HostToMemoryPage): Promise<void> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a webview panel, not a window: there is no origin to name
  await panel.webview.postMessage(message);
}

/** Loaded with the first panel, not while the window opens. */
const schemas = () => import('../../protocol/memory-panel.ts');

function panelTitle(name: string): string {
  return vscode.l10n.t('Memory: {0}', name);
}
