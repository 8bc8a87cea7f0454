/** A study under way on the page: attempts as they arrive, and the report that takes their place. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HostToSizingPage } from '../../../src/protocol/panel.ts';
import type { SamplePoint } from '../../../src/protocol/sizing.ts';
import { launchChromium } from '../../support/chromium.ts';
import { PageHost } from '../../support/page-host.ts';
import { reportFixture } from '../../support/page-reports.ts';
import { SizingPageView } from '../../support/page-sizing.ts';
import { pageThemes } from '../../support/page-themes.ts';

const screenshots = join(import.meta.dirname, '../../../test-results/screenshots');
mkdirSync(screenshots, { recursive: true });

let browser: Browser;
let host: PageHost;

beforeAll(async () => {
  [browser, host] = await Promise.all([launchChromium(), PageHost.start()]);
});

afterAll(async () => {
  await browser.close();
  await host[Symbol.asyncDispose]();
});

function live(first: number, points: SamplePoint[]): HostToSizingPage {
  const done = first + points.length;
  const message = `Calling thumb: ${done} of about 20 calls`;
  return { type: 'live', functionName: 'thumb', target: 'docker', message, done, total: 20, first, points };
}

function attempt(memory_mb: number | null, duration_ms: number, more: Partial<SamplePoint> = {}): SamplePoint {
  return { memory_mb, duration_ms, init_ms: null, cold: false, outcome: 'ok', ...more };
}

const cells = (view: SizingPageView): Promise<string[][]> =>
  view.page
    .locator('#live-sizes tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));

it('shows attempts as they arrive, by size and kind, until the report comes', async () => {
  const hosted = await host.open(browser, pageThemes.light);
  const view = new SizingPageView(hosted.page);
  await hosted.send(live(0, []));
  expect(await view.page.locator('h1').textContent()).toBe('thumb');
  await hosted.send(live(0, [attempt(1769, 60, { cold: true, init_ms: 200 }), attempt(1769, 40)]));
  expect(await cells(view)).toEqual([['1769 MB', '1', '40 ms', '1', '0']]);
  const before = await view.picture();
  await hosted.send(live(2, [attempt(512, 110), attempt(512, 130), attempt(128, 30, { outcome: 'oom' })]));
  expect(await cells(view)).toEqual([
    ['128 MB', '0', '–', '0', '1'],
    ['512 MB', '2', '120 ms', '0', '0'],
    ['1769 MB', '1', '40 ms', '1', '0'],
  ]);
  expect(await view.picture()).not.toBe(before);
  expect(await view.page.getByRole('progressbar', { name: 'Calls made' }).getAttribute('value')).toBe('5');
  await hosted.page.screenshot({ path: join(screenshots, 'page-live.png'), fullPage: true });
  await hosted.send({ type: 'report', report: reportFixture('mixed-measured'), stale: false });
  expect(await view.page.locator('#live-sizes').count()).toBe(0);
  expect(await view.headline.textContent()).toContain('3008 MB');
  expect(hosted.problems).toEqual([]);
  await hosted.close();
});

it('takes attempts that it missed with the next full message, and none twice', async () => {
  const hosted = await host.open(browser, pageThemes.dark);
  const view = new SizingPageView(hosted.page);
  await hosted.send(live(3, [attempt(512, 100)]));
  expect(await cells(view)).toEqual([]);
  const all = [attempt(256, 200), attempt(256, 210), attempt(256, 220), attempt(512, 100)];
  await hosted.send(live(0, all));
  await hosted.send(live(0, all));
  expect(await cells(view)).toEqual([
    ['256 MB', '3', '210 ms', '0', '0'],
    ['512 MB', '1', '100 ms', '0', '0'],
  ]);
  await hosted.close();
});

it('draws attempts at full speed in their order, and asks to cancel once', async () => {
  const hosted = await host.open(browser, pageThemes['high-contrast'], { width: 400, height: 700 });
  const view = new SizingPageView(hosted.page);
  await hosted.send(live(0, [attempt(null, 100, { cold: true }), attempt(null, 50), attempt(null, 52)]));
  expect(await cells(view)).toEqual([['full speed', '2', '51 ms', '1', '0']]);
  await hosted.page.screenshot({ path: join(screenshots, 'page-live-narrow.png'), fullPage: true });
  await view.button('Cancel').click();
  expect(await view.button('Cancel').isDisabled()).toBe(true);
  expect(await hosted.posted('cancel')).toHaveLength(1);
  expect(await hosted.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
  expect(hosted.problems).toEqual([]);
  await hosted.close();
});
