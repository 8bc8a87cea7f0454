import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { samplesCsv } from '../../../src/engine/exchange/trace/samples.ts';
import { formatCostPerMillion, formatMemory, formatPercent } from '../../../src/engine/format/format.ts';
import type { Trace } from '../../../src/engine/studies/tracing/trace.ts';
import type { TraceReport } from '../../../src/protocol/tracing.ts';
import { launchChromium } from '../../support/chromium.ts';
import { MemoryPageView } from '../../support/page-memory.ts';
import { type HostedPage, PageHost } from '../../support/page-host.ts';
import { type PageTheme, pageThemes } from '../../support/page-themes.ts';
import { reportOf, tracedRun } from '../../support/traces.ts';

const screenshots = join(import.meta.dirname, '../../../test-results/screenshots');
mkdirSync(screenshots, { recursive: true });
const traces = [tracedRun(4000), tracedRun(3600, { scale: 0.9 })];
const report = reportOf(traces);

let browser: Browser;
let host: PageHost;
let hosted: HostedPage | undefined;

beforeAll(async () => {
  [browser, host] = await Promise.all([launchChromium(), PageHost.start('memory')]);
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

type Opened = { shown?: TraceReport; runs?: readonly Trace[]; theme?: PageTheme; size?: { width: number; height: number } };

async function open({ shown = report, runs = traces, theme = pageThemes.light, size }: Opened = {}) {
  hosted = await host.open(browser, theme, size);
  await hosted.send({ type: 'report', runId: 'r1', target: 'docker', report: shown });
  for (const [run, points] of runs.entries()) await hosted.send({ type: 'points', runId: 'r1', run, whole: true, points });
  return { hosted, view: new MemoryPageView(hosted.page) };
}

describe('the memory page shows', () => {
  it('the peak, its parts and the bill', async () => {
    const { hosted, view } = await open();
    expect(await view.headline.textContent()).toBe('Peak 800 MB');
    const text = (await hosted.page.locator('.summary').textContent()) ?? '';
    expect(text).toContain(`AWS Lambda, x86 bills 1024 MB: ${formatCostPerMillion(report.cost[0]?.cost_per_million_usd ?? 0)}`);
    expect(text).toContain(`${formatPercent(report.waste?.used ?? 0)} is used`);
    expect(await view.chart.getAttribute('aria-label')).toContain('up to 800 MB');
    expect(await view.warning.isVisible()).toBe(false);
    await hosted.page.screenshot({ path: join(screenshots, 'memory.png'), fullPage: true });
  });

  it('every curve that the runs have, which the legend hides', async () => {
    const { hosted, view } = await open();
    const entries = await hosted.page.locator('.legend button').allTextContents();
    expect(entries).toEqual([
      'Total',
      'Working set',
      'Anonymous',
      'Limit',
      'Hull of all runs',
      'Upscaling limits',
      'Other runs, total (1)',
    ]);
    const before = await view.picture();
    await view.button('Anonymous').click();
    expect(await view.picture()).not.toBe(before);
  });

  it('what is paid for as figures that add up', async () => {
    const { view } = await open();
    const rows = await view.rows('Where the billed memory and time go');
    const { waste } = report;
    expect(rows.map(([part, share]) => [part, share])).toEqual([
      ['Used', formatPercent(waste?.used ?? 0)],
      ['Init', formatPercent(waste?.init ?? 0)],
      ['Below the peak', formatPercent(waste?.temporal ?? 0)],
      ['Headroom', formatPercent(waste?.headroom ?? 0)],
      ['Rounding', formatPercent(waste?.rounding ?? 0)],
    ]);
  });

  it('a warning where readings are so rare that peaks may be missed', async () => {
    const probe: TraceReport['probe'] = {
      kind: 'stream',
      samples_per_s: 1,
      error: 'What happens within a second is not seen.',
      passed_over: [{ kind: 'wrapper', why: 'no <tracer> here' }],
    };
    const { hosted, view } = await open({ shown: { ...report, probe } });
    expect(await view.warning.textContent()).toContain('Memory was read once a second only: peaks may be missed.');
    expect(await hosted.page.locator('.evidence').textContent()).toContain('no <tracer> here');
  });

  it('nothing of a message that is not in the contract', async () => {
    const { hosted, view } = await open();
    await hosted.sendRaw({ type: 'report', report: { schema: 'other' } });
    await hosted.sendRaw({ type: 'points', runId: 'r1', run: 0, whole: true, points: { usage: [1] } });
    expect(await view.headline.textContent()).toBe('Peak 800 MB');
  });

  it('a report before its readings are there, and names that look like markup as text', async () => {
    const { hosted } = await open({ shown: { ...report, subject: '<img src=x onerror=alert(1)>' }, runs: [] });
    expect(await hosted.page.locator('.chart-note').textContent()).toContain('on their way');
    expect(await hosted.page.locator('h1').textContent()).toBe('<img src=x onerror=alert(1)>');
    expect(await hosted.page.locator('img').count()).toBe(0);
  });

  it.each(['dark', 'high-contrast'] as const)(
    'itself in the theme %s, on a narrow page without a sideways scroll',
    async (theme) => {
      const { hosted } = await open({ theme: pageThemes[theme], size: { width: 380, height: 800 } });
      const [scroll, width] = await hosted.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(scroll).toBeLessThanOrEqual(width ?? 0);
      await hosted.page.screenshot({ path: join(screenshots, `memory-${theme}.png`), fullPage: true });
    },
  );
});

describe('the reader', () => {
  it('moves along the time with the keyboard', async () => {
    const { view } = await open();
    expect(await view.press('+')).toBe('1.00 s to 3.00 s');
    expect(await view.press('ArrowRight')).toBe('1.40 s to 3.40 s');
    expect(await view.press('End')).toBe('2.00 s to 4.00 s');
    expect(await view.press('ArrowRight')).toBe('2.00 s to 4.00 s');
    expect(await view.press('0')).toBe('0 ms to 4.00 s');
  });

  it('zooms with the wheel and moves by dragging', async () => {
    const { hosted, view } = await open();
    const before = await view.picture();
    await view.chart.hover();
    await hosted.page.keyboard.down('Control');
    await hosted.page.mouse.wheel(0, -400);
    await hosted.page.keyboard.up('Control');
    const zoomed = await view.picture();
    expect(zoomed).not.toBe(before);
    const box = await view.chart.boundingBox();
    const [x, y] = [(box?.x ?? 0) + 400, (box?.y ?? 0) + 100];
    await hosted.page.mouse.move(x, y);
    await hosted.page.mouse.down();
    await hosted.page.mouse.move(x - 150, y, { steps: 5 });
    await hosted.page.mouse.up();
    await expect.poll(() => view.picture()).not.toBe(zoomed);
  });

  it('chooses the provider, and sees what it bills', async () => {
    const { view } = await open();
    const before = await view.picture();
    await view.provider.selectOption({ label: 'AWS Lambda until November 2020' });
    const cost = report.cost.find(({ name }) => name === 'AWS Lambda until November 2020');
    const text = (await view.page.locator('.summary').textContent()) ?? '';
    expect(text).toContain(formatCostPerMillion(cost?.cost_per_million_usd ?? 0));
    expect(await view.page.locator('tr[aria-current=true] th').first().textContent()).toBe('AWS Lambda until November 2020');
    expect(await view.picture()).not.toBe(before);
  });

  it('looks at another run', async () => {
    const { view } = await open();
    await view.run.selectOption({ label: 'Run 2' });
    expect(await view.chart.getAttribute('aria-label')).toContain(`up to ${formatMemory(report.runs[1]?.peak_mb ?? 0)}`);
  });

  it.each([
    ['PNG', (text: string) => text.startsWith('iVBOR')],
    ['SVG', (text: string) => /^<svg xmlns[^]+ResizeImage[^]+<\/svg>\n$/.test(text)],
    ['CSV', (text: string) => text === [...samplesCsv(tracedRun(4000))].join('')],
    ['JSON', (text: string) => text === `${JSON.stringify(report, null, 2)}\n`],
    ['NDJSON', (text: string) => /^{"v":1[^\n]+\n{"t":0,/.test(text)],
  ])('exports %s', async (name, expected) => {
    const { hosted, view } = await open();
    await view.button(`Export ${name}`).click();
    const [message] = await hosted.posted('export');
    expect(message?.suggestedName).toMatch(/^ResizeImage-memory/);
    expect(message?.content).toSatisfy(expected);
  });

  it('sees readings as they arrive, may end the study, and gets the report in its place', async () => {
    hosted = await host.open(browser, pageThemes.light);
    const live = {
      type: 'live',
      subject: 'ResizeImage',
      target: 'docker',
      message: 'Tracing',
      done: 0,
      total: 2,
      run: 0,
    } as const;
    await hosted.send({ ...live, first: 0, timeMs: [0, 40], usageBytes: [1e6, 5e6], workingSetBytes: [null, 4e6] });
    const view = new MemoryPageView(hosted.page);
    const before = await view.picture();
    await hosted.send({ ...live, first: 2, timeMs: [80], usageBytes: [90e6], workingSetBytes: [80e6] });
    expect(await view.picture()).not.toBe(before);
    await view.button('Cancel').click();
    await hosted.posted('cancel');
    await hosted.send({ type: 'report', runId: 'r1', target: 'docker', report });
    expect(await view.headline.textContent()).toBe('Peak 800 MB');
  });
});

describe('a million readings', () => {
  it('are drawn with every spike, and moved through', async () => {
    const many = tracedRun(1_000_000);
    const { view } = await open({ shown: reportOf([many]), runs: [many] });
    expect(await view.chart.getAttribute('aria-label')).toContain('up to 800 MB');
    const before = await view.picture();
    expect(await view.press('+')).toBe('4 min 10 s to 12 min 30 s');
    expect(await view.picture()).not.toBe(before);
  });
});
