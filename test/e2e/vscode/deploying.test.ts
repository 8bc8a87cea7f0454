/** Deploying from the editor: plan and yes, invoke, change, deploy again, roll back, versions, profile, apply, destroy; a template by its own tool. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { skipped, useAws } from '../../component/aws/support.ts';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

const aws = useAws();

/** A tool that says that it was called, and with what. */
const sam = (record: string): string => `#!${process.execPath}
require('node:fs').appendFileSync(${JSON.stringify(record)}, process.argv.slice(2).join(' ') + '\\n');
console.log('the tool speaks: ' + process.argv[2]);
`;

describe.skipIf(skipped !== null || process.platform === 'win32')('deploying in VS Code', () => {
  let code: VsCode;
  let workbench: Workbench;
  let called: string;

  beforeAll(async () => {
    code = await startVsCode({ workspace: 'examples' });
    await mkdir(join(code.workspace, '.vscode'));
    await writeFile(
      join(code.workspace, '.vscode/settings.json'),
      JSON.stringify({ 'reef.aws.endpoint': aws.url, 'reef.aws.places': ['aws'], 'reef.objective': 'cost' }),
    );
    // Among the packages of the project, as a login shell may set the PATH anew.
    const bin = join(code.workspace, 'node_modules/.bin');
    called = join(code.workspace, 'called');
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'sam'), sam(called));
    await chmod(join(bin, 'sam'), 0o755);
    const file = join(code.workspace, 'label/reef.yaml');
    await writeFile(file, `${await readFile(file, 'utf8')}    alias: live\n    environment: { PLACE: secret-place }\n`);
    workbench = await code.open();
    await workbench.openActivity('Reef');
    await workbench.shows(workbench.treeItem(/^label/));
  });
  afterAll(async () => code?.stop());
  screenshotOnFailure(() => workbench);

  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  const button = (name: string) => dialog().getByRole('button', { name, exact: true });
  const toast = (name: string) => workbench.page.locator('.notifications-toasts').getByRole('button', { name, exact: true });

  /** Nothing was deployed before, so the account is asked for: the default one. */
  async function defaultAccount(): Promise<void> {
    await workbench.page.locator('.quick-input-widget').getByText('AWS profile and region').waitFor();
    await workbench.page.keyboard.press('Enter');
  }

  async function planShown(): Promise<string> {
    await dialog().waitFor();
    return (await dialog().innerText()).replaceAll('\u00a0', ' ');
  }

  async function command(title: string): Promise<void> {
    await workbench.clearNotifications();
    await workbench.runCommand(`Reef: ${title}`);
    await workbench
      .option(/^label/)
      .first()
      .click();
  }

  /** What callers of the alias get for a parcel: how many bars its number has. */
  async function live(): Promise<number> {
    const lambda = new LambdaClient({ endpoint: aws.url, region: 'us-east-1' });
    const event = JSON.stringify({ to: ['Somebody'], number: '1234' });
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'label', Qualifier: 'live', Payload: event }));
    return (JSON.parse(Buffer.from(Payload ?? []).toString()) as { bars: number }).bars;
  }

  async function memoryOfLive(): Promise<number | undefined> {
    const configuration = new GetFunctionConfigurationCommand({ FunctionName: 'label', Qualifier: 'live' });
    return (await aws.lambda().send(configuration)).MemorySize;
  }

  test('Deploy above an entry asks for the account, shows the plan, and does nothing without a yes', async () => {
    await workbench.openFile('label/reef.yaml');
    await workbench
      .lens(/^Deploy…$/)
      .first()
      .click();
    await defaultAccount();
    const plan = await planShown();
    expect(plan).toContain('Deploy label to aws (account 123456789012, us-east-1)?');
    expect(plan).toMatch(/\+ memory {2}1024 MB/);
    expect(plan).toMatch(/\+ environment {2}.*PLACE/);
    expect(plan).not.toContain('secret-place');
    expect(plan).toMatch(/\+ role {2}reef-label-us-east-1, with AWSLambdaBasicExecutionRole/);
    await workbench.screenshot('deploy-plan-light');
    await button('Cancel').click();
    await dialog().waitFor({ state: 'detached' });
    expect(aws.emulator.actions).not.toContain('CreateRole');
    expect(aws.emulator.actions).not.toContain('CreateFunction');
  });

  test('a role that is there can be chosen in place of a new one', async () => {
    const Statement = [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }];
    const iam = new IAMClient({ endpoint: aws.url, region: 'us-east-1' });
    const trust = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(
      new CreateRoleCommand({ RoleName: 'printing', AssumeRolePolicyDocument: trust, Description: 'Prints labels' }),
    );
    await command('Deploy Function…');
    await defaultAccount();
    await planShown();
    await button('Choose a Role…').click();
    await workbench
      .option(/printing/)
      .first()
      .waitFor();
    await workbench.screenshot('deploy-roles');
    await workbench
      .option(/printing/)
      .first()
      .click();
    const plan = await planShown();
    expect(plan).toMatch(/\+ role {2}printing/);
    expect(plan).not.toContain('AWSLambdaBasicExecutionRole');
    await button('Cancel').click();
    await dialog().waitFor({ state: 'detached' });
    expect(aws.emulator.actions).not.toContain('CreateFunction');
  });

  test('what was agreed to is deployed, and can be called from the message', async () => {
    await command('Deploy Function…');
    await defaultAccount();
    await planShown();
    await button('Make the Role and Deploy').click();
    expect(await workbench.shows(workbench.notification(/^label is deployed on aws: version 1, alias live\./))).toBe(true);
    await workbench.screenshot('deploy-done');
    await toast('Invoke').click();
    await workbench
      .option(/parcel/)
      .first()
      .click();
    expect(await workbench.shows(workbench.notification(/^label took/))).toBe(true);
  });

  test('a change is deployed to where it was, and rolled back from the message', async () => {
    const before = await live();
    const file = join(code.workspace, 'label/app.ts');
    await writeFile(file, (await readFile(file, 'utf8')).replace('bars: code.length', 'bars: code.length + 1000'));
    await command('Deploy Function…');
    const plan = await planShown();
    expect(plan).toMatch(/~ code/);
    expect(plan).toMatch(/~ alias live {2}version 1 → the new version/);
    await button('Deploy').click();
    expect(await workbench.shows(workbench.notification(/^label is deployed on aws: version 2, alias live\./))).toBe(true);
    expect(await live()).toBe(before + 1000);
    await toast('Roll Back').click();
    expect(await planShown()).toMatch(/~ alias live {2}version 2 → version 1/);
    await button('Roll Back').click();
    expect(await workbench.shows(workbench.notification(/^label is rolled back to version 1\./))).toBe(true);
    expect(await live()).toBe(before);
  });

  test('its versions are listed, and the one that is picked is gone back to', async () => {
    await workbench.setTheme('Dark Modern', 'vs-dark');
    const before = await live();
    await command('Deployed Versions…');
    await workbench.shows(workbench.option(/^tag.* 1, live/).or(workbench.option(/1, live/)));
    await workbench.screenshot('deploy-versions-dark');
    await workbench
      .option(/2, \$LATEST/)
      .first()
      .click();
    await planShown();
    await workbench.screenshot('deploy-roll-back-dark');
    await button('Roll Back').click();
    expect(await workbench.shows(workbench.notification(/^label is rolled back to version 2\./))).toBe(true);
    expect(await live()).toBe(before + 1000);
  });

  test('in the view of what is deployed, a version goes back by its menu', async () => {
    await workbench.clearNotifications();
    for (const name of ['Functions', 'Runs', 'Deployed']) await workbench.toggleView(name);
    await workbench.clickRow(/default profile/);
    await workbench.clickRow(/^label, nodejs22/);
    await workbench.clickRow(/^2 versions/);
    const version = workbench.treeItem(/^Version 1/).first();
    await version.waitFor();
    await workbench.chooseInMenu(version, 'Roll Back…', dialog());
    expect(await planShown()).toMatch(/~ alias live {2}version 2 → version 1/);
    await button('Roll Back').click();
    expect(await workbench.shows(workbench.notification(/^label is rolled back to version 1\./))).toBe(true);
    // The view knows it too.
    expect(await workbench.shows(workbench.treeItem(/^live, 1$/))).toBe(true);
    await workbench.screenshot('deploy-view-dark');
  });

  test('a deployed function is profiled from its row; its size is applied to the source, deployed, and rolled back', async () => {
    await workbench.clearNotifications();
    const row = workbench.treeItem(/^label, nodejs22/).first();
    await row.hover();
    await row.getByRole('button', { name: 'Profile Function' }).click();
    const calls = workbench.page.getByRole('dialog').filter({ hasText: 'Profile label?' });
    await calls.getByRole('button', { name: 'Make These Calls' }).click();
    const page = workbench.sizing();
    await page.shown('label');
    const recommendedMb = await page.recommendedMb();
    expect(recommendedMb).toBeLessThan(1024);
    await workbench.screenshot('journey-chart-dark');

    await command('Apply Recommended Memory Size');
    await workbench
      .option(/reef\.yaml/)
      .first()
      .click();
    await workbench.page.getByRole('button', { name: 'Apply Change' }).first().click();
    await workbench.page.getByRole('tab', { name: /memory of label/ }).waitFor({ state: 'detached' });
    await workbench.save();
    const file = join(code.workspace, 'label/reef.yaml');
    await expect.poll(() => readFile(file, 'utf8'), { timeout: 20_000 }).toContain(`memory: ${recommendedMb}\n`);

    await command('Deploy Function…');
    expect(await planShown()).toContain(`1024 MB → ${recommendedMb} MB`);
    await button('Deploy').click();
    expect(await workbench.shows(workbench.notification(/^label is deployed on aws: version 3, alias live\./))).toBe(true);
    expect(await memoryOfLive()).toBe(recommendedMb);
    await toast('Roll Back').click();
    await planShown();
    await button('Roll Back').click();
    expect(await workbench.shows(workbench.notification(/^label is rolled back to version \d\./))).toBe(true);
    expect(await memoryOfLive()).toBe(1024);
    await workbench.toggleView('Deployed');
    await workbench.toggleView('Functions');
  });

  test('a function that this workspace did not make is taken over only when that is said', async () => {
    await aws.deployed('foreign');
    const file = join(code.workspace, 'label/reef.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('    handler:', '    deployedName: foreign\n    handler:'));
    await command('Deploy Function…');
    await defaultAccount();
    const message = workbench.notification(/There is a function foreign that was not made by Reef/);
    expect(await workbench.shows(message)).toBe(true);
    await toast('Take It Over…').click();
    expect(await planShown()).toMatch(/~ owner {2}not Reef → this workspace/);
    await button('Cancel').click();
    await writeFile(file, text);
  });

  test('what was made is destroyed after the plan', async () => {
    await command('Destroy Deployed Function…');
    await workbench.option(/And its logs too/).click();
    const plan = await planShown();
    expect(plan).toMatch(/- function {2}label, with 3 versions, alias live/);
    expect(plan).toMatch(/- role {2}reef-label-us-east-1/);
    expect(plan).toMatch(/- log group {2}\/aws\/lambda\/label/);
    await workbench.screenshot('destroy-plan-dark');
    await button('Destroy').click();
    expect(await workbench.shows(workbench.notification(/^Nothing of label is left on aws\./))).toBe(true);
    await expect(live()).rejects.toThrow(/not found/i);
  });

  test('a function of a template is deployed by its tool, in a terminal', async () => {
    await workbench.clearNotifications();
    await workbench.runCommand('Reef: Deploy Function…');
    await workbench
      .option(/^Orders/)
      .first()
      .click();
    const asked = await planShown();
    expect(asked).toContain('Orders is a function of template.yaml. Deploy it with the AWS SAM CLI?');
    expect(asked).toContain('build --template-file template.yaml');
    await workbench.screenshot('deploy-tool-dark');
    await button('Run It').click();
    expect(await workbench.shows(workbench.notification(/^The AWS SAM CLI has deployed template\.yaml\./))).toBe(true);
    expect(await readFile(called, 'utf8')).toBe('build --template-file template.yaml\ndeploy --guided\n');
    await workbench.screenshot('deploy-terminal-dark');
  });
});
