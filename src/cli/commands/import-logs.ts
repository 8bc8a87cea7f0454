import type { CloudLogs } from '../../engine/features/logging.ts';
import type { ScanPlan } from '../../engine/features/scan-plan.ts';
import type { LogImport } from '../../engine/import.ts';
import { askOnTerminal } from '../confirm.ts';
import { logDocument, printLogImport } from '../import-logs-text.ts';
import { architectureOf, commonOptions, parse, positiveNumber } from '../options.ts';
import { progressLine } from '../progress.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';
import { readSource } from '../read-source.ts';
import { writeCurve } from '../write-curve.ts';

const options = {
  ...commonOptions,
  function: { type: 'string' },
  architecture: { type: 'string' },
  csv: { type: 'string' },
  target: { type: 'string' },
  days: { type: 'string' },
  insights: { type: 'boolean' },
  'max-usd': { type: 'string' },
  yes: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse<typeof options>>['values'];

const defaultDays = 14;
/** As for a study. */
const defaultMaxUsd = 1;

/** `reef logs import FILE|- --function NAME`, and with `--target aws…` what CloudWatch has: `reef logs import NAME --target aws`. */
export async function importLogsCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 1);
  const [named] = positionals;
  if (values.target !== undefined) return importFromCloud(values, values.target, named, signal);
  for (const option of ['days', 'insights', 'max-usd', 'yes'] as const) {
    if (values[option] !== undefined) throw new UsageError(`--${option} goes with --target aws.`);
  }
  if (named === undefined) throw new UsageError('Name what to import: a file, or "-" for standard input.');
  if (values.function === undefined) throw new UsageError('Name the function with --function.');
  const architecture = architectureOf(values.architecture);
  const source = await readSource(named);
  await using engine = openEngine(values);
  const request = { function: values.function, ...source, ...(architecture !== undefined && { architecture }) };
  await keptLogs(await engine.importLogs(request, signal), values);
  return 0;
}

async function importFromCloud(values: Values, target: string, named: string | undefined, signal: AbortSignal): Promise<number> {
  const name = values.function ?? named;
  if (name === undefined) throw new UsageError('Name the function whose log is read.');
  if (values.function !== undefined && named !== undefined) throw new UsageError('Name the function once.');
  if (values.architecture !== undefined)
    throw new UsageError('--architecture goes with a file: AWS knows that of its functions.');
  const days = positiveNumber(values.days, 'days') ?? defaultDays;
  const insights = insightsOf(values, signal);
  await using engine = openEngine(values);
  const request: CloudLogs = { function: name, target, days, ...(insights !== undefined && { insights }) };
  const progress = progressLine();
  try {
    const imported = await engine.importCloudLogs(request, signal, progress.say);
    progress.end();
    await keptLogs(imported, values);
  } finally {
    progress.end();
  }
  return 0;
}

function insightsOf(values: Values, signal: AbortSignal): CloudLogs['insights'] {
  const maxUsd = positiveNumber(values['max-usd'], 'max-usd');
  if (values.insights !== true) {
    if (maxUsd !== undefined || values.yes === true)
      throw new UsageError('--max-usd and --yes go with --insights: without it nothing is paid.');
    return undefined;
  }
  const confirm = async ({ sentence }: ScanPlan): Promise<boolean> => {
    if (values.yes === true) {
      console.error(sentence);
      return true;
    }
    return askOnTerminal(
      { plan: sentence, ask: 'Make these queries?', unasked: `${sentence} Give --yes to allow that.` },
      signal,
    );
  };
  return { maxUsd: maxUsd ?? defaultMaxUsd, confirm };
}

async function keptLogs(imported: LogImport, { csv, json }: Pick<Values, 'csv' | 'json'>): Promise<void> {
  const rows = imported.summary.sizes.flatMap(({ memoryMb, meanMs, sigmaLn, initMs, peakMb, warm }) =>
    meanMs === null ? [] : [{ memoryMb, durationMs: meanMs, sigmaLn, initMs, peakMb, n: warm }],
  );
  await writeCurve(csv, imported, rows);
  if (json === true) console.log(JSON.stringify(logDocument(imported), null, 2));
  else printLogImport(imported);
}
