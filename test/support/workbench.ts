import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';

const root = join(import.meta.dirname, '../..');
const screenshots = join(root, 'test-results/screenshots');

/** What a test does in a VS Code window, in the words of its user. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('.activitybar').waitFor();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** Runs a command of the palette by its whole title. */
  async runCommand(title: string): Promise<void> {
    await this.quickOpen('F1', `>${title}`, title);
  }

  /** Opens a file of the workspace by its path. */
  async openFile(path: string): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    await this.quickOpen('Control+P', path, name);
    await this.page.getByRole('tab', { name }).first().waitFor();
  }

  /** Types into the palette and takes the row of that name. A window that has just opened may not know it yet: then again. */
  private async quickOpen(key: string, text: string, row: string): Promise<void> {
    const found = this.option(row).first();
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press(key);
      await this.page.locator('.quick-input-widget input').fill(text);
      try {
        await found.waitFor({ timeout: 2_000 });
        break;
      } catch (error) {
        if (attempt === 10) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
    await this.page.keyboard.press('Enter');
  }

  /** A row of the open quick pick. */
  option(name: string | RegExp): Locator {
    return this.page.locator('.quick-input-widget').getByRole('option', { name });
  }

  async openActivity(name: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  }

  treeItem(name: string | RegExp): Locator {
    return this.page.getByRole('treeitem', { name });
  }

  /** The code lenses in the open editor. */
  lens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration a').filter({ hasText: text });
  }

  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item-message').filter({ hasText: text });
  }

  /** The document inside the visible webview panel, which lies two frames deep. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Writes `test-results/screenshots/<name>.png`, and a copy into the folder that `REEF_SCREENSHOTS` names. */
  async screenshot(name: string, options: { forDocs?: boolean } = {}): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    const file = join(screenshots, `${name}.png`);
    await this.page.screenshot({ path: file });
    const docs = process.env['REEF_SCREENSHOTS'];
    if (options.forDocs === true && docs !== undefined) {
      await mkdir(join(root, docs), { recursive: true });
      await copyFile(file, join(root, docs, `${name}.png`));
    }
  }
}
