import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

describe('a workspace without functions', () => {
  let code: VsCode;
  let workbench: Workbench;

  beforeAll(async () => {
    code = await startVsCode({ workspace: 'empty' });
    workbench = await code.open();
  });
  afterAll(async () => code?.stop());
  screenshotOnFailure(() => workbench);

  test('the views say what Reef looks for and what to do', async () => {
    await workbench.openActivity('Reef');
    expect(await workbench.shows(workbench.page.getByText('No function was found in this workspace.'))).toBe(true);
    expect(await workbench.shows(workbench.page.getByRole('button', { name: 'Look Again' }))).toBe(true);
    expect(await workbench.shows(workbench.page.getByText(/^Nothing was run yet\./))).toBe(true);
    await workbench.screenshot('welcome');
  });

  test('the walkthrough leads from finding a function to applying a size', async () => {
    await workbench.page.getByRole('button', { name: 'Open Walkthrough' }).click();
    expect(await workbench.shows(workbench.page.getByText('Get Started with Reef', { exact: true }))).toBe(true);
    for (const step of ['Find your functions', 'Run a function', 'Profile it', 'Apply what is right']) {
      expect(await workbench.shows(workbench.page.locator('.getting-started-step').filter({ hasText: step }))).toBe(true);
    }
    await workbench.screenshot('walkthrough');
  });
});
