import { describe, expect, it } from 'vitest';
import { answerFacts } from '../../../src/engine/report/facts.ts';
import { renderReportMarkdown } from '../../../src/engine/report/markdown.ts';
import { deepReport, reportFixture, reportFixtures } from '../../support/page-reports.ts';

describe('the report as Markdown', () => {
  it('has the answer, a table with percentiles, what the function is, and the evidence', () => {
    const report = deepReport();
    const text = renderReportMarkdown(report);
    expect(text).toMatch(/^## \S/);
    expect(text).toContain(`${report.recommendation.memory_mb} MB`);
    expect(text).toMatch(/^\| Memory \| Duration \| 90 % interval \| p95 \| Cost \| Note \|$/m);
    expect(text).toMatch(/<details><summary>Evidence<\/summary>\n\n- [^]*<\/details>$/);
  });

  it.each(reportFixtures)('of %s has as many cells in each row as in the header', (name) => {
    const rows = renderReportMarkdown(reportFixture(name))
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const cells = (line: string): number => line.replaceAll(String.raw`\|`, '').split('|').length;
    expect(rows.length).toBeGreaterThan(3);
    expect(new Set(rows.map(cells)).size).toBe(1);
  });

  it('lets no name make a link, a heading or HTML', () => {
    const report = reportFixture('hostile-names');
    const hostile = { ...report, function: { ...report.function, name: '# [x](http://y) <script>\n## z | `a`' } };
    const [first = ''] = renderReportMarkdown(hostile).split('\n');
    expect(first).toBe(String.raw`## \# \[x\](http://y) &lt;script&gt; ## z \| \`a\``);
  });
});

describe('what a report knows beyond the size', () => {
  it('is nothing that a report of an earlier Reef does not hold', () => {
    expect(answerFacts(reportFixture('cpu-bound-predicted'))).toEqual([]);
  });

  it('says noisy, the interval of the saving, and when the profile has paid for itself', () => {
    const report = reportFixture('waiting-predicted');
    const told = (overrides: object): string =>
      answerFacts({
        ...report,
        ...overrides,
        recommendation: { ...report.recommendation, ...Reflect.get(overrides, 'recommendation') },
      }).join(' ');
    expect(told({ verdict: 'noisy' })).toContain('Too noisy to say which size is best');
    expect(told({ recommendation: { saving_interval: [0.7, 0.8] } })).toContain('Saving against 1024 MB: 70–80 %');
    expect(told({ recommendation: { saving: null, saving_interval: [-0.2, 0.3] } })).toContain(
      'No saving against 1024 MB is claimed',
    );
    expect(told({ recommendation: { break_even_calls: 12_345 } })).toContain('after 12,345 calls');
    expect(told({ recommendation: { expected_regret: 0.004, feasible: true } })).toContain('0.4 % worse than the best');
  });

  it('names a few sizes worth having, both ends among them', () => {
    const pareto = Array.from({ length: 30 }, (_, i) => ({
      memory_mb: 128 + 64 * i,
      duration_ms: 1000 / (i + 1),
      cost_per_million_usd: 1 + i,
      cost_ratio: 1 + i,
      speedup: 1 + i,
    }));
    const fact = answerFacts({ ...reportFixture('mixed-measured'), pareto }).find((each) =>
      each.startsWith('Sizes worth having'),
    );
    expect(fact?.match(/MB/g)).toHaveLength(5);
    expect(fact).toMatch(/first: 128 MB .* 1984 MB/);
  });
});
