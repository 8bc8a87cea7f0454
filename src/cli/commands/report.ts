import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { writeReportPage } from '../../engine/report/page.ts';
import { renderReportText } from '../../engine/report/text.ts';
import { ReefError } from '../../protocol/errors.ts';
import { commonOptions, parse } from '../options.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

const recentRuns = 1_000;

export async function reportCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, { ...commonOptions, html: { type: 'string' } }, 1);
  const [wanted] = positionals;
  if (wanted === undefined) throw new UsageError('Name the run, or "last": "reef runs" lists them.');
  await using engine = openEngine(values);
  const report = engine.report(
    wanted === 'last' ? lastRun(existsSync(engine.storePath) ? engine.store().runs(recentRuns) : []) : wanted,
  );
  const page = values.html === undefined ? undefined : await writeReportPage(report, values.html);
  if (values.json === true) {
    console.log(JSON.stringify(report, null, 2));
    return 0;
  }
  console.log(renderReportText(report, { width: process.stdout.columns, colour: process.stdout.isTTY }));
  if (page !== undefined) console.log(`The report as a page: ${relative('.', page)}`);
  return 0;
}

function lastRun(runs: readonly { id: string; hasReport: boolean }[]): string {
  const run = runs.find(({ hasReport }) => hasReport);
  if (run === undefined) throw new ReefError('no-such-run', 'There is no report yet: "reef profile <function>" makes one.');
  return run.id;
}
