/** A recommendation goes where the setting lives: the template, through VS Code's preview; the deployed function; an alias. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useAws } from '../../component/aws/support.ts';
import { publishBehind, shapeOf } from '../../component/aws/live/support.ts';
import { reef } from '../../support/cli.ts';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

const aws = useAws();
const speed = (memoryMb: number): number => 30 + 200 / Math.min(1, memoryMb / 1769);

describe('applying a recommendation in VS Code', () => {
  let code: VsCode;
  let workbench: Workbench;
  let recommendedMb: number;

  beforeAll(async () => {
    await aws.deployed('Orders', { durationMs: speed, usedMb: 70 }, { MemorySize: 1769 });
    await publishBehind(aws, 'Orders', 'live');
    // In a browser VS Code saves by itself.
    code = await startVsCode({ workspace: 'examples', settings: { 'files.autoSave': 'off' } });
    await mkdir(join(code.workspace, '.vscode'));
    await writeFile(join(code.workspace, '.vscode/settings.json'), JSON.stringify({ 'reef.aws.endpoint': aws.url }));
    const { stdout } = await reef(
      ['profile', 'Orders', '--target', 'aws', '--yes', '--json', '--objective', 'cost', '--workspace', code.workspace],
      {
        env: { ...process.env, AWS_ENDPOINT_URL: aws.url },
      },
    );
    recommendedMb = (JSON.parse(stdout) as { recommendation: { memory_mb: number } }).recommendation.memory_mb;
    workbench = await code.open();
    await workbench.openActivity('Reef');
    await workbench.shows(workbench.treeItem(new RegExp(`^Orders, .* → ${recommendedMb} MB`)));
  });
  afterAll(async () => code?.stop());
  screenshotOnFailure(() => workbench);

  const templateText = (): Promise<string> => readFile(join(code.workspace, 'template.yaml'), 'utf8');

  /** The modal dialog in sight. */
  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const toast = (name: string) => workbench.page.locator('.notifications-toasts').getByRole('button', { name, exact: true });

  /** The line of the new size in the right half of the diff editor; VS Code writes spaces that do not break. */
  const newLine = () =>
    workbench.page.locator('.editor.modified .view-line').filter({ hasText: new RegExp(`MemorySize:.${recommendedMb}.#`) });

  const diffTab = () => workbench.page.getByRole('tab', { name: /template\.yaml: memory of Orders/ });

  async function choose(option: RegExp): Promise<void> {
    await workbench.clearNotifications();
    await workbench.runCommand('Reef: Apply Recommended Memory Size');
    await workbench
      .option(/^Orders/)
      .first()
      .click();
    await workbench.option(option).first().click();
  }

  async function agree(): Promise<string> {
    await dialog().waitFor();
    const text = await dialog().innerText();
    await dialog().getByRole('button', { name: 'Make This Change' }).click();
    return text;
  }

  test('the places are offered: the template first, then what is deployed', async () => {
    await workbench.runCommand('Reef: Apply Recommended Memory Size');
    await workbench
      .option(/^Orders/)
      .first()
      .click();
    expect(await workbench.shows(workbench.option(new RegExp(`Deployed function.*1769 MB → ${recommendedMb} MB`)))).toBe(true);
    expect(await workbench.shows(workbench.option(/Alias live: shift to a new version….*version 1 \(1769 MB\)/))).toBe(true);
    expect(
      await workbench
        .option(/template\.yaml/)
        .first()
        .getAttribute('aria-label'),
    ).toContain(`1769 MB → ${recommendedMb} MB`);
    await workbench.screenshot('apply-places');
    await workbench.page.keyboard.press('Escape');
  });

  test('the change of the template is shown first, and nothing happens when it is discarded', async () => {
    const before = await templateText();
    await choose(/template\.yaml/);
    expect(await workbench.shows(newLine())).toBe(true);
    await workbench.screenshot('apply-preview');
    await toast('Discard').click();
    await diffTab().waitFor({ state: 'detached' });
    expect(await templateText()).toBe(before);
  });

  test('an accepted change is in the editor, unsaved, and is undone in one step', async () => {
    const before = await templateText();
    await choose(/template\.yaml/);
    await workbench.page.getByRole('button', { name: 'Apply Change' }).first().click();
    await diffTab().waitFor({ state: 'detached' });
    await workbench.page.getByRole('tab', { name: /^template\.yaml/, selected: true }).waitFor();
    await workbench.shows(workbench.statusItem('Ln 40, Col 19'));
    expect(await templateText()).toBe(before);
    await workbench.save();
    await expect
      .poll(templateText, { timeout: 20_000 })
      .toBe(before.replace('MemorySize: 1769 #', `MemorySize: ${recommendedMb} #`));
    await workbench.page.keyboard.press('Control+Z');
    await workbench.save();
    await expect.poll(templateText, { timeout: 20_000 }).toBe(before);
  });

  test('the deployed function is changed after the plan was agreed to, and set back', async () => {
    const before = await shapeOf(aws, 'Orders');
    await choose(/Deployed function[^:]*1769 MB/);
    await dialog().waitFor();
    await workbench.screenshot('apply-plan');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    expect(await shapeOf(aws, 'Orders')).toEqual(before);

    await choose(/Deployed function[^:]*1769 MB/);
    const plan = await agree();
    expect(plan).toContain('Change Orders on aws?');
    expect(plan).toContain(`memory: 1769 MB → ${recommendedMb} MB`);
    expect(plan).toContain('Callers of live keep their version with its own size.');
    expect(plan).toContain('template.yaml states 1769 MB, and its next deployment may set that again');
    expect(await workbench.shows(workbench.notification(`Orders on aws: memory: 1769 MB → ${recommendedMb} MB`))).toBe(true);
    expect((await shapeOf(aws, 'Orders')).memoryMb).toBe(recommendedMb);
    await workbench.screenshot('apply-live-done');
    await toast('Undo').click();
    await agree();
    await expect.poll(() => shapeOf(aws, 'Orders'), { timeout: 20_000 }).toEqual(before);
    expect(await templateText()).toContain('MemorySize: 1769 #');
  });

  test('an alias is shifted to a new version, and rolled back', async () => {
    const before = await shapeOf(aws, 'Orders');
    await choose(/Alias live: shift to a new version/);
    await workbench.option('25 %').click();
    expect(await agree()).toContain('about 25 of 100 calls go to the new version');
    await expect
      .poll(() => shapeOf(aws, 'Orders'), { timeout: 20_000 })
      .toMatchObject({ aliases: ['live: 1, 2 0.25'], memoryMb: 1769 });
    await toast('Finish').waitFor();
    await choose(/Alias live: roll back/);
    await agree();
    await expect.poll(() => shapeOf(aws, 'Orders'), { timeout: 20_000 }).toEqual(before);
  });

  test('everything can be read in the dark and in high contrast', async () => {
    await workbench.setTheme('Dark Modern', 'vs-dark');
    await choose(/template\.yaml/);
    await workbench.shows(newLine());
    await workbench.screenshot('apply-preview-dark');
    await toast('Discard').click();
    await diffTab().waitFor({ state: 'detached' });
    await workbench.setTheme('Dark High Contrast', 'hc-black');
    await choose(/Deployed function[^:]*1769 MB/);
    expect(await workbench.shows(dialog())).toBe(true);
    await workbench.screenshot('apply-plan-high-contrast');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
  });
});
