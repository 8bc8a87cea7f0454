/** Running single functions, cancelling, choosing a target, and what a failing function looks like. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

describe('running functions in VS Code', () => {
  let code: VsCode;
  let workbench: Workbench;

  beforeAll(async () => {
    code = await startVsCode({ workspace: 'examples' });
    workbench = await code.open();
    await workbench.openActivity('Reef');
    await workbench.shows(workbench.treeItem(/^Orders/));
  });
  afterAll(async () => code?.stop());
  screenshotOnFailure(() => workbench);

  test('Run in the tree asks for an event and says how long the call took', async () => {
    await workbench.treeItem(/^Orders/).hover();
    await workbench
      .treeItem(/^Orders/)
      .getByRole('button', { name: 'Run Function' })
      .click();
    await workbench.option(/basket/).click();
    expect(await workbench.shows(workbench.notification(/^Orders took .* ms/))).toBe(true);
    expect(await workbench.shows(workbench.treeItem(/^Orders, done, Run/))).toBe(true);
    await workbench.clearNotifications();
  });

  test('a profile shows its calls as they are made, can be cancelled there, and keeps what it measured', async () => {
    await workbench.openFile('report/app.py');
    await workbench
      .lens(/^Profile$/)
      .first()
      .click();
    const { frame } = workbench.sizing();
    const calls = frame.getByRole('table', { name: 'What was measured so far' }).locator('tbody tr');
    await calls.first().waitFor();
    expect(await frame.getByRole('heading', { level: 1 }).innerText()).toBe('Report');
    expect(await workbench.shows(workbench.treeItem(/^Report, under way/))).toBe(true);
    await workbench.screenshot('live');
    await frame.getByRole('button', { name: 'Cancel' }).click();
    expect(await workbench.shows(workbench.treeItem(/^Report, cancelled, Profile/))).toBe(true);
    // There is no report before it to go back to.
    await expect.poll(() => workbench.page.getByRole('tab', { name: 'Sizing: Report' }).count(), { timeout: 20_000 }).toBe(0);
  });

  test('a handler that throws is reported with its own words', async () => {
    const file = join(code.workspace, 'orders/app.mjs');
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replace(/(export (?:const handler|async function handler)[^{]*\{)/, "$1\n  throw new Error('out of stock');"),
    );
    await workbench.openFile('orders/app.mjs');
    await workbench.page.getByText("throw new Error('out of stock')").first().waitFor();
    await workbench.lens(/^Run$/).first().click();
    await workbench.option(/basket/).click();
    expect(await workbench.shows(workbench.notification(/^Orders failed: Error: out of stock/))).toBe(true);
    await workbench.clearNotifications();
  });

  test('a broken template says where it is broken', async () => {
    const template = join(code.workspace, 'template.yaml');
    await writeFile(template, (await readFile(template, 'utf8')).replace('Resources:', 'Resources: ['));
    await workbench.runCommand('View: Focus Problems');
    expect(
      await workbench.shows(workbench.page.locator('.markers-panel').getByRole('treeitem', { name: /template\.yaml/ })),
    ).toBe(true);
  });

  test('the target is chosen in the status bar', async () => {
    await workbench.statusItem('Reef: process').click();
    expect(await workbench.shows(workbench.option(/Recorded curves: choose a CSV file/))).toBe(true);
    await workbench.page.keyboard.press('Escape');
  });
});
