import { writeFile } from 'node:fs/promises';
import { exported, type ExportFormat, exportFormats } from '../../engine/exchange/export.ts';
import { commonOptions, parse } from '../options.ts';
import { openEngine, wantedReport } from '../session.ts';
import { UsageError } from '../usage.ts';

const options = { ...commonOptions, format: { type: 'string' }, out: { type: 'string' } } as const;

/** `reef export <run|last> --format FORMAT [--out FILE]`: on stdout without a file. */
export async function exportCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, options, 1);
  const format = exportFormats.find((each): each is ExportFormat => each === values.format);
  if (format === undefined) {
    throw new UsageError(
      `--format is ${exportFormats.join(', ')}${values.format === undefined ? '' : `, not: ${values.format}`}`,
    );
  }
  await using engine = openEngine(values);
  const text = exported(wantedReport(engine, positionals[0]), format);
  if (values.out === undefined) process.stdout.write(text);
  else await writeFile(values.out, text);
  return 0;
}
