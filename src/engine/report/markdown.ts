import type { SizingReport } from '../../protocol/sizing.ts';
import { formatCostPerMillion, formatDuration, formatGain, formatInterval, formatMemory } from '../format/format.ts';
import { escapeMarkdown, markdownTable } from '../format/markdown.ts';
import { answerFacts } from './facts.ts';
import { keyRows, markTexts, type Row } from './rows.ts';

/** The report as GitHub-flavoured Markdown: for a pull request, the summary of a CI job, or notes. */
export function renderReportMarkdown(report: SizingReport): string {
  const { function: fn, recommendation, current, target, work } = report;
  const same = current?.memory_mb === recommendation.memory_mb;
  const gain = same || current === null ? '' : formatGain(recommendation.saving, recommendation.speedup);
  const against = gain === '' || current === null ? '' : ` (against ${formatMemory(current.memory_mb)}: ${gain})`;
  const headline = `${same ? 'Keep' : 'Use'} ${formatMemory(recommendation.memory_mb)}`;
  const made = [fn.runtime, fn.architecture, `target ${target}`, report.basis, report.created_at.slice(0, 10)];
  return [
    `## ${escapeMarkdown(fn.name)}`,
    escapeMarkdown(made.filter((fact) => fact !== null).join(' · ')),
    `**${escapeMarkdown(headline)}**${escapeMarkdown(against)}`,
    escapeMarkdown(recommendation.why),
    table(report),
    list([work.sentence, ...answerFacts(report)]),
    `<details><summary>Evidence</summary>\n\n${list([report.floor.reason, ...report.evidence])}\n\n</details>`,
  ].join('\n\n');
}

function table(report: SizingReport): string {
  const rows = keyRows(report);
  const withP95 = rows.some(({ percentiles }) => percentiles !== undefined);
  const header = ['Memory', 'Duration', '90 % interval', ...(withP95 ? ['p95'] : []), 'Cost', 'Note'];
  const cells = (row: Row): string[] => [
    formatMemory(row.memory_mb),
    formatDuration(row.duration_ms),
    formatInterval(row.interval),
    ...(withP95 ? [row.percentiles === undefined ? '' : formatDuration(row.percentiles.p95.duration_ms)] : []),
    formatCostPerMillion(row.cost_per_million_usd),
    [...row.marks.map((mark) => markTexts[mark]), ...(row.basis === report.basis ? [] : [row.basis])].join(', '),
  ];
  return markdownTable(header, rows.map(cells));
}

function list(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n');
}
