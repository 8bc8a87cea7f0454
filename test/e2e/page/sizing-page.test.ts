import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatCostPerMillion, formatDuration, formatInterval, formatMemory } from '../../../src/engine/format/format.ts';
import { exported } from '../../../src/engine/exchange/export.ts';
import { curveCsv } from '../../../src/engine/report/csv.ts';
import { renderReportMarkdown } from '../../../src/engine/report/markdown.ts';
import { recommend } from '../../../src/engine/studies/sizing/objective.ts';
import type { Objective, SizingReport } from '../../../src/protocol/sizing.ts';
import { launchChromium } from '../../support/chromium.ts';
import { type HostedPage, PageHost } from '../../support/page-host.ts';
import { reportFixture, reportFixtures } from '../../support/page-reports.ts';
import { SizingPageView } from '../../support/page-sizing.ts';
import { type PageTheme, pageThemes } from '../../support/page-themes.ts';

const screenshots = join(import.meta.dirname, '../../../test-results/screenshots');
mkdirSync(screenshots, { recursive: true });

let browser: Browser;
let host: PageHost;
let hosted: HostedPage | undefined;

beforeAll(async () => {
  [browser, host] = await Promise.all([launchChromium(), PageHost.start()]);
});

afterAll(async () => {
  await browser.close();
  await host[Symbol.asyncDispose]();
});

/** Whatever a test did, the page stayed within its policy and logged no error. */
afterEach(async () => {
  const [problem] = hosted?.problems ?? [];
  await hosted?.close();
  hosted = undefined;
  if (problem !== undefined) throw new Error(`The page logged: ${problem}`);
});

async function open(report: SizingReport, theme: PageTheme = pageThemes.light, size?: { width: number; height: number }) {
  hosted = await host.open(browser, theme, size);
  await hosted.send({ type: 'report', report, stale: false });
  return { hosted, view: new SizingPageView(hosted.page) };
}

function choice(report: SizingReport, objective: Objective) {
  return recommend({ curve: report.curve, floor: report.floor, objective, current: report.current });
}

describe('the sizing page shows', () => {
  it.each(reportFixtures)('%s, with its recommendation, figures and evidence', async (name) => {
    const report = reportFixture(name);
    const { hosted, view } = await open(report);
    expect(await view.page.locator('h1').textContent()).toBe(report.function.name);
    expect(await view.headline.textContent()).toBe(`Use ${formatMemory(report.recommendation.memory_mb)}`);
    const text = (await view.page.locator('#app').textContent()) ?? '';
    for (const sentence of [report.recommendation.why, report.work.sentence, report.floor.reason, ...report.evidence]) {
      expect(text).toContain(sentence);
    }
    expect(await view.chart.getAttribute('aria-label')).toContain(formatMemory(report.recommendation.memory_mb));
    await hosted.page.screenshot({ path: join(screenshots, `page-${name}.png`), fullPage: true });
  });

  it('where the figures come from', async () => {
    const { hosted } = await open(reportFixture('cpu-bound-predicted'));
    const badge = hosted.page.locator('.badge');
    expect(await badge.textContent()).toBe('Predicted from full-speed runs on this machine');
    await hosted.send({ type: 'report', report: reportFixture('mixed-measured'), stale: false });
    expect(await badge.textContent()).toBe('Recorded curve');
    await hosted.send({ type: 'report', report: { ...reportFixture('mixed-measured'), target: 'docker' }, stale: false });
    expect(await badge.textContent()).toBe('Measured');
  });

  it('which attempts failed', async () => {
    const { hosted } = await open(reportFixture('mixed-measured'));
    const text = await hosted.page.locator('.chart-note').textContent();
    expect(text).toContain('3 of 33 attempts failed and are not part of the curve');
    expect(text).toContain('1 × out of memory at 128 MB, 1 × timeout at 128 MB, 1 × handler error at 256 MB');
  });

  it('names that look like markup as text', async () => {
    const { hosted } = await open(reportFixture('hostile-names'));
    expect(await hosted.page.evaluate(() => '__pwned' in window)).toBe(false);
    expect(await hosted.page.locator('#app :is(script, svg, b, i)').count()).toBe(0);
    expect(await hosted.page.locator('img').count()).toBe(0);
  });

  it('the same figures in the table as in the chart', async () => {
    const report = reportFixture('cpu-bound-predicted');
    const { view } = await open(report);
    await view.showAllSizes();
    const rows = await view.rows();
    expect(await view.walkChart()).toEqual(rows.map(([memory, duration, , cost]) => `${memory}, ${duration}, ${cost}`));
    expect(rows.map((row) => row.slice(0, 5))).toEqual(
      report.curve.map((point) => [
        formatMemory(point.memory_mb),
        formatDuration(point.duration_ms),
        formatInterval(point.interval),
        formatCostPerMillion(point.cost_per_million_usd),
        point.basis,
      ]),
    );
  });

  it('an error of the host, and a report that comes after it', async () => {
    hosted = await host.open(browser, pageThemes.light);
    await hosted.send({ type: 'error', message: 'The run <b>x</b> is not in the store.' });
    expect(await hosted.page.getByRole('alert').textContent()).toBe('The run <b>x</b> is not in the store.');
    await hosted.send({ type: 'report', report: reportFixture('waiting-predicted'), stale: true });
    expect(await hosted.page.getByRole('alert').count()).toBe(0);
    expect(await hosted.page.locator('.notice').textContent()).toContain('The function changed after this report was made');
  });

  it('nothing of a message that is not in the contract', async () => {
    const { hosted, view } = await open(reportFixture('waiting-predicted'));
    await hosted.sendRaw({ type: 'report', report: { schema: 'other' } });
    expect(await view.headline.textContent()).toBe('Use 128 MB');
  });
});

describe('the objective', () => {
  const report = reportFixture('cpu-bound-predicted');

  it('changes the recommendation at once, everywhere on the page', async () => {
    const { view } = await open(report);
    const before = await view.picture();
    await view.goal('Cheapest').check();
    const expected = choice(report, { goal: 'cost', tolerance: 0.1, maxDurationMs: null });
    expect(expected.memory_mb).not.toBe(report.recommendation.memory_mb);
    const memory = formatMemory(expected.memory_mb);
    expect(await view.headline.textContent()).toMatch(new RegExp(`^(Use|Keep) ${memory}$`));
    expect(await view.page.getByText(expected.why, { exact: true }).count()).toBe(1);
    expect(await view.announcement.textContent()).toContain(`Recommended: ${memory}`);
    expect((await view.rows()).filter((row) => row.at(-1)?.includes('recommended')).map(([size]) => size)).toEqual([memory]);
    expect(await view.picture()).not.toBe(before);
  });

  it('is worked from the keyboard: arrows choose the goal and move the tolerance', async () => {
    const { view } = await open(report);
    await view.goal('Fastest within tolerance').focus();
    await view.page.keyboard.press('ArrowLeft');
    expect(await view.goal('Balanced').isChecked()).toBe(true);
    await view.tolerance.focus();
    await view.page.keyboard.press('End');
    expect(await view.page.locator('#tolerance-value').textContent()).toBe('+100 %');
    // Moving the tolerance chooses the goal that it belongs to.
    expect(await view.goal('Fastest within tolerance').isChecked()).toBe(true);
  });

  it('follows every step of the slider as the study would decide', async () => {
    const mixed = reportFixture('mixed-measured');
    const { view } = await open(mixed);
    const seen = new Set<string>();
    for (const percent of [0, 3, 10, 25]) {
      await view.tolerance.fill(String(percent));
      const expected = choice(mixed, { goal: 'fastest', tolerance: percent / 100, maxDurationMs: null });
      expect(await view.headline.textContent()).toContain(formatMemory(expected.memory_mb));
      seen.add((await view.headline.textContent()) ?? '');
    }
    expect(seen.size).toBeGreaterThan(2);
  });

  it('takes a duration limit, and says when none can be kept or the entry is no number', async () => {
    const { view } = await open(report);
    await view.goal('Cheapest').check();
    await view.durationLimit.fill('150');
    const within = choice(report, { goal: 'cost', tolerance: 0.1, maxDurationMs: 150 });
    expect(within.duration_ms).toBeLessThanOrEqual(150);
    expect(await view.headline.textContent()).toBe(`Use ${formatMemory(within.memory_mb)}`);
    await view.durationLimit.fill('1');
    expect(await view.page.locator('.infeasible').count()).toBe(1);
    await view.durationLimit.fill('-5');
    expect(await view.durationLimit.getAttribute('aria-invalid')).toBe('true');
    await view.page.getByText('Enter a number above 0').waitFor();
    await view.durationLimit.fill('');
    expect(await view.durationLimit.getAttribute('aria-invalid')).toBe('false');
  });

  it('survives a reload with its run', async () => {
    const { hosted, view } = await open(report);
    await view.tolerance.fill('42');
    const headline = await view.headline.textContent();
    await hosted.page.reload();
    await hosted.posted('ready');
    await hosted.send({ type: 'report', report, stale: false });
    expect(await view.tolerance.inputValue()).toBe('42');
    expect(await view.headline.textContent()).toBe(headline);
    const state: unknown = await hosted.page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? 'null'));
    expect(state).toEqual({
      folder: 'file:///workspace',
      runId: report.run_id,
      objective: { goal: 'fastest', tolerance: 0.42, maxDurationMs: null },
    });
  });

  it('holds when the same function is profiled again, and not for another function', async () => {
    const { hosted, view } = await open(report);
    await view.goal('Cheapest').check();
    await hosted.send({ type: 'report', report: { ...report, run_id: 'later' }, stale: false });
    expect(await view.goal('Cheapest').isChecked()).toBe(true);
    await hosted.send({ type: 'report', report: reportFixture('mixed-measured'), stale: false });
    expect(await view.goal('Balanced').isChecked()).toBe(true);
  });
});

describe('the actions', () => {
  it('write the size shown to the template, and profile again', async () => {
    const report = reportFixture('cpu-bound-predicted');
    const { hosted, view } = await open(report);
    await view.button('Write 1769 MB to template').click();
    await view.button('Profile again').click();
    expect(await hosted.posted('apply')).toEqual([{ type: 'apply', functionId: report.function.id, memoryMb: 1769 }]);
    expect(await hosted.posted('profileAgain')).toEqual([{ type: 'profileAgain', functionId: report.function.id }]);
  });

  it('write nothing where there is no template, or nothing to change', async () => {
    const report = reportFixture('cpu-bound-predicted');
    const { hosted, view } = await open({ ...report, current: report.recommendation });
    expect(await view.button('1769 MB is already set').isDisabled()).toBe(true);
    await hosted.send({ type: 'report', report: reportFixture('mixed-measured'), stale: false });
    expect(await view.button(/template/).count()).toBe(0);
  });

  it('export the curve as CSV, the document as JSON and the chart as a picture', async () => {
    const report = reportFixture('mixed-measured');
    const { hosted, view } = await open(report);
    for (const format of ['CSV', 'JSON', 'PNG']) await view.button(`Export ${format}`).click();
    const [csv, json, png] = await hosted.posted('export');
    expect(csv).toEqual({
      type: 'export',
      format: 'csv',
      suggestedName: 'Invoice-Totals-sizing.csv',
      content: curveCsv(report),
    });
    expect(isDeepStrictEqual(JSON.parse(json?.content ?? ''), report)).toBe(true);
    const bytes = Buffer.from(png?.content ?? '', 'base64');
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'));
    expect(bytes.length).toBeGreaterThan(10_000);
    await view.button('Export Power Tuning').click();
    const tuning = (await hosted.posted('export')).at(-1);
    expect(tuning).toMatchObject({ format: 'json', suggestedName: 'Invoice-Totals-power-tuning.json' });
    expect(tuning?.content).toBe(exported(report, 'power-tuning'));
  });

  it('copy the report as Markdown', async () => {
    const report = reportFixture('hostile-names');
    const { hosted, view } = await open(report);
    await view.button('Copy Markdown').click();
    expect(await hosted.posted('copy')).toEqual([{ type: 'copy', text: renderReportMarkdown(report) }]);
  });

  it('copy a link that shows the curve in Power Tuning', async () => {
    const report = reportFixture('mixed-measured');
    const { hosted, view } = await open(report);
    await view.button('Copy Power Tuning link').click();
    expect(await hosted.posted('copy')).toEqual([{ type: 'copy', text: exported(report, 'power-tuning-url').trim() }]);
  });

  it('suggest a file name that every file system takes', async () => {
    const { hosted, view } = await open(reportFixture('hostile-names'));
    await view.button('Export CSV').click();
    const [csv] = await hosted.posted('export');
    expect(csv?.suggestedName).toMatch(/^[\w.-]+\.csv$/);
  });
});
