import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { recordedCurveCsv } from '../../engine/exchange/curve-csv.ts';
import { messageOf, ReefError } from '../../protocol/errors.ts';
import { Architecture } from '../../protocol/functions.ts';
import { logDocument, printLogImport } from '../import-logs-text.ts';
import { printTuningImport, tuningDocument } from '../import-tuning-text.ts';
import { commonOptions, parse, wholeNumber } from '../options.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';

const options = {
  ...commonOptions,
  function: { type: 'string' },
  architecture: { type: 'string' },
  csv: { type: 'string' },
  curve: { type: 'string' },
} as const;

/** `reef import logs FILE|-` and `reef import power-tuning URL|FILE|-`. */
export async function importCommand(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args, options, 2);
  const [kind, source] = positionals;
  if (kind !== 'logs' && kind !== 'power-tuning') throw new UsageError('reef import takes: logs FILE, or power-tuning URL|FILE.');
  if (source === undefined)
    throw new UsageError(
      `Name what to import: a file, or "-" for standard input${kind === 'logs' ? '' : ', or a share URL in quotes'}.`,
    );
  if (values.function === undefined) throw new UsageError('Name the function with --function.');
  if (values.curve !== undefined && kind === 'logs') throw new UsageError('--curve goes with reef import power-tuning.');
  const curve = wholeNumber(values.curve, 'curve', 1);
  const architecture = architectureOf(values.architecture);
  const isUrl = kind === 'power-tuning' && source.includes('#');
  const request = {
    function: values.function,
    text: isUrl ? source : await readSource(source),
    source: isUrl ? 'The share URL' : source === '-' ? 'standard input' : basename(source),
    ...(architecture !== undefined && { architecture }),
  };
  await using engine = openEngine(values);
  const json = values.json === true;

  if (kind === 'logs') {
    const imported = await engine.importLogs(request, signal);
    const rows = imported.summary.sizes.flatMap(({ memoryMb, meanMs, sigmaLn, initMs, peakMb, warm }) =>
      meanMs === null ? [] : [{ memoryMb, durationMs: meanMs, sigmaLn, initMs, peakMb, n: warm }],
    );
    await writeCurve(values.csv, imported.functionName, imported.architecture, rows);
    if (json) console.log(JSON.stringify(logDocument(imported), null, 2));
    else printLogImport(imported);
    return 0;
  }
  const imported = await engine.importTuning({ ...request, ...(curve !== undefined && { curve: curve - 1 }) }, signal);
  const rows = imported.sizes.map(({ memoryMb, durationMs }) => ({
    memoryMb,
    durationMs,
    sigmaLn: null,
    initMs: null,
    peakMb: null,
    n: null,
  }));
  await writeCurve(values.csv, imported.functionName, imported.architecture, rows);
  if (json) console.log(JSON.stringify(tuningDocument(imported), null, 2));
  else printTuningImport(imported);
  return 0;
}

function architectureOf(text: string | undefined): Architecture | undefined {
  if (text === undefined) return undefined;
  const parsed = Architecture.safeParse(text);
  if (!parsed.success) throw new UsageError(`--architecture is ${Architecture.options.join(' or ')}, not: ${text}`);
  return parsed.data;
}

const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** The text of a file, or of standard input; what is compressed, as CloudWatch exports are, is unpacked. */
async function readSource(source: string): Promise<string> {
  if (source === '-') return readAll(process.stdin);
  try {
    const bytes = await readFile(source);
    return (bytes.subarray(0, gzipMagic.length).equals(gzipMagic) ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new ReefError('invalid-import', `${source} cannot be read: name a file that exists: ${messageOf(cause)}`, { cause });
  }
}

async function writeCurve(file: string | undefined, ...curve: Parameters<typeof recordedCurveCsv>): Promise<void> {
  if (file === undefined) return;
  if (curve[2].length === 0)
    throw new ReefError('not-enough-data', 'No size has a warm call that succeeded, so there is no curve to write.');
  await writeFile(file, recordedCurveCsv(...curve));
  console.error(`A curve to replay: ${file}`);
}
