import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { Engine } from '../../engine/engine.ts';
import { type CurveRow, recordedCurveCsv } from '../../engine/exchange/curve-csv.ts';
import type { ImportedRun, ImportRequest, LogImport } from '../../engine/import.ts';
import { messageOf, ReefError } from '../../protocol/errors.ts';
import { Architecture } from '../../protocol/functions.ts';
import { logDocument, printLogImport } from '../import-logs-text.ts';
import { printTuningImport, tuningDocument } from '../import-tuning-text.ts';
import { commonOptions, parse, positiveNumber, wholeNumber } from '../options.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

const options = {
  ...commonOptions,
  function: { type: 'string' },
  architecture: { type: 'string' },
  csv: { type: 'string' },
  curve: { type: 'string' },
  target: { type: 'string' },
  days: { type: 'string' },
} as const;

type Values = ReturnType<typeof parse<typeof options>>['values'];

const defaultDays = 14;

/** `reef import logs FILE|-` and `reef import power-tuning URL|FILE|-`. */
export async function importCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 2);
  const [kind, source] = positionals;
  if (kind !== 'logs' && kind !== 'power-tuning') throw new UsageError('reef import takes: logs FILE, or power-tuning URL|FILE.');
  if (kind === 'logs' && source === undefined && values.target !== undefined) return importFromCloud(values, signal);
  if (source === undefined) {
    const orUrl = kind === 'logs' ? '' : ', or a share URL in quotes';
    throw new UsageError(`Name what to import: a file, or "-" for standard input${orUrl}.`);
  }
  if (values.function === undefined) throw new UsageError('Name the function with --function.');
  if (values.curve !== undefined && kind === 'logs') throw new UsageError('--curve goes with reef import power-tuning.');
  const curve = wholeNumber(values.curve, 'curve', 1);
  const architecture = architectureOf(values.architecture);
  const request = {
    function: values.function,
    ...(kind === 'power-tuning' && source.includes('#') ? { text: source, source: 'The share URL' } : await readSource(source)),
    ...(architecture !== undefined && { architecture }),
    ...(curve !== undefined && { curve: curve - 1 }),
  };
  await using engine = openEngine(values);
  const output = { csv: values.csv, json: values.json === true };
  await (kind === 'logs' ? importLogs : importTuning)(engine, request, output, signal);
  return 0;
}

type Output = { csv: string | undefined; json: boolean };

async function importLogs(engine: Engine, request: ImportRequest, output: Output, signal: AbortSignal): Promise<void> {
  await keptLogs(await engine.importLogs(request, signal), output);
}

/** `reef import logs --target aws:… --function NAME`: what its cloud has logged. */
async function importFromCloud(values: Values, signal: AbortSignal): Promise<number> {
  if (values.function === undefined) throw new UsageError('Name the function with --function.');
  const { function: name, target = 'aws', csv } = values;
  const days = positiveNumber(values.days, 'days') ?? defaultDays;
  await using engine = openEngine(values);
  await keptLogs(await engine.importCloudLogs({ function: name, target, days }, signal), { csv, json: values.json === true });
  return 0;
}

async function keptLogs(imported: LogImport, { csv, json }: Output): Promise<void> {
  const rows = imported.summary.sizes.flatMap(({ memoryMb, meanMs, sigmaLn, initMs, peakMb, warm }) =>
    meanMs === null ? [] : [{ memoryMb, durationMs: meanMs, sigmaLn, initMs, peakMb, n: warm }],
  );
  await writeCurve(csv, imported, rows);
  if (json) console.log(JSON.stringify(logDocument(imported), null, 2));
  else printLogImport(imported);
}

async function importTuning(engine: Engine, request: ImportRequest, { csv, json }: Output, signal: AbortSignal): Promise<void> {
  const imported = await engine.importTuning(request, signal);
  const unknown = { sigmaLn: null, initMs: null, peakMb: null, n: null };
  const rows = imported.sizes.map(({ memoryMb, durationMs }) => ({ memoryMb, durationMs, ...unknown }));
  await writeCurve(csv, imported, rows);
  if (json) console.log(JSON.stringify(tuningDocument(imported), null, 2));
  else printTuningImport(imported);
}

function architectureOf(text: string | undefined): Architecture | undefined {
  if (text === undefined) return undefined;
  const parsed = Architecture.safeParse(text);
  if (!parsed.success) throw new UsageError(`--architecture is ${Architecture.options.join(' or ')}, not: ${text}`);
  return parsed.data;
}

const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** The text of a file, or of standard input, and its name; what is compressed, as CloudWatch exports are, is unpacked. */
async function readSource(file: string): Promise<{ text: string; source: string }> {
  if (file === '-') return { text: await readAll(process.stdin), source: 'standard input' };
  try {
    const bytes = await readFile(file);
    const unpacked = bytes.subarray(0, gzipMagic.length).equals(gzipMagic) ? gunzipSync(bytes) : bytes;
    return { text: unpacked.toString('utf8'), source: basename(file) };
  } catch (cause) {
    throw new ReefError('invalid-import', `${file} cannot be read: name a file that exists: ${messageOf(cause)}`, { cause });
  }
}

async function writeCurve(
  file: string | undefined,
  { functionName, architecture }: ImportedRun,
  rows: readonly CurveRow[],
): Promise<void> {
  if (file === undefined) return;
  if (rows.length === 0)
    throw new ReefError('not-enough-data', 'No size has a warm call that succeeded, so there is no curve to write.');
  await writeFile(file, recordedCurveCsv(functionName, architecture, rows));
  console.error(`A curve to replay: ${file}`);
}
