import { formatPercent } from '../../src/engine/format/format.ts';
import { figureAt } from '../../src/engine/studies/sizing/objective.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { el, fill } from '../shared/dom.ts';

export type PayloadSwitch = {
  readonly element: HTMLElement;
  show(report: SizingReport, payload: string | null): void;
};

/** Chooses between the weighted mean of all payloads and the curve of one; not there with a single payload. */
export function createPayloadSwitch(onChange: (payload: string | null) => void): PayloadSwitch {
  const segments = el('div', { class: 'segments' });
  const element = el('fieldset', { class: 'control payloads' }, el('legend', {}, 'Curve and table of'), segments);

  function segment(payload: string | null, label: string, checked: boolean): HTMLElement {
    const radio = el('input', { type: 'radio', name: 'payload', value: payload ?? '', checked });
    radio.addEventListener('change', () => onChange(payload));
    return el('label', { class: 'segment' }, radio, el('span', {}, label));
  }

  return {
    element,
    show({ payloads = [] }, payload) {
      element.hidden = payloads.length < 2;
      fill(
        segments,
        segment(null, 'all, by weight', payload === null),
        ...payloads.map(({ name, weight }) => segment(name, `${name}, ${formatPercent(weight)}`, name === payload)),
      );
    },
  };
}

/** What chart and table show: the whole report, or the curve and the attempts of one payload with the same recommended size. */
export function viewOf(
  report: SizingReport,
  recommendation: Recommendation,
  payload: string | null,
): { report: SizingReport; recommendation: Recommendation } {
  const own = report.payloads?.find(({ name }) => name === payload);
  if (own === undefined) return { report, recommendation };
  const { current } = report;
  return {
    report: {
      ...report,
      curve: own.curve,
      points: report.points.filter((point) => point.payload === own.name),
      current: current === null ? null : figureAt(own.curve, current.memory_mb),
    },
    recommendation: { ...recommendation, ...figureAt(own.curve, recommendation.memory_mb) },
  };
}
