import type { ChartOptions } from 'chart.js';
import { formatMemory } from '../../src/engine/format/format.ts';
import type { Trace } from '../../src/engine/studies/tracing/trace.ts';
import type { TraceCost, TraceWaste } from '../../src/protocol/tracing.ts';
import { type Theme, withAlpha } from '../shared/theme.ts';

/** What a provider bills for the runs, drawn behind the curves. */
export type Billed = { cost: TraceCost; waste: TraceWaste | null };

type Annotations = NonNullable<NonNullable<NonNullable<ChartOptions<'line'>['plugins']>['annotation']>['annotations']>;
type Annotation = Exclude<Annotations, readonly unknown[]>[string];

/** Requests that are marked; more would cover the curves. */
export const mostRequests = 100;

/** The billed area, the phases and the requests of a run. */
export function annotations(trace: Trace, billed: Billed | null, theme: Theme): Record<string, Annotation> {
  return { ...billedAreas(trace, billed, theme), ...phaseMarks(trace, theme) };
}

function billedAreas(trace: Trace, billed: Billed | null, theme: Theme): Record<string, Annotation> {
  if (billed === null || trace.ending.isOom) return {};
  const { memory_mb, name, wasted_ms } = billed.cost;
  return Object.fromEntries(
    billedSpans(trace, (billed.waste?.init ?? 0) > 0)
      .slice(0, mostRequests)
      .map(({ fromMs, toMs }, index) => [
        `billed-${index}`,
        {
          type: 'box',
          drawTime: 'beforeDatasetsDraw',
          xMin: fromMs,
          xMax: toMs + wasted_ms,
          yMin: 0,
          yMax: memory_mb,
          backgroundColor: withAlpha(theme.foreground, theme.highContrast ? 0 : 0.06),
          borderColor: withAlpha(theme.foreground, theme.highContrast ? 1 : 0.35),
          borderWidth: 1,
          label: {
            display: index === 0,
            content: `Billed by ${name}: ${formatMemory(memory_mb)}`,
            position: { x: 'start', y: 'start' },
            color: theme.muted,
            font: { weight: 'normal' },
          },
        } satisfies Annotation,
      ]),
  );
}

/** When a provider bills: each invocation, with the time before the first where that is billed; the whole run without any. */
export function billedSpans({ phases, endMs }: Trace, billsInit: boolean): { fromMs: number; toMs: number }[] {
  const calls = phases.filter(({ name }) => name === 'invoke');
  if (calls.length === 0) return [{ fromMs: 0, toMs: endMs }];
  const init = billsInit ? phases.find(({ name }) => name === 'init') : undefined;
  return calls.map(({ startMs, endMs }, index) => ({
    fromMs: index === 0 ? (init?.startMs ?? startMs) : startMs,
    toMs: endMs,
  }));
}

function phaseMarks({ phases }: Trace, theme: Theme): Record<string, Annotation> {
  let calls = 0;
  const marked = phases.slice(0, mostRequests).map(({ name, requestId, startMs }, index) => {
    if (name === 'invoke') calls += 1;
    const content = name === 'init' ? 'Init' : `Request ${requestId === null ? calls : requestId.slice(0, 8)}`;
    const line = {
      type: 'line',
      scaleID: 'x',
      value: startMs,
      borderColor: withAlpha(theme.foreground, theme.highContrast ? 1 : 0.5),
      borderWidth: 1,
      borderDash: [2, 3],
      label: {
        display: phases.length <= 12,
        content,
        position: 'start',
        rotation: 0,
        yAdjust: -20,
        backgroundColor: 'transparent',
        color: theme.muted,
        font: { weight: 'normal' },
        padding: 0,
      },
    } satisfies Annotation;
    return [`phase-${index}`, line] as const;
  });
  return Object.fromEntries(marked);
}
