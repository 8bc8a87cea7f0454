/** A function of a reef.yaml in VS Code: found, told what is wrong with it, run, profiled, and its size written into the file. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

describe('a reef.yaml in VS Code', () => {
  let code: VsCode;
  let workbench: Workbench;
  let file: string;

  beforeAll(async () => {
    code = await startVsCode({ workspace: 'examples' });
    file = join(code.workspace, 'label/reef.yaml');
    // A TypeScript handler needs this Node; the one of the machine may be older.
    await mkdir(join(code.workspace, '.vscode'));
    await writeFile(join(code.workspace, '.vscode/settings.json'), JSON.stringify({ 'reef.node.path': process.execPath }));
    workbench = await code.open();
    await workbench.openActivity('Reef');
  });
  afterAll(async () => code?.stop());
  screenshotOnFailure(() => workbench);

  test('its functions stand in the tree, and lenses over them', async () => {
    expect(await workbench.shows(workbench.treeItem('reef.yaml, 1 function'))).toBe(true);
    expect(await workbench.shows(workbench.treeItem('label, 1024 MB · nodejs22.x'))).toBe(true);
    await workbench.openFile('label/reef.yaml');
    expect(await workbench.shows(workbench.lens(/^Profile$/))).toBe(true);
  });

  test('what is wrong is a problem at its place, while it is typed', async () => {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('timeout: 5', 'timeout: soon').replace('memory: 1024', 'memorySize: 1024'));
    await workbench.runCommand('View: Focus Problems');
    const problem = (message: string) => workbench.page.getByRole('treeitem', { name: message });
    expect(await workbench.shows(problem('"memorySize" is no setting of a function: it is memory here.'))).toBe(true);
    expect(await workbench.shows(problem('timeout of label must be a whole number of seconds from 1 to 900, not "soon".'))).toBe(
      true,
    );
    await workbench.screenshot('reef-file-problems');
    await writeFile(file, text);
    await problem('memorySize').waitFor({ state: 'detached' });
  });

  test('a function is profiled, and Apply writes its size into the file', async () => {
    const text = await readFile(file, 'utf8');
    await workbench
      .lens(/^Profile$/)
      .first()
      .click();
    const sizing = workbench.sizing();
    await sizing.shown('label');
    const size = await sizing.recommendedMb();
    expect(size).toBeLessThan(1024);
    await workbench.openFile('label/reef.yaml');
    await workbench.goToLine(7, 14);
    await workbench.quickFix(/^Set memory to \d+ MB \(/);
    await workbench.save();
    const wanted = text.replace('memory: 1024', `memory: ${size}`);
    await expect.poll(() => readFile(file, 'utf8'), { timeout: 20_000 }).toBe(wanted);
    await workbench.screenshot('reef-file-applied');
  });
});
