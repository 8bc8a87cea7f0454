import { printTuningImport, tuningDocument } from '../import-tuning-text.ts';
import { architectureOf, commonOptions, parse, wholeNumber } from '../options.ts';
import { openEngine } from '../session.ts';
import { UsageError } from '../usage.ts';
import { readSource } from '../read-source.ts';
import { writeCurve } from '../write-curve.ts';
import { importLogsCommand } from './import-logs.ts';

const options = {
  ...commonOptions,
  function: { type: 'string' },
  architecture: { type: 'string' },
  csv: { type: 'string' },
  curve: { type: 'string' },
} as const;

/** `reef import power-tuning URL|FILE|-`, and `reef import logs …`, which is `reef logs import …`. */
export async function importCommand(args: string[], signal: AbortSignal): Promise<number> {
  const [kind, ...rest] = args;
  if (kind === 'logs') return importLogsCommand(rest, signal);
  if (kind !== 'power-tuning') throw new UsageError('reef import takes: logs FILE, or power-tuning URL|FILE.');
  const { values, positionals } = parse(rest, options, 1);
  const [source] = positionals;
  if (source === undefined)
    throw new UsageError('Name what to import: a file, or "-" for standard input, or a share URL in quotes.');
  if (values.function === undefined) throw new UsageError('Name the function with --function.');
  const curve = wholeNumber(values.curve, 'curve', 1);
  const architecture = architectureOf(values.architecture);
  const request = {
    function: values.function,
    ...(source.includes('#') ? { text: source, source: 'The share URL' } : await readSource(source)),
    ...(architecture !== undefined && { architecture }),
    ...(curve !== undefined && { curve: curve - 1 }),
  };
  await using engine = openEngine(values);
  const imported = await engine.importTuning(request, signal);
  const unknown = { sigmaLn: null, initMs: null, peakMb: null, n: null };
  const rows = imported.sizes.map(({ memoryMb, durationMs }) => ({ memoryMb, durationMs, ...unknown }));
  await writeCurve(values.csv, imported, rows);
  if (values.json === true) console.log(JSON.stringify(tuningDocument(imported), null, 2));
  else printTuningImport(imported);
  return 0;
}
