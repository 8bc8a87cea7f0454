import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { SizingReport } from '../../protocol/sizing.ts';
import { formatCostPerMillion, formatDuration, formatGain, formatInterval, formatMemory, formatUsd } from '../format/format.ts';
import { answerFacts } from './facts.ts';
import { keyRows, markTexts, type Row } from './rows.ts';

export type TextOptions = {
  /** Columns of the terminal; undefined when the output is not one. */
  width: number | undefined;
  colour: boolean;
};

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const defaultWidth = 100;
const minWidth = 40;

/** The report for a terminal: what was sized and how, the curve at the telling sizes, the answer, and its evidence. */
export function renderReportText(report: SizingReport, options: TextOptions): string {
  const width = Math.max(options.width ?? defaultWidth, minWidth);
  const paint: Paint = (style, text) => (options.colour ? styleText(style, text, { validateStream: false }) : text);
  const paragraphs = [
    header(report, width, paint),
    table(report, paint),
    wrap(report.work.sentence, width),
    recommendation(report, width, paint),
    ...facts(report, width),
    evidence(report, width, paint),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function header(report: SizingReport, width: number, paint: Paint): string {
  const { name, runtime, handler, architecture } = report.function;
  const facts = [runtime, handler, architecture].filter((fact) => fact !== null).join(' · ');
  const target = wrap(`Target ${report.target}: ${basisText(report)}`, width);
  return [paint('bold', printable(name)), wrap(facts, width), target].join('\n');
}

function basisText(report: SizingReport): string {
  if (report.target.startsWith('replay')) return 'a recorded curve, played back';
  return report.basis === 'measured' ? 'measured at each size' : 'predicted from full-speed runs on this machine';
}

function table(report: SizingReport, paint: Paint): string {
  const duration = report.basis === 'measured' ? 'Duration' : 'Predicted';
  const rows = keyRows(report);
  const withP95 = rows.some(({ percentiles }) => percentiles !== undefined);
  const grid = new Table({
    head: ['Memory', duration, '90 % interval', ...(withP95 ? ['p95'] : []), 'Cost', ''],
    colAligns: ['right', 'right', 'right', ...(withP95 ? ['right' as const] : []), 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) grid.push(cells(row, report, withP95, paint));
  return grid.toString();
}

function cells(row: Row, report: SizingReport, withP95: boolean, paint: Paint): string[] {
  const notes = row.marks.map((mark) => markTexts[mark]);
  if (report.basis === 'measured' && row.basis === 'predicted') notes.push('predicted');
  const texts = [
    formatMemory(row.memory_mb),
    formatDuration(row.duration_ms),
    formatInterval(row.interval),
    ...(withP95 ? [row.percentiles === undefined ? '' : formatDuration(row.percentiles.p95.duration_ms)] : []),
    formatCostPerMillion(row.cost_per_million_usd),
    notes.join(', '),
  ];
  const style = styleOf(row);
  return style === null ? texts : texts.map((text) => paint(style, text));
}

function styleOf(row: Row): Style | null {
  if (row.marks.includes('recommended')) return ['bold', 'green'];
  if (row.marks.includes('current')) return 'bold';
  return row.marks.some((mark) => mark === 'below-floor' || mark === 'too-slow') ? 'dim' : null;
}

function recommendation({ recommendation: chosen, current }: SizingReport, width: number, paint: Paint): string {
  const same = current?.memory_mb === chosen.memory_mb;
  const gain = same ? '' : formatGain(chosen.saving, chosen.speedup);
  const against = current === null || gain === '' ? '' : ` (against ${formatMemory(current.memory_mb)}: ${gain})`;
  const headline = `${same ? 'Keep' : 'Use'} ${formatMemory(chosen.memory_mb)}${against}`;
  return `${paint(['bold', 'green'], wrap(headline, width))}\n${wrap(chosen.why, width)}`;
}

function facts(report: SizingReport, width: number): string[] {
  const lines = answerFacts(report);
  return lines.length === 0 ? [] : [lines.map((line) => wrap(`- ${line}`, width, '  ')).join('\n')];
}

function evidence(report: SizingReport, width: number, paint: Paint): string {
  const billed =
    report.profiling_cost_usd === 0 ? 'nothing was billed' : `${formatUsd(report.profiling_cost_usd)} at the provider's price`;
  const effort = `Cost of this profile: ${report.invocations} invocations, ${billed}.`;
  const lines = [report.floor.reason, ...report.evidence, effort];
  return [paint('bold', 'Evidence'), ...lines.map((line) => wrap(`- ${line}`, width, '  '))].join('\n');
}

/** Breaks at spaces; lines after the first begin with `indent`. */
function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** Without control characters: a name in a template cannot steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}
