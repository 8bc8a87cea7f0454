import type { SizingReport } from '../../protocol/sizing.ts';
import { formatCostPerMillion, formatDuration, formatMemory, formatPercent } from '../format/format.ts';
import type { Check, Finding } from '../studies/sizing/check.ts';

/** What a check found, in a sentence each for the optimum and the cost. */
export function checkSentences({ optimum, cost }: Check): string[] {
  return [optimumSentence(optimum), ...(cost === null ? [] : [costSentence(cost)])];
}

/** Of these, those that fail the check. */
export function failureSentences({ optimum, cost }: Check): string[] {
  return [...(optimum.failed ? [optimumSentence(optimum)] : []), ...(cost?.failed === true ? [costSentence(cost)] : [])];
}

function optimumSentence(optimum: Check['optimum']): string {
  const [there, best] = [formatMemory(optimum.baselineMb), formatMemory(optimum.bestMb)];
  if (optimum.belowFloor) return `The optimum moved: the baseline's ${there} is now below the memory floor; ${best} is right.`;
  const loss = `staying at the baseline's ${there} is ${formatPercent(optimum.ratio - 1)} worse`;
  if (optimum.failed) return `The optimum moved: ${loss} than ${best}, and ${formatPercent(optimum.bound)} is allowed.`;
  return there === best ? `The optimum stayed at ${best}.` : `The optimum is ${best}; ${loss}${why(optimum)}.`;
}

function costSentence(cost: NonNullable<Check['cost']>): string {
  const change = cost.ratio >= 1 ? `${formatPercent(cost.ratio - 1)} more` : `${formatPercent(1 - cost.ratio)} less`;
  const call = `a call at ${formatMemory(cost.memoryMb)} costs ${change} than in the baseline`;
  if (cost.failed) return `The cost rose: ${call}, and ${formatPercent(cost.bound)} is allowed.`;
  return `A${call.slice(1)}${why(cost)}.`;
}

function why({ ratio, bound }: Finding): string {
  return ratio > 1 + bound ? ', which the doubt of the two reports may explain' : '';
}

/** The summary of a check for a pull request. */
export function checkMarkdown(check: Check, baseline: SizingReport, now: SizingReport): string {
  const rows: [string, string, string][] = [
    ['profiled', day(baseline), day(now)],
    ['right size', formatMemory(baseline.recommendation.memory_mb), formatMemory(now.recommendation.memory_mb)],
    ['duration there', formatDuration(baseline.recommendation.duration_ms), formatDuration(now.recommendation.duration_ms)],
    ['cost there', costAt(baseline.recommendation), costAt(now.recommendation)],
  ];
  if (check.cost !== null) {
    const size = formatMemory(check.cost.memoryMb);
    rows.push([
      `duration at ${size}`,
      formatDuration(check.cost.baseline.duration_ms),
      formatDuration(check.cost.now.duration_ms),
    ]);
    rows.push([`cost at ${size}`, costAt(check.cost.baseline), costAt(check.cost.now)]);
  }
  rows.push(['memory floor', formatMemory(baseline.floor.memory_mb), formatMemory(now.floor.memory_mb)]);
  return [
    `### ${escaped(now.function.name)}: ${check.failed ? '❌ the profile changed' : '✅ the profile holds'}`,
    '',
    ...checkSentences(check).map((sentence) => `- ${sentence}`),
    '',
    `| on ${escaped(now.target)} | baseline | now |`,
    '|---|---:|---:|',
    ...rows.map(([what, before, after]) => `| ${what} | ${before} | ${after} |`),
    '',
    escaped(`${now.invocations} calls, ${now.basis}; objective ${now.objective.goal}. ${now.recommendation.why}`),
    '',
  ].join('\n');
}

function day({ created_at }: SizingReport): string {
  return created_at.slice(0, 10);
}

function costAt({ cost_per_million_usd }: { cost_per_million_usd: number }): string {
  return formatCostPerMillion(cost_per_million_usd);
}

/** A name in a template is text, not markup. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');
}
