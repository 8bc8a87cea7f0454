import { formatMemory } from '../../src/engine/format/format.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { el, setText } from '../shared/dom.ts';
import type { ExportFormat } from './export.ts';

export type ActionHandlers = {
  apply: () => void;
  profileAgain: () => void;
  compare: () => void;
  exportAs: (format: ExportFormat) => void;
};

export type Actions = {
  readonly element: HTMLElement;
  show(report: SizingReport, recommendation: Recommendation): void;
};

const formats: ExportFormat[] = ['png', 'csv', 'json'];

/** The page's buttons; a report file has nobody to write a template or to profile, so only export is left there. */
export function createActions(hasHost: boolean, handlers: ActionHandlers): Actions {
  const apply = el('button', { type: 'button', class: 'primary', id: 'apply' });
  apply.addEventListener('click', handlers.apply);
  const again = el('button', { type: 'button', id: 'profile-again' }, 'Profile again');
  again.addEventListener('click', handlers.profileAgain);
  again.hidden = !hasHost;
  const compare = el('button', { type: 'button', id: 'compare' }, 'Compare…');
  compare.addEventListener('click', handlers.compare);
  compare.hidden = !hasHost;
  const exports = formats.map((format) => {
    const button = el(
      'button',
      { type: 'button', class: 'quiet', 'aria-label': `Export ${format.toUpperCase()}` },
      format.toUpperCase(),
    );
    button.addEventListener('click', () => handlers.exportAs(format));
    return button;
  });

  return {
    element: el(
      'div',
      { class: 'actions' },
      apply,
      again,
      compare,
      el(
        'div',
        { class: 'exports', role: 'group', 'aria-label': 'Export' },
        el('span', { class: 'muted', 'aria-hidden': 'true' }, 'Export'),
        ...exports,
      ),
    ),
    show(report, recommendation) {
      const size = formatMemory(recommendation.memory_mb);
      const same = report.current?.memory_mb === recommendation.memory_mb;
      apply.hidden = !hasHost || report.function.template === null;
      apply.disabled = same;
      setText(apply, same ? `${size} is already set` : `Write ${size} to template`);
    },
  };
}
