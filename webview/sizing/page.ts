import { recommend } from '../../src/engine/studies/sizing/objective.ts';
import type { SizingPageState, SizingPageToHost } from '../../src/protocol/panel.ts';
import type { Objective, Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill, setText } from '../shared/dom.ts';
import type { Host } from '../shared/host.ts';
import { onThemeChange } from '../shared/theme.ts';
import { createActions } from './actions.ts';
import { createChart } from './chart.ts';
import { createControls } from './controls.ts';
import { showEvidence } from './evidence.ts';
import { exportFile } from './export.ts';
import { announce, showHeader, showSummary } from './summary.ts';
import { createTable } from './table.ts';
import { failuresText } from './texts.ts';

export type SizingPage = {
  /** `stale`: the function changed after the report was made. */
  show(report: SizingReport, stale: boolean): void;
};

type Shown = { report: SizingReport; objective: Objective; recommendation: Recommendation };

/**
 * The whole page under one element. It owns the report shown and the objective chosen; the parts only draw.
 * An objective that someone chose holds for later reports of the same function.
 */
export function createPage(
  app: HTMLElement,
  host: Host<SizingPageToHost>,
  folder: string,
  kept: SizingPageState | null,
): SizingPage {
  let shown: Shown | null = null;
  let chosen: { objective: Objective; appliesTo: (report: SizingReport) => boolean } | null =
    kept?.objective === undefined || kept.objective === null
      ? null
      : { objective: kept.objective, appliesTo: (report) => report.run_id === kept.runId };

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
  const controls = createControls(choose);
  const actions = createActions(host.kind === 'vscode', {
    apply: () =>
      shown && host.post({ type: 'apply', functionId: shown.report.function.id, memoryMb: shown.recommendation.memory_mb }),
    profileAgain: () => shown && host.post({ type: 'profileAgain', functionId: shown.report.function.id }),
    exportAs: (format) => shown && exportFile(host, format, shown.report, shown.recommendation, canvas),
  });

  onThemeChange(() => shown && chart.show(shown.report, shown.recommendation));

  function choose(objective: Objective): void {
    if (shown === null) return;
    const functionId = shown.report.function.id;
    chosen = { objective, appliesTo: (report) => report.function.id === functionId };
    update(shown.report, objective);
  }

  function update(report: SizingReport, objective: Objective): void {
    const recommendation = recommendFor(report, objective);
    shown = { report, objective, recommendation };
    showSummary(summary, recommendation, report.current);
    actions.show(report, recommendation);
    chart.show(report, recommendation);
    table.show(report, recommendation);
    announce(live, recommendation);
    host.setState({ folder, runId: report.run_id, objective: chosen?.objective ?? null } satisfies SizingPageState);
  }

  return {
    show(report, stale) {
      if (chosen !== null && !chosen.appliesTo(report)) chosen = null;
      const objective = chosen?.objective ?? report.objective;
      notice.hidden = !stale;
      // The chart measures its box, so the page stands before it draws.
      fill(
        app,
        header,
        notice,
        summary,
        actions.element,
        controls.element,
        el('div', { class: 'chart' }, canvas),
        failures,
        live,
        el('section', { class: 'figures' }, el('h2', {}, 'Figures'), table.element),
        evidence,
      );
      document.title = `${report.function.name} – Reef sizing`;
      showHeader(header, report);
      controls.show(objective);
      setText(failures, failuresText(report));
      failures.hidden = failures.textContent === '';
      showEvidence(evidence, report);
      update(report, objective);
    },
  };
}

/** The report's own words for its own objective, otherwise the same decision made anew. */
function recommendFor(report: SizingReport, objective: Objective): Recommendation {
  const { goal, tolerance, maxDurationMs } = report.objective;
  const same = objective.goal === goal && objective.tolerance === tolerance && objective.maxDurationMs === maxDurationMs;
  return same
    ? report.recommendation
    : recommend({ curve: report.curve, floor: report.floor, objective, current: report.current });
}
