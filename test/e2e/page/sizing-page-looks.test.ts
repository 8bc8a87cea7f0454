import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { PageHost } from '../../support/page-host.ts';
import { reportFixture } from '../../support/page-reports.ts';
import { SizingPageView } from '../../support/page-sizing.ts';
import { type PageTheme, pageThemes } from '../../support/page-themes.ts';

const screenshots = join(import.meta.dirname, '../../../test-results/screenshots');
mkdirSync(screenshots, { recursive: true });

const themeNames = ['light', 'dark', 'high-contrast'] as const;
const report = reportFixture('cpu-bound-predicted');
let browser: Browser;
let host: PageHost;

beforeAll(async () => {
  [browser, host] = await Promise.all([launchChromium(), PageHost.start()]);
});

afterAll(async () => {
  await browser.close();
  await host[Symbol.asyncDispose]();
});

declare function setFakeTheme(theme: PageTheme): void;

async function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page
    .locator(selector)
    .first()
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
}

describe('the sizing page', () => {
  it.each(themeNames)('is drawn in the colours of the %s theme, wide and narrow', async (name) => {
    for (const width of [1200, 400]) {
      const hosted = await host.open(browser, pageThemes[name], { width, height: 900 });
      await hosted.send({ type: 'report', report, stale: false });
      await hosted.page.screenshot({ path: join(screenshots, `page-${name}-${width}.png`), fullPage: true });
      expect(hosted.problems).toEqual([]);
      await hosted.close();
    }
  });

  it('redraws the chart when the theme changes under it', async () => {
    const hosted = await host.open(browser, pageThemes.light);
    await hosted.send({ type: 'report', report, stale: false });
    const view = new SizingPageView(hosted.page);
    const light = await view.picture();
    await hosted.page.evaluate((theme) => setFakeTheme(theme), pageThemes['high-contrast']);
    await hosted.page.waitForFunction((before) => document.querySelector('canvas')?.toDataURL() !== before, light);
    expect(await styleOf(hosted.page, 'body', 'background-color')).toBe('rgb(0, 0, 0)');
    expect(await styleOf(hosted.page, '.summary', 'border-top-color')).toBe('rgb(111, 195, 223)');
    await hosted.page.evaluate((theme) => setFakeTheme(theme), pageThemes.light);
    await hosted.page.waitForFunction((before) => document.querySelector('canvas')?.toDataURL() === before, light);
    await hosted.close();
  });

  it.each([320, 400, 800, 1600])('fits a panel of %i px', async (width) => {
    const hosted = await host.open(browser, pageThemes.light, { width, height: 700 });
    await hosted.send({ type: 'report', report, stale: false });
    const view = new SizingPageView(hosted.page);
    expect(await hosted.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect((await view.chart.boundingBox())?.width).toBeGreaterThan(Math.min(width, 1100) * 0.8);
    await hosted.close();
  });

  it('is walked with the Tab key in reading order, each stop visibly focused', async () => {
    const hosted = await host.open(browser, pageThemes.light);
    await hosted.send({ type: 'report', report, stale: false });
    const stops: string[] = [];
    for (let presses = 0; presses < 18; presses++) {
      await hosted.page.keyboard.press('Tab');
      const stop = await hosted.page.evaluate(() => {
        const element = document.activeElement;
        if (element === null) return '';
        const shown = element.matches('.segment input') ? (element.parentElement ?? element) : element;
        const visible = getComputedStyle(shown).outlineStyle !== 'none' ? '' : ' (unseen)';
        const series = element instanceof HTMLElement ? element.dataset['series'] : undefined;
        return `${series ?? element.ariaLabel ?? element.id ?? ''}${visible}`;
      });
      stops.push(stop);
    }
    expect(stops.map((stop) => stop.replace(/^Duration and cost.*table below holds the same figures\.$/, 'chart'))).toEqual([
      'apply',
      'profile-again',
      'compare',
      'Export PNG',
      'Export CSV',
      'Export JSON',
      'Export Power Tuning',
      'Copy Markdown',
      'Copy Power Tuning link',
      'goal-fastest',
      'tolerance',
      'max-duration',
      'chart',
      'band',
      'cost',
      'warm made ',
      'cold made ',
      'Figures',
    ]);
    await hosted.close();
  });

  it('keeps cost and duration apart without colour: the cost line is dashed', async () => {
    const hosted = await host.open(browser, pageThemes['high-contrast']);
    await hosted.send({ type: 'report', report, stale: false });
    // Along the cost line's level stretch, a dashed line is interrupted many times.
    const runs = await hosted.page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const context = canvas.getContext('2d');
      if (context === null) return 0;
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
      const isYellow = (x: number): boolean => {
        for (let y = 0; y < height * 0.8; y++) {
          const at = (y * width + x) * 4;
          const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
          if (red > 200 && green > 160 && blue < 150) return true;
        }
        return false;
      };
      let changes = 0;
      for (let x = Math.round(width * 0.2); x < width * 0.5; x++) if (isYellow(x) !== isYellow(x + 1)) changes += 1;
      return changes;
    });
    expect(runs).toBeGreaterThan(20);
    await hosted.close();
  });
});
