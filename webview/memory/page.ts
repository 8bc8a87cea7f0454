import type { Trace } from '../../src/engine/studies/tracing/trace.ts';
import type { MemoryPageState, MemoryPageToHost } from '../../src/protocol/memory-panel.ts';
import type { TraceReport } from '../../src/protocol/tracing.ts';
import { el, fill, setText } from '../shared/dom.ts';
import type { Host } from '../shared/host.ts';
import { onThemeChange } from '../shared/theme.ts';
import { createMemoryChart } from './chart.ts';
import { createCosts } from './costs.ts';
import { createExports, exportMemory } from './export.ts';
import { createLive, type LiveMessage } from './live.ts';
import { type Billed, mostRequests } from './marks.ts';
import { createNavigation } from './navigate.ts';
import { showProbe } from './probe.ts';
import { createRuns } from './runs.ts';
import { showHeader, showSummary } from './summary.ts';
import { probeWarning } from './texts.ts';
import { createWaste } from './waste.ts';

export type MemoryPage = {
  show(report: TraceReport, runId: string, target: string): void;
  /** The readings of a run of the report shown, or a first outline of them. */
  addPoints(runId: string, run: number, whole: boolean, trace: Trace): void;
  showLive(message: LiveMessage): void;
};

type Shown = { report: TraceReport; runId: string; target: string; traces: (Trace | undefined)[]; whole: Set<number> };

/** The whole page under one element. It owns the report, the readings and what was chosen; the parts only draw. */
export function createPage(
  app: HTMLElement,
  host: Host<MemoryPageToHost>,
  folder: string,
  kept: MemoryPageState | null,
): MemoryPage {
  let shown: Shown | null = null;
  let provider = kept?.provider ?? null;
  let run = kept?.run ?? 0;

  const header = el('header');
  const warning = el('p', { class: 'notice', role: 'status', id: 'probe-warning' });
  const summary = el('section', { class: 'summary', 'aria-labelledby': 'headline' });
  const spoken = el('p', { class: 'visually-hidden', 'aria-live': 'polite', id: 'announcement' });
  const canvas = el('canvas', { role: 'img', tabindex: 0 });
  const note = el('p', { class: 'chart-note muted' });
  const chart = createMemoryChart(canvas, () => {});
  const navigation = createNavigation(canvas, chart, (text) => spoken.replaceChildren(text));
  const costs = createCosts((chosen) => choose(() => (provider = chosen)));
  const runs = createRuns((chosen) => choose(() => (run = chosen)));
  const waste = createWaste();
  const probe = el('section', { class: 'evidence' });
  const again = el('button', { type: 'button', id: 'trace-again' }, 'Trace again');
  again.hidden = host.kind !== 'vscode';
  again.addEventListener('click', () => host.post({ type: 'traceAgain' }));
  const exports = createExports((format) => {
    const trace = shown?.traces[run];
    if (shown !== null && trace !== undefined) exportMemory(host, format, { report: shown.report, trace, run, canvas, chart });
  });
  const live = createLive(() => host.post({ type: 'cancel' }));
  const figure = el('div', { class: 'chart' }, canvas);
  let liveTraces: Trace[] = [];

  onThemeChange(() => {
    if (live.element.isConnected) drawLive();
    else update();
  });

  function choose(change: () => void): void {
    change();
    update();
  }

  /** The bill at the provider that was chosen, else at the one that the report splits. */
  function billed({ report }: Shown): Billed | null {
    const wanted = report.cost.find((cost) => cost.provider === provider);
    const cost = wanted ?? report.cost.find((cost) => cost.provider === report.waste?.provider) ?? report.cost[0];
    if (cost === undefined) return null;
    const splits = [...(report.waste_by_provider ?? []), ...(report.waste === null ? [] : [report.waste])];
    return { cost, waste: splits.find((split) => split.provider === cost.provider) ?? null };
  }

  function update(): void {
    if (shown === null) return;
    const { report, runId } = shown;
    run = Math.min(run, Math.max(0, report.runs.length - 1));
    const bill = billed(shown);
    showSummary(summary, report, bill);
    costs.show(report.cost, bill?.cost.provider ?? null);
    runs.show(report.runs, run);
    waste.element.hidden = bill === null;
    if (bill !== null) waste.show(bill.waste, bill.cost.name);
    draw(bill);
    host.setState({ folder, runId, provider, run } satisfies MemoryPageState);
  }

  function draw(bill: Billed | null): void {
    if (shown === null) return;
    const { report, traces, whole } = shown;
    chart.show({ traces, run, billed: bill, hull: report.hull });
    const trace = traces[run];
    const tooMany = trace !== undefined && trace.phases.length > mostRequests;
    const notes = [
      trace === undefined ? 'Its readings are on their way.' : '',
      trace !== undefined && !whole.has(run) ? 'A first outline: all readings are on their way.' : '',
      tooMany ? `Only the first ${mostRequests} phases are marked.` : '',
      'Drag to move, Ctrl and wheel to zoom; on the keyboard arrows, + and −, 0 for all.',
    ];
    setText(note, notes.filter(Boolean).join(' '));
  }

  function drawLive(): void {
    chart.show({ traces: liveTraces, run: Math.max(0, liveTraces.length - 1), billed: null, hull: undefined });
  }

  return {
    show(report, runId, target) {
      if (shown !== null && shown.report.subject !== report.subject) run = 0;
      shown = { report, runId, target, traces: report.runs.map(() => undefined), whole: new Set() };
      const sentence = probeWarning(report);
      setText(warning, sentence ?? '');
      warning.hidden = sentence === null;
      // The chart measures its box, so the page stands before it draws.
      fill(
        app,
        header,
        warning,
        summary,
        el('div', { class: 'actions' }, again, exports),
        el('div', { class: 'controls memory-controls' }, runs.picker, costs.picker, navigation),
        figure,
        chart.legend,
        note,
        spoken,
        waste.element,
        costs.table,
        runs.table,
        probe,
      );
      document.title = `${report.subject} – Reef memory`;
      showHeader(header, report, target);
      showProbe(probe, report);
      update();
    },
    addPoints(runId, index, whole, trace) {
      if (shown === null || shown.runId !== runId || index >= shown.traces.length) return;
      shown.traces[index] = trace;
      if (whole) shown.whole.add(index);
      draw(billed(shown));
    },
    showLive(message) {
      liveTraces = live.update(message);
      if (!live.element.isConnected) fill(app, live.element, figure, chart.legend, spoken);
      document.title = `${message.subject} – Reef memory`;
      drawLive();
    },
  };
}
