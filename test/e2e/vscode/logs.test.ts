/** Aliases and versions, and the logs of deployed functions: on an emulator of AWS that runs the functions and keeps their logs. */
import { join } from 'node:path';
import { CreateAliasCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDeployer, type Deployer } from '../../support/aws/deployer.ts';
import { type Emulator, startEmulator } from '../../support/aws/emulator.ts';
import { type Moto, startMoto, testCredentials, whyNoMoto } from '../../support/aws/moto.ts';
import { functionInfo } from '../../support/functions.ts';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

const skipped = await whyNoMoto();
if (skipped !== null) console.log(`Skipped: ${skipped}. scripts/prepare.sh installs the emulator.`);

const fixtures = join(import.meta.dirname, '../../fixtures/handlers');
const printing = functionInfo({ handlerFile: 'node/output.js', handler: 'output.lines', symbol: 'lines', codeRoot: 'node' });

describe.skipIf(skipped !== null)('logs of deployed functions in VS Code', () => {
  let moto: Moto;
  let emulator: Emulator;
  let deployer: Deployer;
  let code: VsCode;
  let workbench: Workbench;

  beforeAll(async () => {
    Object.assign(process.env, testCredentials);
    moto = await startMoto();
    emulator = await startEmulator(moto.url, fixtures);
    deployer = await createDeployer(moto.url);
    await deployer.deploy('Orders', { MemorySize: 256 });
    emulator.behaviours.set('Orders', { function: printing, usedMb: 90, durationMs: (memoryMb) => 25_600 / memoryMb });
    await deployer.lambda.send(new PublishVersionCommand({ FunctionName: 'Orders', Description: 'the first' }));
    const alias = { FunctionName: 'Orders', Name: 'live', FunctionVersion: '1', Description: 'what customers use' };
    await deployer.lambda.send(new CreateAliasCommand(alias));
    // VS Code and the engine in it inherit this.
    process.env['AWS_ENDPOINT_URL'] = emulator.url;
    code = await startVsCode({ workspace: 'examples', settings: { 'reef.target': 'aws' } });
    workbench = await code.open();
    await workbench.openActivity('Reef');
    await workbench.shows(workbench.treeItem(/^Orders/));
  });
  afterAll(async () => {
    await code?.stop();
    deployer?.[Symbol.dispose]();
    await emulator?.[Symbol.asyncDispose]();
    await moto?.[Symbol.asyncDispose]();
  });
  screenshotOnFailure(() => workbench);

  /** The editor draws spaces that do not break. */
  const spaced = (text: RegExp): RegExp => new RegExp(text.source.replaceAll(' ', '\\s'));
  /** Lines of the output channel that is shown; a long one is several. */
  const shownOutput = (text: RegExp) => workbench.page.locator('.part.panel .view-line').filter({ hasText: spaced(text) });
  const editorLine = (text: RegExp) => workbench.page.locator('.editor-instance .view-line').filter({ hasText: spaced(text) });

  /** The emulator runs functions; moto alone does not. */
  async function call(): Promise<void> {
    const url = `${emulator.url}/2015-03-31/functions/Orders/invocations`;
    const answer = await fetch(url, {
      method: 'POST',
      body: '{}',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=t/20260101/us-east-1/lambda/aws4_request, ' },
    });
    expect(answer.status).toBe(200);
  }

  test('an alias is chosen and run with its own settings, and the tail of its log is shown', async () => {
    await workbench.runCommand('Reef: Run Alias or Version…');
    await workbench.option(/^Orders/).click();
    expect(await workbench.shows(workbench.option(/1, 256 MB · the first/))).toBe(true);
    await workbench.screenshot('alias-or-version');
    await workbench.option(/live, version 1 · what customers use/).click();
    await workbench.option(/an empty event/).click();
    const done = /^Orders:live took 100 ms · billed 220 ms · init 120 ms · peak 90 of 256 MB · version 1 · \$/;
    expect(await workbench.shows(workbench.notification(done))).toBe(true);
    expect(await workbench.shows(shownOutput(/REPORT RequestId: /))).toBe(true);
    expect(await workbench.shows(shownOutput(/^100 ms · billed 220 ms/))).toBe(true);
    await workbench.screenshot('run-alias');
    await workbench.clearNotifications();
  });

  test('a log is followed live in a channel of its own until it is stopped there', async () => {
    await workbench.runCommand('Reef: Follow Logs');
    await workbench.option(/^Orders/).click();
    expect(await workbench.shows(shownOutput(/— Live: Live Tail costs \$0\.01 a minute/))).toBe(true);
    await call();
    expect(await workbench.shows(shownOutput(/START RequestId: .* Version: \$LATEST/))).toBe(true);
    expect(await workbench.shows(workbench.treeItem(/^Orders, under way, Live/))).toBe(true);
    await workbench.screenshot('follow-logs');
    await workbench.page.getByRole('button', { name: 'Stop Following Logs' }).click();
    expect(await workbench.shows(shownOutput(/— Stopped\./))).toBe(true);
    await expect.poll(() => workbench.treeItem(/^Orders, under way/).count()).toBe(0);
  });

  test('logs are imported, and the summary says how many calls there were', async () => {
    for (let i = 0; i < 3; i++) await call();
    await workbench.runCommand('Reef: Import Logs');
    await workbench.option(/^Orders/).click();
    await workbench.option('the last 7 days').click();
    expect(await workbench.shows(workbench.notification(/^Orders: 5 calls in the log, 4 of them new\./))).toBe(true);
    await workbench.page.getByRole('button', { name: 'Show Output' }).click();
    expect(await workbench.shows(shownOutput(/^5 calls · /))).toBe(true);
    await workbench.screenshot('import-logs');
    await workbench.clearNotifications();
  });

  test('the log of a call of a run opens as a document that cannot be edited', async () => {
    const tab = workbench.page.getByRole('tab', { name: /^Orders-1\.log/, selected: true });
    await workbench.chooseInMenu(workbench.treeItem(/^Orders, done, Run/), 'Show Log of a Call', tab);
    expect(await workbench.shows(editorLine(/# Orders on aws: call .*\/1 of/))).toBe(true);
    expect(await workbench.shows(editorLine(/first ✓/))).toBe(true);
    await workbench.screenshot('call-log');
    await editorLine(/first ✓/)
      .first()
      .click();
    await workbench.page.keyboard.type('x');
    expect(await workbench.shows(workbench.page.getByText('Cannot edit in read-only editor'))).toBe(true);
  });

  test('the log of an attempt opens from the table of a report', async () => {
    await workbench.runCommand('Reef: Profile Function');
    await workbench.option(/^Orders/).click();
    await workbench.page.getByRole('button', { name: 'Make These Calls' }).click();
    const sizing = workbench.sizing();
    await sizing.shown('Orders');
    await sizing.frame.getByText(/^All \d+ attempts$/).click();
    await sizing.frame.getByRole('button', { name: 'Show the log of attempt 9', exact: true }).scrollIntoViewIfNeeded();
    await workbench.screenshot('attempt-logs');
    await workbench.setTheme('Dark Modern', 'vs-dark');
    await workbench.screenshot('attempt-logs-dark');
    await sizing.frame.getByRole('button', { name: 'Show the log of attempt 9', exact: true }).click();
    expect(await workbench.shows(workbench.page.getByRole('tab', { name: /^Orders-5\.log/, selected: true }))).toBe(true);
    expect(await workbench.shows(editorLine(/REPORT RequestId: /))).toBe(true);
  });
});
