import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { curveCsv } from '../../../src/engine/report/csv.ts';
import { reportFixture, reportFixtures } from '../../support/page-reports.ts';

describe('the curve as CSV', () => {
  it.each(reportFixtures)('holds every size of %s, unrounded and ascending', (name) => {
    const report = reportFixture(name);
    const rows: Record<string, string>[] = parse(curveCsv(report), { columns: true, record_delimiter: '\r\n' });
    expect(rows.map((row) => Number(row['memory_mb']))).toEqual(report.curve.map((point) => point.memory_mb));
    expect(rows.map((row) => Number(row['duration_ms']))).toEqual(report.curve.map((point) => point.duration_ms));
    expect(rows.map((row) => [Number(row['interval_low_ms']), Number(row['interval_high_ms'])])).toEqual(
      report.curve.map((point) => point.interval),
    );
    expect(rows.map((row) => Number(row['cost_per_million_usd']))).toEqual(
      report.curve.map((point) => point.cost_per_million_usd),
    );
    expect(rows.map((row) => row['basis'])).toEqual(report.curve.map((point) => point.basis));
  });

  it('marks the current, the recommended and the smallest safe size', () => {
    const rows: Record<string, string>[] = parse(curveCsv(reportFixture('mixed-measured')), { columns: true });
    const marks = new Map(rows.map((row) => [row['memory_mb'], row['marks']]));
    expect(['128', '256', '512', '3008'].map((size) => marks.get(size))).toEqual([
      'below-floor',
      'current floor',
      '',
      'recommended',
    ]);
  });
});
