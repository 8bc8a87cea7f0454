/** All functions of a workspace at once, ranked by what they save, and two runs of one of them side by side. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

describe('many functions in VS Code', () => {
  let code: VsCode;
  let workbench: Workbench;

  beforeAll(async () => {
    const settings = { 'reef.callsPerMonth': { Orders: 50_000_000, '*': 1_000_000 }, 'reef.maxInvocations': 8 };
    code = await startVsCode({ workspace: 'examples', settings });
    // A TypeScript handler needs this Node; the one of the machine may be older. A remote window takes programs from the workspace.
    await mkdir(join(code.workspace, '.vscode'));
    await writeFile(join(code.workspace, '.vscode/settings.json'), JSON.stringify({ 'reef.node.path': process.execPath }));
    workbench = await code.open();
    await workbench.openActivity('Reef');
    await workbench.shows(workbench.treeItem(/^Orders/));
  });
  afterAll(async () => code?.stop());
  screenshotOnFailure(() => workbench);

  test('Profile All Functions measures each and says how many', async () => {
    await workbench.runCommand('Reef: Profile All Functions');
    const told = workbench.notification(/functions are profiled\./);
    await told.waitFor({ timeout: 100_000 });
    expect(await told.innerText()).toBe('7 functions are profiled.');
    await workbench.page.getByRole('button', { name: 'Show Savings' }).click();
  });

  test('the view Savings ranks them by money, with the calls that the settings give', async () => {
    const orders = workbench.treeItem(/^Orders, \$[\d,.]+ a month, \d+ % sure · 1769 → \d+ MB/);
    expect(await workbench.shows(orders)).toBe(true);
    expect(await workbench.treeItem(/^Not profiled yet/).count()).toBe(0);
    // Whatever a busy machine made of its figures, each function has a row here; the view is not high enough for all of them.
    const rows = workbench.page.getByRole('treeitem', { name: / \d+ → \d+ MB$|, \d+ MB is right$/ });
    const shown = (): Promise<(string | undefined)[]> =>
      rows.evaluateAll((found) => found.map((row) => row.getAttribute('aria-label')?.split(',')[0]));
    const first = await shown();
    await workbench.page.getByRole('tree', { name: 'Savings' }).focus();
    await workbench.page.keyboard.press('End');
    await expect.poll(async () => new Set([...first, ...(await shown())]).size, { timeout: 20_000 }).toBe(7);
    await workbench.page.keyboard.press('Home');
    expect(first[0]).toBe('Orders');
    await workbench.screenshot('savings-all');
  });

  test('a row opens its report, which is compared with another run', async () => {
    await workbench.treeItem(/^Orders, \$/).click();
    const sizing = workbench.sizing();
    await sizing.shown('Orders');
    await sizing.frame.getByRole('button', { name: 'Profile again' }).click();
    await sizing.frame.getByRole('table', { name: 'What was measured so far' }).waitFor();
    await sizing.shown('Orders');
    await sizing.frame.getByRole('button', { name: 'Compare…' }).click();
    await workbench
      .option(/process/)
      .first()
      .click();
    const comparison = sizing.frame.getByRole('table', { name: 'This run and the other' });
    expect(await workbench.shows(comparison.getByRole('row', { name: /^Recommended/ }))).toBe(true);
    await comparison.scrollIntoViewIfNeeded();
    await workbench.screenshot('comparison');
    await workbench.reload();
    await comparison.getByRole('row', { name: /^Target process process/ }).waitFor();
  });
});
