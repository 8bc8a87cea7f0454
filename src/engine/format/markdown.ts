/**
 * Text as it is, whatever it holds: names and sentences come from files that others wrote. What means something only at the
 * start of a line (headings, lists) is escaped there alone, so that the source stays readable.
 */
export function escapeMarkdown(text: string): string {
  return text
    .trimStart()
    .replaceAll(/[\\`*_[\]|~$]/g, String.raw`\$&`)
    .replace(/^[#+=-]/, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/\s+/g, ' ');
}

/** A table; each cell is escaped here. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  const rule = `|${header.map((_, index) => (index === 0 ? ' :-- ' : ' --: ')).join('|')}|`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}
