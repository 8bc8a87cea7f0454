import type { FrameLocator, Locator } from 'playwright-core';

/** The page *Sizing* as its reader finds it: by roles and names. */
export class SizingView {
  readonly frame: FrameLocator;

  constructor(frame: FrameLocator) {
    this.frame = frame;
  }

  get headline(): Locator {
    return this.frame.locator('#headline');
  }

  get chart(): Locator {
    return this.frame.getByRole('img').and(this.frame.locator('canvas'));
  }

  get table(): Locator {
    return this.frame.getByRole('table', { name: 'Duration and cost by memory size' });
  }

  get tolerance(): Locator {
    return this.frame.getByRole('slider', { name: 'Cost tolerance' });
  }

  goal(name: 'Cheapest' | 'Balanced' | 'Fastest within tolerance'): Locator {
    return this.frame.getByRole('radio', { name });
  }

  /** Cells of the table by row, all sizes or the telling ones, as shown. */
  async rows(): Promise<string[][]> {
    const rows = await this.table.locator('tbody tr').all();
    return Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
  }

  /** Recommended size as the headline says it, MB. */
  async recommendedMb(): Promise<number> {
    const match = /([\d,]+) MB/.exec(await this.headline.innerText());
    if (match?.[1] === undefined) throw new Error('The headline names no size');
    return Number(match[1].replaceAll(',', ''));
  }
}
