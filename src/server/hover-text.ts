import {
  formatCostPerMillion,
  formatDuration,
  formatGain,
  formatInterval,
  formatMemory,
  verdictShown,
  verdictTexts,
} from '../engine/format/format.ts';
import { figureAt } from '../engine/studies/sizing/objective.ts';
import type { FunctionInfo } from '../protocol/functions.ts';
import type { Figures } from '../protocol/requests.ts';
import type { FigureAtSize, SizingReport } from '../protocol/sizing.ts';
import { escapeMarkdown, markdownTable } from '../engine/format/markdown.ts';

const missing = '–';

/** What is known of a function, with its evidence. `report` is the one that the figures come from. */
export function hoverText(fn: FunctionInfo, figures: Figures | null, report: SizingReport | null): string {
  const title = `**${escapeMarkdown(fn.name)}**`;
  if (figures === null) {
    const advice = `No figures yet: choose *Profile* above the function, or run ${code(`reef profile ${fn.name}`)} in a terminal.`;
    return [title, ...origin(fn), advice].join('\n\n');
  }
  const verdict = verdictTexts[verdictShown(figures)];
  const gain = verdict === '' ? formatGain(figures.saving, figures.speedup) : '';
  return [
    `${title}${gain === '' || figures.currentMb === figures.recommendedMb ? '' : ` · ${escapeMarkdown(`${formatMemory(figures.recommendedMb)} ${gain}`)}`}`,
    ...(figures.stale === undefined ? [] : [`**Profile again:** ${escapeMarkdown(figures.stale)}`]),
    figuresTable(figures, report),
    ...origin(fn),
    ...(verdict === '' ? [] : [`**${escapeMarkdown(`${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}.`)}**`]),
    escapeMarkdown(figures.why),
    evidenceList(figures, report),
  ].join('\n\n');
}

/** Where the size comes from when the source does not state a number. */
function origin({ properties: { memory }, memoryMb }: FunctionInfo): string[] {
  if (memory?.origin === undefined) return [];
  const known = memoryMb === null ? 'Reef cannot tell it, and leaves it as it is' : formatMemory(memoryMb);
  return [`The memory size comes from ${code(memory.origin)}: ${known}.`];
}

function figuresTable(figures: Figures, report: SizingReport | null): string {
  const { currentMb } = figures;
  const current = currentMb === null || report === null ? null : figureAt(report.curve, currentMb);
  const recommended = report?.recommendation ?? null;
  const cell = (value: number | null, format: (value: number) => string): string => (value === null ? missing : format(value));
  const interval = (figure: FigureAtSize | null): string => (figure === null ? missing : formatInterval(figure.interval));
  return markdownTable(
    ['', 'Stated now', 'Recommended'],
    [
      ['Memory', cell(currentMb, formatMemory), formatMemory(figures.recommendedMb)],
      [
        `Duration, ${figures.basis}`,
        cell(figures.currentDurationMs, formatDuration),
        formatDuration(figures.recommendedDurationMs),
      ],
      ['90 % interval', interval(current), interval(recommended)],
      ...(figures.recommendedP95Ms === undefined
        ? []
        : [['p95', cell(p95At(report, currentMb), formatDuration), formatDuration(figures.recommendedP95Ms)]]),
      [
        'Cost per million calls',
        cell(figures.currentCostPerMillionUsd, formatCostPerMillion),
        formatCostPerMillion(figures.recommendedCostPerMillionUsd),
      ],
    ],
  );
}

/** Null where the curve has no such size, or does not know the spread of calls. */
function p95At(report: SizingReport | null, memoryMb: number | null): number | null {
  return report?.curve.find((point) => point.memory_mb === memoryMb)?.percentiles?.p95.duration_ms ?? null;
}

/** Where, when and how many; then the sentences of the report. */
function evidenceList({ target, createdAt, evidence }: Figures, report: SizingReport | null): string {
  const count = report === null ? '' : `, ${report.samples} samples of ${report.invocations} calls`;
  const origin = `Target ${target}, ${createdAt.slice(0, 16).replace('T', ' ')} UTC${count}`;
  return [origin, ...evidence].map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n');
}

/** A name in code style; a name with a backtick would end it. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
