import type { Locator, Page } from 'playwright-core';

/** What a test does on the page of memory over time, in the words of its reader. */
export class MemoryPageView {
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

  get warning(): Locator {
    return this.page.locator('#probe-warning');
  }

  get chart(): Locator {
    return this.page.locator('canvas[role=img]');
  }

  get provider(): Locator {
    return this.page.getByRole('combobox', { name: 'Provider' });
  }

  get run(): Locator {
    return this.page.getByRole('combobox', { name: 'Run' });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** The cells of each row of a table. */
  async rows(name: string): Promise<string[][]> {
    const rows = await this.page.getByRole('table', { name }).locator('tbody tr').all();
    return Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
  }

  /** Presses a key on the chart; what it says of the part in sight. */
  async press(key: string): Promise<string> {
    await this.chart.focus();
    await this.page.keyboard.press(key);
    return (await this.announcement.textContent()) ?? '';
  }

  /** What is drawn, to see that it changed. */
  async picture(): Promise<string> {
    return this.chart.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  }
}
