import type { Locator, Page } from 'playwright-core';

/** What a test does on the sizing page, in the words of its reader. */
export class SizingPageView {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get headline(): Locator {
    return this.page.locator('#headline');
  }

  get announcement(): Locator {
    return this.page.locator('#announcement');
  }

  goal(name: 'Cheapest' | 'Balanced' | 'Fastest within tolerance'): Locator {
    return this.page.getByRole('radio', { name });
  }

  get tolerance(): Locator {
    return this.page.getByRole('slider', { name: 'Cost tolerance' });
  }

  get pareto(): Locator {
    return this.page.getByRole('slider', { name: 'Trade cost for speed' });
  }

  /** The button of the chart's legend that shows and hides a series. */
  legend(name: string): Locator {
    return this.page.locator('.legend').getByRole('button', { name, exact: true });
  }

  get durationLimit(): Locator {
    return this.page.getByRole('spinbutton', { name: 'Duration limit', exact: true });
  }

  get chart(): Locator {
    return this.page.locator('canvas[role=img]');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  async showAllSizes(): Promise<void> {
    await this.button(/^Show all/).click();
  }

  /** The cells of each row of the table. */
  async rows(): Promise<string[][]> {
    const rows = await this.page.getByRole('table', { name: 'Duration and cost by memory size' }).locator('tbody tr').all();
    return Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  }

  /** Memory, duration and cost at each point of the drawn curve, as the chart speaks them under the arrow keys. */
  async walkChart(): Promise<string[]> {
    await this.chart.focus();
    const spoken: string[] = [];
    for (let key = 'Home'; ; key = 'ArrowRight') {
      await this.page.keyboard.press(key);
      const text = (await this.announcement.textContent()) ?? '';
      if (text === spoken.at(-1)) return spoken;
      spoken.push(text);
    }
  }

  /** What is drawn, to see that it changed. */
  async picture(): Promise<string> {
    return this.chart.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  }
}
