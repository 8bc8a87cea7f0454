import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

describe('an untrusted workspace', () => {
  let code: VsCode;
  let workbench: Workbench;

  beforeAll(async () => {
    code = await startVsCode({ workspace: 'examples', untrusted: true });
    workbench = await code.open();
  });
  afterAll(async () => code?.stop());
  screenshotOnFailure(() => workbench);

  test('functions are listed, and the view says that they are not run', async () => {
    await workbench.openActivity('Reef');
    expect(await workbench.shows(workbench.treeItem('Orders, 1769 MB · nodejs22.x'))).toBe(true);
    expect(await workbench.shows(workbench.page.getByText('Restricted Mode: functions are listed, but not run.'))).toBe(true);
  });

  test('no cloud is asked, and the view Deployed says so', async () => {
    await workbench.toggleView('Deployed');
    expect(await workbench.shows(workbench.page.getByText('In Restricted Mode Reef asks no cloud.'))).toBe(true);
    expect(await workbench.treeItem(/default profile/).count()).toBe(0);
    await workbench.toggleView('Deployed');
  });

  test('Run is refused with a way to trust the workspace, and nothing is written', async () => {
    await workbench.openFile('template.yaml');
    await workbench.lens(/^Run$/).first().click();
    expect(await workbench.shows(workbench.notification(/^Reef runs code of this workspace only when you trust it/))).toBe(true);
    expect(await workbench.shows(workbench.page.locator('.notifications-toasts').getByText('Manage Workspace Trust'))).toBe(true);
    expect(existsSync(join(code.workspace, '.reef'))).toBe(false);
    await workbench.screenshot('untrusted');
  });
});
