import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { curveCsv } from '../../../src/engine/report/csv.ts';
import { renderReportHtml } from '../../../src/engine/report/html.ts';
import type { SizingReport } from '../../../src/protocol/sizing.ts';
import { launchChromium } from '../../support/chromium.ts';
import { reportFixture } from '../../support/page-reports.ts';
import { SizingPageView } from '../../support/page-sizing.ts';

let browser: Browser;
let folder: string;
let page: Page | undefined;
const problems: string[] = [];
const requests: string[] = [];

beforeAll(async () => {
  [browser, folder] = await Promise.all([launchChromium(), mkdtemp(join(tmpdir(), 'reef-report-'))]);
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

afterEach(async () => {
  await page?.context().close();
  const [problem] = problems.splice(0);
  if (problem !== undefined) throw new Error(`The page logged: ${problem}`);
});

/** Opens the report as its reader does: a file on the disk, with no network. */
async function openFile(report: SizingReport, colorScheme: 'light' | 'dark' = 'light'): Promise<SizingPageView> {
  const file = join(folder, `${report.run_id}.html`);
  await writeFile(file, await renderReportHtml(report));
  const context = await browser.newContext({ offline: true, colorScheme, viewport: { width: 1200, height: 900 } });
  page = await context.newPage();
  requests.length = 0;
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(pathToFileURL(file).href);
  await page.getByRole('img').waitFor();
  return new SizingPageView(page);
}

describe('a report file', () => {
  it('opens from the disk, asks for nothing else, and works like the panel', async () => {
    const report = reportFixture('cpu-bound-predicted');
    const view = await openFile(report);
    expect(await view.headline.textContent()).toBe('Use 1769 MB');
    await view.goal('Cheapest').check();
    expect(await view.headline.textContent()).toBe('Use 448 MB');
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([view.page.url()]);
  });

  it('offers nothing that needs an editor', async () => {
    const view = await openFile(reportFixture('cpu-bound-predicted'));
    expect(await view.button(/template/).count()).toBe(0);
    expect(await view.button('Profile again').count()).toBe(0);
  });

  it('downloads the curve and the document', async () => {
    const report = reportFixture('waiting-predicted');
    const view = await openFile(report);
    const contents: Record<string, Buffer> = {};
    for (const format of ['CSV', 'JSON', 'PNG']) {
      const [download] = await Promise.all([view.page.waitForEvent('download'), view.button(`Export ${format}`).click()]);
      contents[download.suggestedFilename()] = await readFile(await download.path());
    }
    expect(contents['FetchRates-sizing.csv']?.toString()).toBe(curveCsv(report));
    expect(JSON.parse(contents['FetchRates-sizing.json']?.toString() ?? '')).toEqual(report);
    expect(contents['FetchRates-sizing.png']?.subarray(1, 4).toString()).toBe('PNG');
  });

  it('shows names that look like markup as text, and runs nothing of them', async () => {
    const report = reportFixture('hostile-names');
    const view = await openFile(report);
    expect(await view.page.locator('h1').textContent()).toBe(report.function.name);
    expect(await view.page.evaluate(() => '__pwned' in window)).toBe(false);
    expect(await view.page.locator('script').count()).toBe(2);
  });

  it('is dark where the system is', async () => {
    const view = await openFile(reportFixture('waiting-predicted'), 'dark');
    const background = await view.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(background).toBe('rgb(31, 31, 31)');
  });
});
