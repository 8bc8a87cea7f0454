/** The main job in VS Code, as one sitting: find the functions, profile, read the report, write the size into the template. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import type { SizingView } from '../../support/sizing-page.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

const template = 'template.yaml';

describe('sizing a function in VS Code', () => {
  let code: VsCode;
  let workbench: Workbench;
  let sizing: SizingView;
  let ordersMb: number;

  beforeAll(async () => {
    code = await startVsCode({ workspace: 'examples', settings: { 'reef.callsPerMonth': { '*': 1_000_000 } } });
    workbench = await code.open();
    sizing = workbench.sizing();
  });
  afterAll(async () => code?.stop());
  screenshotOnFailure(() => workbench);

  const templateText = (): Promise<string> => readFile(join(code.workspace, template), 'utf8');

  test('the tree lists the functions of each template with what they state', async () => {
    await workbench.openActivity('Reef');
    expect(await workbench.shows(workbench.treeItem('template.yaml, 4 functions'))).toBe(true);
    expect(await workbench.shows(workbench.treeItem('Orders, 1769 MB · nodejs22.x'))).toBe(true);
    expect(await workbench.shows(workbench.treeItem('PageRank, 256 MB · python3.12'))).toBe(true);
    expect(await workbench.shows(workbench.treeItem('archive, 2048 MB · nodejs22.x'))).toBe(true);
  });

  test('the status bar names the target', async () => {
    expect(await workbench.shows(workbench.statusItem('Reef: process'))).toBe(true);
  });

  test('lenses stand at a handler and at a function of a template', async () => {
    await workbench.openFile('orders/app.mjs');
    expect(await workbench.shows(workbench.lens(/^Run$/))).toBe(true);
    expect(await workbench.shows(workbench.lens(/^Profile$/))).toBe(true);
    await workbench.openFile(template);
    expect(await workbench.shows(workbench.lens(/^Run$/))).toBe(true);
    expect(await workbench.shows(workbench.lens(/^Profile$/))).toBe(true);
  });

  test('Profile from the lens measures, and the chart appears with its figures', async () => {
    await workbench
      .lens(/^Profile$/)
      .first()
      .click();
    await sizing.shown('Thumbnail');
    expect(await sizing.chart.getAttribute('aria-label')).toMatch(/Thumbnail.*\d+ MB/s);
    expect(await sizing.frame.getByText('Predicted from full-speed runs on this machine').isVisible()).toBe(true);

    const rows = await sizing.rows();
    const durations = rows.map(({ durationMs }) => durationMs);
    // Decoding a picture computes: every size below a whole CPU is slower than the next, and dear memory stops to help above.
    expect(durations.length).toBeGreaterThan(4);
    expect(durations).toEqual(durations.toSorted((a, b) => b - a));
    expect(Math.max(...durations)).toBeGreaterThan(4 * Math.min(...durations));
    expect(rows.filter(({ notes }) => notes.includes('recommended')).map(({ memoryMb }) => memoryMb)).toEqual([
      await sizing.recommendedMb(),
    ]);
    expect(rows.filter(({ notes }) => notes.includes('current')).map(({ memoryMb }) => memoryMb)).toEqual([512]);
  });

  test('the lens, the tree and the view Runs show what was measured', async () => {
    const size = await sizing.recommendedMb();
    expect(await workbench.shows(workbench.treeItem(new RegExp(`^Thumbnail, 512 MB · .* → ${size} MB`)))).toBe(true);
    expect(await workbench.shows(workbench.treeItem(/^Thumbnail, done, Profile/))).toBe(true);
    // High enough for the whole chart.
    await workbench.page.setViewportSize({ width: 1280, height: 1080 });
    await workbench.screenshot('sizing', { forDocs: true });
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
  });

  test('a function that waits is profiled from its handler, and needs less than it has', async () => {
    await workbench.openFile('orders/app.mjs');
    await workbench
      .lens(/^Profile$/)
      .first()
      .click();
    await sizing.shown('Orders');
    ordersMb = await sizing.recommendedMb();
    expect(ordersMb).toBeLessThan(1769);
  });

  test('the view Savings ranks what was profiled by money a month', async () => {
    await workbench.runCommand('Reef: Focus on Savings View');
    const orders = workbench.treeItem(new RegExp(`^Orders, \\$[\\d.]+ a month, \\d+ % sure · 1769 → ${ordersMb} MB`));
    expect(await workbench.shows(orders)).toBe(true);
    expect(await workbench.shows(workbench.treeItem(/^Thumbnail, /))).toBe(true);
    expect(await workbench.shows(workbench.treeItem(/^Not profiled yet/))).toBe(true);
    await workbench.screenshot('savings');
  });

  test('moving the cost tolerance changes the recommendation at once', async () => {
    await sizing.choose('Cheapest');
    const cheapest = await sizing.recommendedMb();
    await sizing.tolerance.fill('100');
    expect(await sizing.isChosen('Fastest within tolerance')).toBe(true);
    expect(await sizing.recommendedMb()).toBeGreaterThan(cheapest);
  });

  test('the report and the objective survive a reload of the window', async () => {
    const before = await sizing.rows();
    await workbench.reload();
    await sizing.shown('Orders');
    expect(await sizing.rows()).toEqual(before);
    expect(await sizing.isChosen('Fastest within tolerance')).toBe(true);
  });

  test('the page fits a narrow window and every theme', async () => {
    await workbench.setTheme('Dark Modern', 'vs-dark');
    await workbench.screenshot('sizing-dark');
    await workbench.setTheme('Dark High Contrast', 'hc-black');
    await workbench.screenshot('sizing-high-contrast');
    await workbench.setTheme('Light Modern', 'vs');
    await workbench.page.setViewportSize({ width: 640, height: 800 });
    await workbench.screenshot('sizing-narrow');
    expect(await sizing.overflowsSideways()).toBe(false);
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
  });

  test('a quick fix writes the size with a comment that names the evidence, and is undone in one step', async () => {
    const before = await templateText();
    const line = before.split('\n').findIndex((text) => text.includes('MemorySize: 1769'));
    await workbench.openFile(template);
    await workbench.goToLine(line + 1, before.split('\n')[line]?.indexOf('1769'));
    await workbench.quickFix(new RegExp(`^Set MemorySize to ${ordersMb} MB with a comment naming the evidence`));
    await workbench.save();
    await expect.poll(templateText, { timeout: 20_000 }).toMatch(/# Reef: [^\n]* predicted on process, \d{4}-\d\d-\d\d, run /);
    const comment = / *# Reef: .*\n/.exec(await templateText())?.[0] ?? '';
    expect((await templateText()).replace(comment, '')).toBe(before.replace('MemorySize: 1769 #', `MemorySize: ${ordersMb} #`));
    await workbench.screenshot('commented-fix');
    await workbench.page.keyboard.press('Control+Z');
    await workbench.save();
    await expect.poll(templateText, { timeout: 20_000 }).toBe(before);
  });

  test('the quick fix writes the recommended size into the template, and nothing else', async () => {
    const before = await templateText();
    const line = before.split('\n').findIndex((text) => text.includes('MemorySize: 1769'));
    await workbench.openFile(template);
    await workbench.goToLine(line + 1, before.split('\n')[line]?.indexOf('1769'));
    await workbench.quickFix(new RegExp(`^Set MemorySize to ${ordersMb} MB(?! with)`));
    await workbench.save();
    await expect.poll(templateText, { timeout: 20_000 }).toBe(before.replace('MemorySize: 1769 #', `MemorySize: ${ordersMb} #`));
  });
});
