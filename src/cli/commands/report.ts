import { relative } from 'node:path';
import { renderReportMarkdown } from '../../engine/report/markdown.ts';
import { writeReportPage, writeTracePage } from '../../engine/report/page.ts';
import { renderReportText } from '../../engine/report/text.ts';
import { commonOptions, parse } from '../options.ts';
import { traceText } from '../../engine/report/trace-text.ts';
import { UsageError } from '../usage.ts';
import { openEngine, tracesOf, wantedReportOfAny } from '../session.ts';

export async function reportCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, { ...commonOptions, html: { type: 'string' }, markdown: { type: 'boolean' } }, 1);
  await using engine = openEngine(values);
  const report = wantedReportOfAny(engine, positionals[0]);
  if (report.schema === 'reef/trace@1') {
    if (values.markdown === true) throw new UsageError('--markdown goes with the report of a size; a trace has --json.');
    if (values.html !== undefined) await writeTracePage(report, [...tracesOf(engine, report)], values.html);
    console.log(values.json === true ? JSON.stringify(report, null, 2) : traceText(report));
    return 0;
  }
  const page = values.html === undefined ? undefined : await writeReportPage(report, values.html);
  if (values.json === true) {
    console.log(JSON.stringify(report, null, 2));
    return 0;
  }
  if (values.markdown === true) {
    console.log(renderReportMarkdown(report));
    return 0;
  }
  console.log(renderReportText(report, { width: process.stdout.columns, colour: process.stdout.isTTY }));
  if (page !== undefined) console.log(`The report as a page: ${relative('.', page)}`);
  return 0;
}
