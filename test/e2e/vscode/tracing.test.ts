/** Memory of a function over time: traced from its lens, shown live and then as a report, and opened again from the view Runs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

describe.skipIf(process.platform !== 'linux')('tracing memory in VS Code', () => {
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

  test('Trace above a handler asks for an event, and shows the curves of its memory', async () => {
    await workbench.openFile('orders/app.mjs');
    await workbench
      .lens(/^Trace$/)
      .first()
      .click();
    await workbench.option(/basket/).click();
    const { frame } = workbench.sizing();
    await frame.locator('#headline').waitFor();
    expect(await frame.getByRole('heading', { level: 1 }).innerText()).toBe('Orders');
    expect(await frame.locator('#headline').innerText()).toMatch(/^Peak \d+ MB$/);
    // All readings follow the outline.
    const chart = frame.locator('canvas[role=img]');
    await expect
      .poll(() => chart.getAttribute('aria-label'), { timeout: 20_000 })
      .toMatch(/^Memory of run 1 over .* up to \d+ MB/);
    await expect.poll(() => frame.locator('.chart-note').innerText(), { timeout: 20_000 }).toMatch(/^Drag to move/);
    await workbench.screenshot('memory-page');
  });

  test('the trace stands in the view Runs, and opens again from there', async () => {
    await workbench.page.getByRole('tab', { name: 'Memory: Orders' }).getByRole('button', { name: /Close/ }).click();
    await workbench.treeItem(/^Orders, done, Trace/).click();
    const { frame } = workbench.sizing();
    await frame.locator('#headline').waitFor();
    expect(await frame.locator('#headline').innerText()).toMatch(/^Peak \d+ MB$/);
  });

  test('the page comes back after a reload of the window', async () => {
    await workbench.reload();
    const { frame } = workbench.sizing();
    await frame.locator('#headline').waitFor();
    expect(await frame.getByRole('heading', { level: 1 }).innerText()).toBe('Orders');
  });
});
