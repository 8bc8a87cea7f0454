import {
  formatBytes,
  formatDuration,
  formatMemory,
  formatPeak,
  formatPercent,
  formatRate,
  formatShares,
  formatUsd,
} from '../engine/format/format.ts';
import { differenceSentence } from '../engine/link-deployed.ts';
import type { DeployedRow, DeployedVersions, LinkedBy, LogFigures } from '../protocol/deployed.ts';

/** Rows are printed before the widest is known: a name that does not fit moves the rest of its row. */
const nameWidth = 48;

export const listHeading = cells('function', 'runtime', 'arch', 'memory', 'timeout', 'code', 'changed');

export function listRow(row: DeployedRow): string {
  const { name, architecture, memoryMb, timeoutS, codeBytes } = row;
  return cells(name, runtimeOf(row), architecture, formatMemory(memoryMb), `${timeoutS} s`, formatBytes(codeBytes), dayOf(row));
}

export function groupHeading(group: string | null, count: number): string {
  return `${group ?? '(none)'}: ${count} function(s)`;
}

function cells(
  name: string,
  runtime: string,
  architecture: string,
  memory: string,
  timeout: string,
  code: string,
  changed: string,
): string {
  return [
    name.padEnd(nameWidth),
    runtime.padEnd(15),
    architecture.padEnd(6),
    memory.padStart(8),
    timeout.padStart(7),
    code.padStart(8),
    changed,
  ]
    .join('  ')
    .trimEnd();
}

function runtimeOf({ runtime, packageType }: Pick<DeployedRow, 'runtime' | 'packageType'>): string {
  return runtime ?? (packageType === 'image' ? 'image' : '');
}

function dayOf({ lastModified }: { lastModified: string | null }): string {
  return lastModified?.slice(0, 10) ?? '';
}

/** One deployed function for people: what it is, where its source is, its aliases and versions, and figures where they were asked for. */
export function functionText(row: DeployedRow, { aliases, versions }: DeployedVersions, figures: LogFigures | null): string {
  const { id, name, handler, architecture, memoryMb, timeoutS, codeBytes, logGroup, tags } = row;
  const settings = [
    runtimeOf(row),
    handler ?? '',
    architecture,
    formatMemory(memoryMb),
    `${timeoutS} s`,
    `code ${formatBytes(codeBytes)}`,
  ];
  const changed = row.lastModified === null ? [] : [`changed ${dayOf(row)}`];
  return [
    `${name} (${id})`,
    [...settings, ...changed].filter(Boolean).join(' · '),
    `log group ${logGroup}`,
    ...sourceLines(row),
    ...Object.entries(tags).map(([key, value]) => `tag ${key}=${value}`),
    ...aliases.map(({ name, version, shares }) => `alias ${name}: ${formatShares(version, shares)}`),
    ...versions.map((each) => {
      const facts = [each.runtime ?? '', formatMemory(each.memoryMb), `${each.timeoutS} s`, dayOf(each), each.description];
      return `version ${each.version}: ${facts.filter(Boolean).join(' · ')}`;
    }),
    ...(figures === null ? [] : figureLines(figures)),
  ].join('\n');
}

const linkedBy: Record<LinkedBy, string> = {
  'reef-tag': 'by the tag that Reef gave it',
  'logical-id': 'by its logical id',
  name: 'by its name',
  'made-name': 'by what its name was made of',
  handler: 'by its handler',
};

function sourceLines({ link, name }: DeployedRow): string[] {
  if (link === null) return [];
  if (link.kind === 'ambiguous') {
    const ids = link.candidates.map(({ functionId }) => functionId).join(', ');
    return [`source: not known, ${linkedBy[link.by]} it could be any of ${ids}`];
  }
  const difference = differenceSentence(name, link.differences);
  return [`source: ${link.source.functionId}, ${linkedBy[link.by]}`, ...(difference === null ? [] : [difference])];
}

function figureLines(figures: LogFigures): string[] {
  const { from, calls, failed, days, complete, leftOut, warm, memoryMb, firstMs, lastMs } = figures;
  const when = firstMs === null || lastMs === null ? '' : `, ${dateTime(firstMs)} to ${dateTime(lastMs)}`;
  const source = from === 'store' ? 'imported logs' : 'its log';
  const bounded = complete ? '' : '; the log has more, the latest were read';
  const of = warm === 0 || memoryMb === null ? '' : ` (${warm} warm call(s) at ${formatMemory(memoryMb)})`;
  return [
    `figures of ${calls} call(s) in ${days < 1 ? formatDuration(days * 86_400_000) : `${Number(days.toFixed(1))} day(s)`} of ${source}${when}${bounded}`,
    ...line('p50', figures.p50Ms, formatDuration, of),
    ...line('p95', figures.p95Ms, formatDuration),
    ...line('cold', figures.coldRate, formatPercent),
    ...line('init', figures.initMs, formatDuration),
    ...line('peak memory', figures.peakMb, formatPeak),
    ...line('calls per day', figures.callsPerDay, formatRate),
    ...line('cost per month', figures.costPerMonthUsd, formatUsd),
    ...(failed === 0 ? [] : [`  failed: ${failed} call(s)`]),
    ...(leftOut === 0 ? [] : [`  left out: ${leftOut} call(s) whose report is missing or cannot be read`]),
  ];
}

function line(name: string, value: number | null, format: (value: number) => string, more = ''): string[] {
  return value === null ? [] : [`  ${name}: ${format(value)}${more}`];
}

function dateTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
