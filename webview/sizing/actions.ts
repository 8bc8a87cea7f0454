import { formatMemory } from '../../src/engine/format/format.ts';
import type { Recommendation, SizingReport } from '../../src/protocol/sizing.ts';
import { el, setText } from '../shared/dom.ts';
import type { CopyFormat, ExportFormat } from './export.ts';

export type ActionHandlers = {
  apply: () => void;
  profileAgain: () => void;
  compare: () => void;
  exportAs: (format: ExportFormat) => void;
  copy: (what: CopyFormat) => void;
};

export type Actions = {
  readonly element: HTMLElement;
  show(report: SizingReport, recommendation: Recommendation): void;
};

const formats: Record<ExportFormat, string> = { png: 'PNG', csv: 'CSV', json: 'JSON', 'power-tuning': 'Power Tuning' };
const copies: Record<CopyFormat, string> = { markdown: 'Markdown', 'power-tuning-url': 'Power Tuning link' };

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
  const quiet = (verb: string, what: string, onClick: () => void): HTMLElement => {
    const button = el('button', { type: 'button', class: 'quiet', 'aria-label': `${verb} ${what}` }, what);
    button.addEventListener('click', onClick);
    return button;
  };
  const exports = entries(formats).map(([format, name]) => quiet('Export', name, () => handlers.exportAs(format)));
  const copying = entries(copies).map(([format, name]) => quiet('Copy', name, () => handlers.copy(format)));

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
      el(
        'div',
        { class: 'exports', role: 'group', 'aria-label': 'Copy' },
        el('span', { class: 'muted', 'aria-hidden': 'true' }, 'Copy'),
        ...copying,
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

function entries<Key extends string>(record: Record<Key, string>): [Key, string][] {
  return Object.entries<string>(record) as [Key, string][];
}
