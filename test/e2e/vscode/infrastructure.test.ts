/** CDK programs and Terraform modules are sources as templates are: tree, lenses, hover, and the change of their own text. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reef } from '../../support/cli.ts';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

describe('a workspace of CDK programs and Terraform', () => {
  let code: VsCode;
  let workbench: Workbench;
  let recommendedMb: number;

  beforeAll(async () => {
    // In a browser VS Code saves by itself.
    code = await startVsCode({ workspace: 'infrastructure', settings: { 'files.autoSave': 'off' } });
    const { stdout } = await reef([
      'profile',
      'Checkout',
      '--objective',
      'cost',
      '--node',
      process.execPath,
      '--json',
      '--workspace',
      code.workspace,
    ]);
    recommendedMb = (JSON.parse(stdout) as { recommendation: { memory_mb: number } }).recommendation.memory_mb;
    workbench = await code.open();
    await workbench.openActivity('Reef');
  });
  afterAll(async () => code?.stop());
  screenshotOnFailure(() => workbench);

  test('has its functions in the tree, by the file that makes them', async () => {
    for (const group of ['orders/main.tf', 'reports/reports_stack.py', 'shop/lib/shop-stack.ts']) {
      expect(await workbench.shows(workbench.treeItem(new RegExp(`^${group}`)))).toBe(true);
    }
    for (const name of ['take', 'quote', 'Monthly', 'Checkout', 'Stock', 'Restock']) {
      expect(await workbench.shows(workbench.treeItem(new RegExp(`^${name}, `)))).toBe(true);
    }
  });

  test.each([
    ['main.tf', 2],
    ['reports_stack.py', 1],
    ['shop-stack.ts', 3],
  ])('has lenses in %s', async (file, functions) => {
    await workbench.openFile(file);
    expect(await workbench.shows(workbench.lens('Profile'))).toBe(true);
    await expect.poll(() => workbench.lens(/^Run$/).count(), { timeout: 20_000 }).toBe(functions);
    await workbench.screenshot(`infrastructure-${file}`);
  });

  test('gets the size where the program has it: in the constant that only this function names', async () => {
    const file = join(code.workspace, 'shop/lib/shop-stack.ts');
    const before = await readFile(file, 'utf8');
    await workbench.runCommand('Reef: Apply Recommended Memory Size');
    await workbench
      .option(/^Checkout/)
      .first()
      .click();
    const changed = workbench.page
      .locator('.editor.modified .view-line')
      .filter({ hasText: new RegExp(`const.checkoutMemory.=.${recommendedMb};`) });
    expect(await workbench.shows(changed)).toBe(true);
    await workbench.screenshot('infrastructure-preview');
    await workbench.page.getByRole('button', { name: 'Apply Change' }).first().click();
    await workbench.page.getByRole('tab', { name: /shop-stack\.ts: memory of Checkout/ }).waitFor({ state: 'detached' });
    await workbench.save();
    await expect
      .poll(() => readFile(file, 'utf8'), { timeout: 20_000 })
      .toBe(before.replace('checkoutMemory = 1024', `checkoutMemory = ${recommendedMb}`));
  });
});
