import type { Trace } from '../../src/engine/studies/tracing/trace.ts';
import { emptyCurve } from '../../src/engine/studies/tracing/trace.ts';
import type { HostToMemoryPage } from '../../src/protocol/memory-panel.ts';
import { el, setText } from '../shared/dom.ts';

export type LiveMessage = Extract<HostToMemoryPage, { type: 'live' }>;

export type Live = {
  readonly element: HTMLElement;
  /** Takes the next readings and returns all of the runs so far. */
  update(message: LiveMessage): Trace[];
};

type Readings = { timeMs: number[]; usage: number[]; workingSet: { timeMs: number[]; values: number[] } };

/** Tracing under way: how far it is, and a button that ends it. */
export function createLive(onCancel: () => void): Live {
  const name = el('h1');
  const target = el('span', { class: 'badge' });
  const progress = el('progress', { 'aria-label': 'Runs made' });
  const message = el('p', { class: 'muted' });
  const cancel = el('button', { type: 'button', id: 'cancel' }, 'Cancel');
  let runs: Readings[] = [];
  cancel.addEventListener('click', () => {
    cancel.disabled = true;
    onCancel();
  });

  return {
    element: el(
      'section',
      { class: 'live', 'aria-label': 'Tracing under way' },
      el('div', { class: 'title' }, name, target),
      el('div', { class: 'progress' }, progress, cancel),
      message,
    ),
    update(next) {
      if (next.run === 0 && next.first === 0) {
        runs = [];
        cancel.disabled = false;
      }
      append(runs, next);
      setText(name, next.subject);
      setText(target, `Tracing on ${next.target}`);
      setText(message, next.message);
      progress.max = Math.max(1, next.total);
      progress.value = next.done;
      return runs.map(traceOf);
    },
  };
}

function append(runs: Readings[], { run, first, timeMs, usageBytes, workingSetBytes }: LiveMessage): void {
  while (runs.length <= run) runs.push({ timeMs: [], usage: [], workingSet: { timeMs: [], values: [] } });
  const readings = runs[run];
  // Readings that came before the page was there follow with its first message.
  if (readings === undefined || first > readings.timeMs.length) return;
  for (let i = readings.timeMs.length - first; i < timeMs.length; i++) {
    const at = timeMs[i] ?? 0;
    readings.timeMs.push(at);
    readings.usage.push(usageBytes[i] ?? 0);
    const workingSet = workingSetBytes[i] ?? null;
    if (workingSet === null) continue;
    readings.workingSet.timeMs.push(at);
    readings.workingSet.values.push(workingSet);
  }
}

/** What has been read so far as a run that is not over. */
function traceOf({ timeMs, usage, workingSet }: Readings): Trace {
  return {
    probe: 'stream',
    startedAtMs: 0,
    periodMs: 0,
    usage: { timeMs: Float64Array.from(timeMs), values: Float64Array.from(usage) },
    workingSet: { timeMs: Float64Array.from(workingSet.timeMs), values: Float64Array.from(workingSet.values) },
    anonymous: emptyCurve,
    file: emptyCurve,
    limit: emptyCurve,
    cpu: emptyCurve,
    kernelPeakBytes: null,
    phases: [],
    endMs: timeMs.at(-1) ?? 0,
    ending: { exitCode: null, signal: null, isOom: false },
    missed: 0,
    lost: 0,
    probeCpuMs: null,
  };
}
