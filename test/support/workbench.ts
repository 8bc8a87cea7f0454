import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { SizingView } from './sizing-page.ts';

const root = join(import.meta.dirname, '../..');
const screenshots = join(root, 'test-results/screenshots');

function startsWith(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
}

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

  /** Reloads the window by its command, so that VS Code keeps its state as it does for a user. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
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
    await this.page.getByRole('tab', { name, selected: true }).first().waitFor();
  }

  /** Types into the palette and takes the row of that name. A window that has just opened may not know it yet: then again. */
  private async quickOpen(key: string, text: string, row: string): Promise<void> {
    const found = this.option(startsWith(row)).first();
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
    await found.click();
  }

  /** Types into the input box that is open, or about to be. */
  async enter(title: string, text: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget').filter({ hasText: title });
    await widget.waitFor();
    await widget.locator('input').last().fill(text);
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

  /** Opens or closes a view of the side bar. */
  async toggleView(name: string): Promise<void> {
    await this.page
      .getByRole('button', { name: `${name} Section` })
      .first()
      .click();
    // A tooltip under the pointer would be in the way of what is clicked next.
    await this.page.mouse.move(0, 0);
  }

  /** Waits for something to be there; for a test whose point is that it is. */
  async shows(locator: Locator): Promise<boolean> {
    await locator.first().waitFor();
    return true;
  }

  treeItem(name: string | RegExp): Locator {
    return this.page.getByRole('treeitem', { name });
  }

  /** Clicks a row of the side bar once none of them moves any more: a click on one that moves meets another. */
  async clickRow(name: RegExp): Promise<void> {
    const row = this.treeItem(name).first();
    await row.waitFor();
    await this.rowsAtRest();
    await row.click();
  }

  /** Takes an item of the context menu of a row. Rows that are drawn anew meanwhile take a menu with them: then again. */
  async chooseInMenu(row: Locator, name: string, opened: Locator): Promise<void> {
    const item = this.page.getByRole('menuitem', { name });
    for (let attempt = 1; ; attempt++) {
      await this.rowsAtRest();
      try {
        await row.click({ button: 'right', timeout: 5_000 });
        await item.hover({ timeout: 5_000 });
        await this.page.keyboard.press('Enter');
        await opened.waitFor({ timeout: 5_000 });
        return;
      } catch (error) {
        if (attempt === 5) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Waits until the rows of the side bar stay as they are for a while. */
  private async rowsAtRest(): Promise<void> {
    const rows = (): Promise<string> =>
      this.page.getByRole('treeitem').evaluateAll((all) => all.map((row) => row.getAttribute('aria-label')).join('\n'));
    for (let before = '', now = await rows(); before !== now; now = await rows()) {
      before = now;
      await this.page.waitForTimeout(600);
    }
  }

  /** The code lenses in sight in the open editor. */
  lens(text: string | RegExp): Locator {
    return this.page.locator('.codelens-decoration a').filter({ hasText: text, visible: true });
  }

  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item-message').filter({ hasText: text });
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /** The visible sizing page; a webview's document lies two frames deep. */
  sizing(): SizingView {
    return new SizingView(this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame'));
  }

  /** Puts the cursor into the open editor; the line is counted from one, the character from zero. */
  async goToLine(line: number, character = 0): Promise<void> {
    const there = this.statusItem(`Ln ${line}, Col ${character + 1}`);
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('Control+G');
      await this.page.locator('.quick-input-widget input').fill(`:${line}:${character + 1}`);
      await this.page.keyboard.press('Enter');
      try {
        await there.waitFor({ timeout: 2_000 });
        return;
      } catch (error) {
        if (attempt === 10) throw error;
      }
    }
  }

  /** Takes a quick fix at the cursor; it may be offered a moment after the cursor came there. */
  async quickFix(title: RegExp): Promise<void> {
    const fix = this.page.locator('.action-widget').getByRole('option', { name: title }).first();
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('Control+.');
      try {
        await fix.waitFor({ timeout: 3_000 });
        break;
      } catch (error) {
        if (attempt === 5) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
    await fix.click();
  }

  /** Chooses a colour theme as a user does; `kind` is the class that the workbench has under it. */
  async setTheme(name: string, kind: 'vs' | 'vs-dark' | 'hc-black' | 'hc-light'): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.page.locator('.quick-input-widget input').fill(name);
    await this.option(startsWith(name)).first().click();
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
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
