/** What the page shows of reports that hold more than a curve: attempts by origin, the Pareto front, percentiles. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { formatCostPerMillion, formatDuration, formatMemory } from '../../../src/engine/format/format.ts';
import type { SizingReport } from '../../../src/protocol/sizing.ts';
import { launchChromium } from '../../support/chromium.ts';
import { type HostedPage, PageHost } from '../../support/page-host.ts';
import { deepReport, reportFixture } from '../../support/page-reports.ts';
import { SizingPageView } from '../../support/page-sizing.ts';
import { pageThemes } from '../../support/page-themes.ts';

const screenshots = join(import.meta.dirname, '../../../test-results/screenshots');
mkdirSync(screenshots, { recursive: true });

const report = deepReport();
const pareto = report.pareto ?? [];
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

async function open(shown: SizingReport = report) {
  hosted = await host.open(browser, pageThemes.light);
  await hosted.send({ type: 'report', report: shown, stale: false });
  return { hosted, view: new SizingPageView(hosted.page) };
}

describe('attempts', () => {
  it('are told apart by kind, target and origin in the legend, which hides them', async () => {
    const { view } = await open();
    for (const name of ['Warm call', 'Cold call', 'Failed call', 'Warm call on aws, found']) {
      const before = await view.picture();
      const button = view.legend(name);
      expect(await button.getAttribute('aria-pressed')).toBe('true');
      await button.focus();
      await view.page.keyboard.press('Enter');
      expect(await button.getAttribute('aria-pressed')).toBe('false');
      expect(await view.picture()).not.toBe(before);
      // The legend was drawn anew, and the keyboard is where it was.
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    }
  });

  it('stay hidden when another size is looked at', async () => {
    const { view } = await open();
    await view.legend('Cold call').click();
    await view.goal('Cheapest').check();
    expect(await view.legend('Cold call').getAttribute('aria-pressed')).toBe('false');
  });

  it('are read as a table that opens on demand', async () => {
    const { view } = await open();
    await view.page.getByText(`All ${report.points.length} attempts`).click();
    const rows = view.page.getByRole('table', { name: 'Attempts in the order' }).locator('tbody tr');
    // The table is made when the browser has opened its place.
    await expect.poll(() => rows.count()).toBe(report.points.length);
    const cells = await rows.last().locator('th, td').allTextContents();
    expect(cells).toEqual([String(report.points.length), '1024 MB', '108 ms', '–', 'warm', 'small', 'aws', 'ok, found']);
  });
});

describe('the log of an attempt', () => {
  it('is asked for by its number in the run, and of one that was found by its sample', async () => {
    const [first, second, third, ...others] = report.points;
    if (first === undefined || second === undefined || third === undefined) throw new Error('The fixture has too few attempts');
    const points = [{ ...first, free: true, sample_id: 42 }, second, { ...third, call: 2 }, ...others];
    const { view, hosted: page } = await open({ ...report, points });
    await view.page.getByText(`All ${points.length} attempts`).click();
    const button = (number: number) => view.page.getByRole('button', { name: `Show the log of attempt ${number}`, exact: true });
    await button(3).click();
    await button(1).click();
    expect(await page.posted('showLog')).toEqual([
      { type: 'showLog', call: { runId: report.run_id, number: 2 } },
      { type: 'showLog', call: { sampleId: 42 } },
    ]);
    // Of the second one the report does not say which it is.
    expect(await button(2).count()).toBe(0);
  });

  it('cannot be asked for in a report of an earlier version', async () => {
    const { view } = await open();
    await view.page.getByText(`All ${report.points.length} attempts`).click();
    expect(await view.page.getByRole('columnheader', { name: 'Log' }).count()).toBe(0);
  });
});

describe('the Pareto slider', () => {
  it('walks from the cheapest to the fastest, and the page and the button follow', async () => {
    const { hosted, view } = await open();
    await view.pareto.focus();
    await view.page.keyboard.press('Home');
    const [cheapest] = pareto;
    const fastest = pareto.at(-1);
    if (cheapest === undefined || fastest === undefined) throw new Error('The fixture has no front');
    expect(await view.headline.textContent()).toContain(formatMemory(cheapest.memory_mb));
    await view.page.keyboard.press('ArrowRight');
    expect(await view.headline.textContent()).toContain(formatMemory(pareto[1]?.memory_mb ?? 0));
    await view.page.keyboard.press('End');
    expect(await view.headline.textContent()).toBe(`Use ${formatMemory(fastest.memory_mb)}`);
    const text = await view.pareto.getAttribute('aria-valuetext');
    expect(text).toContain(formatDuration(fastest.duration_ms));
    expect(text).toContain(formatCostPerMillion(fastest.cost_per_million_usd));
    expect(await view.page.locator('#pareto-figures').textContent()).toBe(text);
    expect(await view.announcement.textContent()).toContain(`Chosen: ${formatMemory(fastest.memory_mb)}`);
    expect(hosted.problems).toEqual([]);
  });

  it('says cost and speed against the current size, and writes what it shows', async () => {
    const current = pareto[0];
    if (current === undefined) throw new Error('The fixture has no front');
    const { memory_mb, duration_ms, cost_per_million_usd } = current;
    const { hosted, view } = await open({
      ...report,
      function: { ...report.function, template: 'template.yaml' },
      current: { memory_mb, duration_ms, cost_per_million_usd, interval: [duration_ms * 0.99, duration_ms * 1.01] },
    });
    await view.pareto.fill(String(pareto.length - 1));
    const text = (await view.page.locator('#pareto-figures').textContent()) ?? '';
    expect(text).toMatch(/(costs \d+ % more than now|noise), ×[\d.]+ faster than now$/);
    await view.button(/^Write .* to template$/).click();
    const [apply] = await hosted.posted('apply');
    expect(apply?.memoryMb).toBe(pareto.at(-1)?.memory_mb);
  });

  it('goes back to the recommendation with the objective, and survives a reload', async () => {
    const { hosted, view } = await open();
    await view.pareto.fill(String(pareto.length - 1));
    const headline = await view.headline.textContent();
    await hosted.page.reload();
    await hosted.posted('ready');
    await hosted.send({ type: 'report', report, stale: false });
    expect(await view.headline.textContent()).toBe(headline);
    await view.goal('Cheapest').check();
    expect(await view.headline.textContent()).not.toBe(headline);
  });

  it('is not there without a front', async () => {
    const { view } = await open(reportFixture('mixed-measured'));
    expect(await view.pareto.isVisible()).toBe(false);
  });
});

describe('percentiles and cold calls', () => {
  it('stand in the tiles and the table, and are asked for beside the limit', async () => {
    const { hosted, view } = await open();
    expect(await view.page.getByLabel('Duration limit holds for').isVisible()).toBe(true);
    expect(await view.page.getByRole('spinbutton', { name: 'Cold calls' }).isVisible()).toBe(true);
    const text = (await view.page.locator('.tiles').textContent()) ?? '';
    expect(text).toMatch(/p95: [\d.]+ m?s/);
    expect((await view.rows())[0]).toHaveLength(8);
    await hosted.page.screenshot({ path: join(screenshots, 'page-deep.png'), fullPage: true });
  });

  it('are not asked for where the curve does not have them', async () => {
    const { view } = await open(reportFixture('mixed-measured'));
    expect(await view.page.getByLabel('Duration limit holds for').isVisible()).toBe(false);
    expect(await view.page.getByRole('spinbutton', { name: 'Cold calls' }).isVisible()).toBe(false);
  });

  it('reach the objective: the state keeps them', async () => {
    const { hosted, view } = await open();
    await view.page.getByLabel('Duration limit holds for').selectOption('p95');
    await view.page.getByRole('spinbutton', { name: 'Cold calls' }).fill('5');
    const state: unknown = await hosted.page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? 'null'));
    expect(state).toMatchObject({ objective: { percentile: 95, coldRate: 0.05 } });
    await view.page.getByRole('spinbutton', { name: 'Cold calls' }).fill('500');
    await view.page.getByText('Enter a number from 0 to 100').waitFor();
  });
});

describe('the payload switch', () => {
  it('draws the curve and the attempts of one payload, and survives a reload', async () => {
    const { hosted, view } = await open();
    const all = await view.rows();
    const before = await view.picture();
    await view.page.getByRole('radio', { name: 'large, 25 %' }).check();
    expect(await view.picture()).not.toBe(before);
    const large = report.payloads?.[1]?.curve.find(({ memory_mb }) => memory_mb === 512);
    const row = (await view.rows()).find(([size]) => size === '512 MB');
    expect(row?.[1]).toBe(formatDuration(large?.duration_ms ?? 0));
    expect(row).not.toEqual(all.find(([size]) => size === '512 MB'));
    // The answer is for all of them.
    expect(await view.headline.textContent()).toContain(formatMemory(report.recommendation.memory_mb));
    await hosted.page.reload();
    await hosted.posted('ready');
    await hosted.send({ type: 'report', report, stale: false });
    expect(await view.page.getByRole('radio', { name: 'large, 25 %' }).isChecked()).toBe(true);
    expect((await view.rows()).find(([size]) => size === '512 MB')).toEqual(row);
  });

  it('is not there with one payload', async () => {
    const { view } = await open(reportFixture('mixed-measured'));
    expect(await view.page.getByText('Curve and table of').isVisible()).toBe(false);
  });
});

describe('another run', () => {
  const other: SizingReport = {
    ...report,
    run_id: 'earlier',
    target: 'docker',
    code_hash: 'feedc0de99',
    curve: report.curve.map((point) => ({ ...point, duration_ms: point.duration_ms * 1.2 })),
    recommendation: { ...report.recommendation, memory_mb: 1024 },
  };

  it('is asked for, drawn beside this one, and told what differs', async () => {
    const { hosted, view } = await open();
    await view.button('Compare…').click();
    expect(await hosted.posted('compare')).toEqual([{ type: 'compare', runId: null }]);
    const before = await view.picture();
    await hosted.send({ type: 'comparison', report: other });
    expect(await view.picture()).not.toBe(before);
    expect(await view.legend('Duration of the other run').getAttribute('aria-pressed')).toBe('true');
    const table = view.page.getByRole('table', { name: 'This run and the other' });
    const rows = await table
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
    expect(rows).toContainEqual(['Target', 'replay:curves.csv', 'docker', 'differs']);
    expect(rows).toContainEqual(['Code version', 'not known', 'feedc0de', 'differs']);
    expect(rows).toContainEqual(['Recommended', '3008 MB', '1024 MB', 'differs']);
    expect(rows).toContainEqual(['Architecture', 'x86_64', 'x86_64', '']);
    await hosted.page.screenshot({ path: join(screenshots, 'page-compare.png'), fullPage: true });
    await view.button('Stop comparing').click();
    expect(await view.picture()).toBe(before);
  });

  it('is asked for again after a reload', async () => {
    const { hosted } = await open();
    await hosted.send({ type: 'comparison', report: other });
    await hosted.page.reload();
    await hosted.send({ type: 'report', report, stale: false });
    expect(await hosted.posted('compare')).toEqual([{ type: 'compare', runId: 'earlier' }]);
  });
});

it('tells how sure the saving is, when it pays, and what another architecture would cost', async () => {
  const { view } = await open({ ...report, current: report.curve.at(-1) ?? null });
  const text = (await view.page.locator('#app').textContent()) ?? '';
  expect(text).toContain('Saves 12–31 % of the cost (90 % interval).');
  expect(text).toContain('Pays for this profile after 12,346 calls.');
  expect(text).toContain('On arm64 the same size would cost 20 % less');
  expect(text).toContain('3 further samples were found and cost nothing.');
});
