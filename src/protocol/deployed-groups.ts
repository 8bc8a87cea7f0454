import type { DeployedRow } from './deployed.ts';

/** How a list of deployed functions is divided; for tags by the value of one. */
export type Grouping = { by: 'none' } | { by: 'stack' } | { by: 'tag'; key: string };

const tagPrefix = 'tag:';

/** `none`, `stack` or `tag:KEY` as settings and options have it; null for anything else. */
export function parseGrouping(text: string): Grouping | null {
  if (text === 'none' || text === 'stack') return { by: text };
  const key = text.startsWith(tagPrefix) ? text.slice(tagPrefix.length) : '';
  return key === '' ? null : { by: 'tag', key };
}

/** Tags of which a function's stack can be told: CloudFormation's own, which SAM, CDK and the Serverless Framework bring with it. */
const stackTag = 'aws:cloudformation:stack-name';

/** The group of a function; null where it is in none. */
export function groupOf({ tags }: Pick<DeployedRow, 'tags'>, grouping: Grouping): string | null {
  if (grouping.by === 'none') return null;
  return tags[grouping.by === 'stack' ? stackTag : grouping.key] ?? null;
}

/** Groups by name, each with its functions by name; those without a group come last, under null. */
export function groupRows<Row extends Pick<DeployedRow, 'tags' | 'name'>>(
  rows: Iterable<Row>,
  grouping: Grouping,
): [group: string | null, rows: Row[]][] {
  const groups = Map.groupBy(rows, (row) => groupOf(row, grouping));
  return [...groups]
    .map(([group, members]): [string | null, Row[]] => [group, members.toSorted((a, b) => byText(a.name, b.name))])
    .sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : byText(a, b)));
}

/** Not `localeCompare`, which takes a hundred times as long: names of functions are ASCII. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether each word of a filter is in the function's name, runtime, architecture, package type, or in a tag as `key=value`. */
export function matchesFilter(
  row: Pick<DeployedRow, 'name' | 'runtime' | 'architecture' | 'packageType' | 'tags'>,
  filter: string,
): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const tags = Object.entries(row.tags).map(([key, value]) => `${key}=${value}`);
  const texts = [row.name, row.runtime ?? '', row.architecture, row.packageType, ...tags].map((text) => text.toLowerCase());
  return words.every((word) => texts.some((text) => text.includes(word)));
}
