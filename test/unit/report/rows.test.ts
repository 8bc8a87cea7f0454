import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allRows, keyRows } from '../../../src/engine/report/rows.ts';
import { reportFixture } from '../../support/page-reports.ts';

const report = reportFixture('cpu-bound-predicted');

describe('the rows of a report', () => {
  it('are a readable dozen that includes both ends and every marked size', () => {
    const rows = keyRows(report);
    expect(rows.length).toBeLessThanOrEqual(13);
    const sizes = rows.map((row) => row.memory_mb);
    expect(sizes).toEqual(expect.arrayContaining([128, 10_240, report.floor.memory_mb, report.recommendation.memory_mb]));
    expect(sizes).toContain(report.current?.memory_mb);
  });

  it('are all there when the curve is short', () => {
    const short = { ...report, curve: report.curve.slice(0, 9) };
    expect(keyRows(short)).toEqual(allRows(short));
  });

  it('include a current size that the grid of the curve passes by, and keep its figures', () => {
    const current = { memory_mb: 700, duration_ms: 300, interval: [290, 310] as [number, number], cost_per_million_usd: 3.6 };
    const row = allRows({ ...report, current }).find(({ memory_mb }) => memory_mb === 700);
    expect(row).toEqual({ ...current, basis: 'predicted', marks: ['current'] });
  });

  it('follow another recommendation, whichever size it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...report.curve), (point) => {
        const marked = keyRows(report, point).filter((row) => row.marks.includes('recommended'));
        expect(marked.map((row) => row.memory_mb)).toEqual([point.memory_mb]);
      }),
    );
  });

  it('never claim a measured figure for a size that was not measured', () => {
    const measured = allRows(reportFixture('mixed-measured')).filter((row) => row.basis === 'measured');
    expect(measured.map((row) => row.memory_mb)).toEqual([128, 256, 512, 1024, 1769, 3008]);
  });
});
