import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SizingReport } from '../../src/protocol/sizing.ts';

const folder = join(import.meta.dirname, '../fixtures/reports');

export const reportFixtures = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

/** A report from test/fixtures/reports, held to its schema. */
export function reportFixture(name: string): SizingReport {
  return SizingReport.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
}
