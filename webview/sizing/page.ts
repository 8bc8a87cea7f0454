import type { CallReference } from '../../src/protocol/logs.ts';
import type { SizingPageState, SizingPageToHost } from '../../src/protocol/panel.ts';
import type { Objective, Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill, setText } from '../shared/dom.ts';
import type { Host } from '../shared/host.ts';
import { onThemeChange } from '../shared/theme.ts';
import { createActions } from './actions.ts';
import { createAttemptTable } from './attempt-table.ts';
import { createChart } from './chart.ts';
import { createComparison } from './comparison.ts';
import { createControls } from './controls.ts';
import { showEvidence } from './evidence.ts';
import { copyAs, exportFile } from './export.ts';
import { createLiveView, type LiveMessage } from './live.ts';
import { createPareto } from './pareto.ts';
import { createPayloadSwitch, viewOf } from './payloads.ts';
import { chosenByHand, recommendFor } from './selection.ts';
import { announce, showHeader, showSummary } from './summary.ts';
import { createTable } from './table.ts';
import { failuresText } from './texts.ts';

export type SizingPage = {
  /** `stale`: the function changed after the report was made. */
  show(report: SizingReport, stale: boolean): void;
  /** Draws another run beside the one shown. */
  compareWith(other: SizingReport): void;
  /** Shows a study under way, until its report comes. */
  showLive(message: LiveMessage): void;
};

/** What someone chose on the page; it holds for later reports of the same function. */
type Chosen = {
  objective: Objective | null;
  /** The size of the Pareto slider; null: what the objective recommends. */
  memoryMb: number | null;
  /** The payload whose curve is shown; null: all. */
  payload: string | null;
  appliesTo: (report: SizingReport) => boolean;
};

type Shown = { report: SizingReport; recommendation: Recommendation };

/** The whole page under one element. It owns the report shown and what was chosen; the parts only draw. */
export function createPage(
  app: HTMLElement,
  host: Host<SizingPageToHost>,
  folder: string,
  kept: SizingPageState | null,
): SizingPage {
  let shown: Shown | null = null;
  let other: SizingReport | null = null;
  /** Asked for once, with the first report after a reload. */
  let comparedBefore = kept?.comparedRunId;
  let chosen: Chosen | null =
    kept === null
      ? null
      : {
          objective: kept.objective,
          memoryMb: kept.chosenMb ?? null,
          payload: kept.payload ?? null,
          appliesTo: (report) => report.run_id === kept.runId,
        };

  const header = el('header');
  const notice = el(
    'p',
    { class: 'notice', role: 'status' },
    'The function changed after this report was made: profile it again.',
  );
  const summary = el('section', { class: 'summary', 'aria-labelledby': 'headline' });
  const live = el('p', { class: 'visually-hidden', 'aria-live': 'polite', id: 'announcement' });
  const canvas = el('canvas', { role: 'img', tabindex: 0, 'aria-describedby': 'curve-table' });
  const failures = el('p', { class: 'chart-note muted' });
  const evidence = el('section', { class: 'evidence' });
  const chart = createChart(canvas, (text) => live.replaceChildren(text));
  const table = createTable();
  const showLog = (call: CallReference): void => host.post({ type: 'showLog', call });
  const attempts = createAttemptTable(host.kind === 'vscode' ? showLog : null);
  const controls = createControls((objective) => choose({ objective, memoryMb: null }));
  const pareto = createPareto((memoryMb) => choose({ memoryMb }));
  const payloads = createPayloadSwitch((payload) => choose({ payload }));
  const comparison = createComparison(() => compareWith(null));
  const actions = createActions(host.kind === 'vscode', {
    apply: () =>
      shown && host.post({ type: 'apply', functionId: shown.report.function.id, memoryMb: shown.recommendation.memory_mb }),
    profileAgain: () => shown && host.post({ type: 'profileAgain', functionId: shown.report.function.id }),
    compare: () => host.post({ type: 'compare', runId: null }),
    copy: (format) => shown && copyAs(host, format, shown.report),
    exportAs: (format) => shown && exportFile(host, format, shown.report, shown.recommendation, { canvas, chart }),
  });

  const liveView = createLiveView(() => host.post({ type: 'cancel' }));

  onThemeChange(() => {
    if (liveView.element.isConnected) liveView.redraw();
    else if (shown !== null) draw(shown);
  });

  function choose(change: Partial<Omit<Chosen, 'appliesTo'>>): void {
    if (shown === null) return;
    const functionId = shown.report.function.id;
    chosen = {
      objective: null,
      memoryMb: null,
      payload: null,
      ...chosen,
      ...change,
      appliesTo: (report) => report.function.id === functionId,
    };
    update(shown.report);
  }

  function update(report: SizingReport): void {
    const byHand = chosen?.memoryMb === undefined || chosen.memoryMb === null ? null : chosenByHand(report, chosen.memoryMb);
    const recommendation = byHand ?? recommendFor(report, chosen?.objective ?? report.objective);
    shown = { report, recommendation };
    showSummary(summary, report, recommendation);
    actions.show(report, recommendation);
    pareto.show(report, recommendation);
    draw(shown);
    announce(live, recommendation, byHand !== null);
    host.setState({
      folder,
      runId: report.run_id,
      objective: chosen?.objective ?? null,
      chosenMb: chosen?.memoryMb ?? undefined,
      payload: chosen?.payload ?? undefined,
      comparedRunId: other?.run_id,
    } satisfies SizingPageState);
  }

  function compareWith(next: SizingReport | null): void {
    if (shown === null) return;
    other = next;
    comparison.show(shown.report, other);
    update(shown.report);
  }

  function draw({ report, recommendation }: Shown): void {
    const view = viewOf(report, recommendation, chosen?.payload ?? null);
    table.show(view.report, view.recommendation);
    attempts.show(view.report);
    chart.show({ ...view, other });
  }

  return {
    show(report, stale) {
      if (chosen !== null && !chosen.appliesTo(report)) chosen = null;
      notice.hidden = !stale;
      // The chart measures its box, so the page stands before it draws.
      fill(
        app,
        header,
        notice,
        summary,
        actions.element,
        controls.element,
        pareto.element,
        payloads.element,
        el('div', { class: 'chart' }, canvas),
        chart.legend,
        failures,
        live,
        comparison.element,
        el('section', { class: 'figures' }, el('h2', {}, 'Figures'), table.element, attempts.element),
        evidence,
      );
      document.title = `${report.function.name} – Reef sizing`;
      showHeader(header, report);
      controls.show(chosen?.objective ?? report.objective, report);
      setText(failures, failuresText(report));
      failures.hidden = failures.textContent === '';
      showEvidence(evidence, report);
      payloads.show(report, chosen?.payload ?? null);
      if (other?.function.id !== report.function.id || other.run_id === report.run_id) other = null;
      comparison.show(report, other);
      update(report);
      if (comparedBefore !== undefined) host.post({ type: 'compare', runId: comparedBefore });
      comparedBefore = undefined;
    },
    compareWith,
    showLive(message) {
      if (!liveView.element.isConnected) fill(app, liveView.element);
      document.title = `${message.functionName} – Reef sizing`;
      liveView.update(message);
    },
  };
}
