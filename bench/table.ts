/** What a benchmark prints: figures with the floor or peer that they were taken beside, in one run. */
export type Table = { title: string; columns: string[]; rows: string[][]; notes: string[] };

export type Bench = { name: string; summary: string; run(): Promise<Table[]> };

export function printTable(table: Table): void {
  const widths = table.columns.map((column, i) => Math.max(column.length, ...table.rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: string[]): string => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  console.log([`### ${table.title}`, '', line(table.columns), rule, ...table.rows.map(line), '', ...table.notes, ''].join('\n'));
}
