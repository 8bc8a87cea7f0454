import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderReportText } from '../../../src/engine/report/text.ts';
import { reportFixture } from '../../support/page-reports.ts';

const plain = { width: 80, colour: false };

function lineWith(text: string, part: string): string {
  return text.split('\n').find((line) => line.includes(part)) ?? '';
}

describe('the report as text', () => {
  it('says what was sized, where the figures come from and what the function is', () => {
    const text = renderReportText(reportFixture('cpu-bound-predicted'), plain);
    expect(text).toContain('ResizeImage\nnodejs22.x · src/resize.handler · x86_64\nTarget process');
    expect(text).toContain('predicted from full-speed runs on this machine');
    expect(text).toContain('CPU-bound: 95 % of a call');
    expect(text).toContain('nothing was billed');
  });

  it('marks the current, the recommended and the unsafe sizes in words', () => {
    const text = renderReportText(reportFixture('cpu-bound-predicted'), plain);
    expect(lineWith(text, ' 128 MB │')).toContain('below the floor');
    expect(lineWith(text, ' 192 MB │')).toContain('memory floor');
    expect(lineWith(text, ' 512 MB │')).toContain('current');
    expect(lineWith(text, '1769 MB │')).toMatch(/124 ms.*120–128 ms.*\$3\.77\/M.*recommended/);
  });

  it('gives the recommendation with its gain and its reason', () => {
    const report = reportFixture('waiting-predicted');
    const text = renderReportText(report, { width: 200, colour: false });
    expect(text).toContain('Use 128 MB (against 1024 MB: saves 76 %');
    expect(text).toContain(report.recommendation.why);
  });

  it('says to keep a size that is right', () => {
    const report = reportFixture('waiting-predicted');
    const text = renderReportText({ ...report, current: report.recommendation }, plain);
    expect(text).toContain('Keep 128 MB\n');
  });

  it('tells measured sizes from those between them', () => {
    const text = renderReportText(reportFixture('mixed-measured'), plain);
    expect(lineWith(text, '2048 MB │')).toContain('predicted');
    expect(lineWith(text, '1769 MB │')).not.toContain('predicted');
  });

  it('has colours only when asked', () => {
    const report = reportFixture('mixed-measured');
    const coloured = renderReportText(report, { width: 80, colour: true });
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(renderReportText(report, plain));
  });

  it('lets no name steer the terminal', () => {
    const report = reportFixture('mixed-measured');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const text = renderReportText({ ...report, function: { ...report.function, name, handler: name } }, plain);
        expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps its sentences within a narrow terminal', () => {
    const text = renderReportText(reportFixture('cpu-bound-predicted'), { width: 50, colour: false });
    const sentences = text.split('\n').filter((line) => !/[│┌├└]/.test(line));
    expect(Math.max(...sentences.map((line) => line.length))).toBeLessThanOrEqual(50);
  });
});
