import type { FrameLocator, Locator } from 'playwright-core';

/** The page *Sizing* as its reader finds it: by roles and names. */
export class SizingView {
  readonly frame: FrameLocator;

  constructor(frame: FrameLocator) {
    this.frame = frame;
  }

  /** Waits for the report of a function: a profile takes its time. */
  async shown(functionName: string): Promise<void> {
    await this.frame.getByRole('heading', { level: 1, name: functionName }).waitFor({ timeout: 90_000 });
    // While the study is under way the page has its name already.
    await this.table.waitFor({ timeout: 90_000 });
  }

  get chart(): Locator {
    return this.frame.locator('canvas[role="img"]');
  }

  get table(): Locator {
    return this.frame.getByRole('table', { name: 'Duration and cost by memory size' });
  }

  get tolerance(): Locator {
    return this.frame.getByRole('slider', { name: 'Cost tolerance' });
  }

  async choose(objective: 'Cheapest' | 'Balanced' | 'Fastest within tolerance'): Promise<void> {
    await this.frame.getByRole('radio', { name: objective }).check();
  }

  isChosen(objective: 'Cheapest' | 'Balanced' | 'Fastest within tolerance'): Promise<boolean> {
    return this.frame.getByRole('radio', { name: objective }).isChecked();
  }

  /** The rows of the table, as shown. */
  async rows(): Promise<{ memoryMb: number; durationMs: number; cells: string[]; notes: string }[]> {
    const rows = await this.table.locator('tbody tr').all();
    return Promise.all(rows.map(async (row) => readRow(await row.locator('th, td').allInnerTexts())));
  }

  /** Recommended size as the headline says it, MB. */
  async recommendedMb(): Promise<number> {
    return Number.parseInt((await this.frame.locator('#headline').innerText()).replace(/^\D+/, ''), 10);
  }

  overflowsSideways(): Promise<boolean> {
    return this.frame.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth);
  }
}

function readRow(cells: string[]): { memoryMb: number; durationMs: number; cells: string[]; notes: string } {
  const [memory = '', duration = ''] = cells;
  const value = Number.parseFloat(duration);
  return {
    memoryMb: Number.parseInt(memory, 10),
    durationMs: duration.endsWith(' ms') ? value : value * 1000,
    cells,
    notes: cells.at(-1) ?? '',
  };
}
