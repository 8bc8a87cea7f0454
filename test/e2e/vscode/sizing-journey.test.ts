/** The main job in VS Code, as one sitting: find the functions, profile one, read the report, write the size into the template. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import type { SizingView } from '../../support/sizing-page.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

const template = 'template.yaml';
const functionName = 'Thumbnail';

describe('sizing a function in VS Code', () => {
  let code: VsCode;
  let workbench: Workbench;
  let sizing: SizingView;

  beforeAll(async () => {
    code = await startVsCode({ workspace: 'examples' });
    workbench = await code.open();
  });
  afterAll(async () => code?.stop());
  screenshotOnFailure(() => workbench);

  const templateText = (): Promise<string> => readFile(join(code.workspace, template), 'utf8');

  test('the tree lists the functions of each template', async () => {
    await workbench.openActivity('Reef');
    await workbench.treeItem(new RegExp(template)).first().waitFor();
    await workbench
      .treeItem(new RegExp(`^${functionName}`))
      .first()
      .waitFor();
  });

  test('the status bar says on which target functions run', async () => {
    await workbench.statusItem('process').waitFor();
  });

  test('lenses stand at the handler and at the function in the template', async () => {
    await workbench.openFile(template);
    await workbench.lens(/^Run/).first().waitFor();
    await workbench
      .lens(/^Profile/)
      .first()
      .waitFor();
  });

  test('Profile from the lens measures, and the chart appears with its figures', async () => {
    await workbench
      .lens(/^Profile/)
      .first()
      .click();
    sizing = workbench.sizing();
    await sizing.headline.waitFor({ timeout: 90_000 });
    expect(await sizing.chart.getAttribute('aria-label')).toMatch(/\d/);
    const rows = await sizing.rows();
    expect(rows.length).toBeGreaterThan(2);
    await workbench.screenshot('sizing', { forDocs: true });
  });

  test('moving the cost tolerance changes the recommendation', async () => {
    await sizing.goal('Cheapest').check({ force: true });
    const cheapest = await sizing.recommendedMb();
    await sizing.tolerance.fill('100');
    expect(await sizing.recommendedMb()).toBeGreaterThan(cheapest);
  });

  test('the run stands in the view Runs', async () => {
    await workbench
      .treeItem(new RegExp(`^${functionName}, done, Profile`))
      .first()
      .waitFor();
  });

  test('the report survives a reload of the window', async () => {
    const before = await sizing.rows();
    await workbench.reload();
    await sizing.headline.waitFor();
    expect(await sizing.rows()).toEqual(before);
  });

  test('the quick fix writes the recommended size into the template, and nothing else', async () => {
    const before = await templateText();
    await workbench.openFile(template);
    await workbench.goToLine(before.split('\n').findIndex((line) => line.includes('MemorySize')) + 1);
    await workbench.quickFix(/^Set MemorySize to \d+ MB/);
    await workbench.save();
    await expect.poll(templateText).not.toBe(before);
  });
});
