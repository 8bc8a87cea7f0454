import { formatDuration } from '../../src/engine/format/format.ts';
import { el } from '../shared/dom.ts';
import type { MemoryChart, Span } from './chart.ts';

const zoomFactor = 2;
/** Share of the part in sight that one step moves. */
const step = 0.2;

/** How each step changes the part in sight. */
const moves = {
  left: ({ fromMs, toMs }: Span): Span => shift({ fromMs, toMs }, -step),
  right: ({ fromMs, toMs }: Span): Span => shift({ fromMs, toMs }, step),
  in: ({ fromMs, toMs }: Span): Span => scale({ fromMs, toMs }, 1 / zoomFactor),
  out: ({ fromMs, toMs }: Span): Span => scale({ fromMs, toMs }, zoomFactor),
  all: (): Span => ({ fromMs: 0, toMs: Infinity }),
} as const;
type Move = keyof typeof moves;

const keys: Record<string, Move> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  '+': 'in',
  '=': 'in',
  ArrowUp: 'in',
  '-': 'out',
  ArrowDown: 'out',
  '0': 'all',
  Escape: 'all',
};

const buttons: [Move, string, string][] = [
  ['left', '←', 'Earlier'],
  ['right', '→', 'Later'],
  ['in', '+', 'Zoom in'],
  ['out', '−', 'Zoom out'],
  ['all', 'All', 'Show all'],
];

/** Buttons and keys that move along the time; where they lead is spoken. Home and End go to the ends. */
export function createNavigation(canvas: HTMLCanvasElement, chart: MemoryChart, speak: (text: string) => void): HTMLElement {
  function go(to: Span): void {
    const width = to.toMs - to.fromMs;
    chart.look(Number.isFinite(width) ? to : { fromMs: 0, toMs: chart.endMs() });
    const { fromMs, toMs } = chart.span();
    speak(`${formatDuration(fromMs)} to ${formatDuration(toMs)}`);
  }

  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = keys[event.key];
    const span = chart.span();
    const width = span.toMs - span.fromMs;
    if (event.key === 'Home') go({ fromMs: 0, toMs: width });
    else if (event.key === 'End') go({ fromMs: chart.endMs() - width, toMs: chart.endMs() });
    else if (move === undefined) return;
    else go(moves[move](span));
    event.preventDefault();
  });

  return el(
    'div',
    { class: 'navigation', role: 'group', 'aria-label': 'Time in sight' },
    ...buttons.map(([move, text, label]) => {
      const button = el('button', { type: 'button', 'aria-label': label, title: label }, text);
      button.addEventListener('click', () => go(moves[move](chart.span())));
      return button;
    }),
  );
}

function shift({ fromMs, toMs }: Span, share: number): Span {
  const by = (toMs - fromMs) * share;
  return { fromMs: fromMs + by, toMs: toMs + by };
}

function scale({ fromMs, toMs }: Span, factor: number): Span {
  const [middle, half] = [(fromMs + toMs) / 2, ((toMs - fromMs) * factor) / 2];
  return { fromMs: middle - half, toMs: middle + half };
}
