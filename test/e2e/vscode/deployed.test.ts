/** The view Deployed against an account on loopback: nothing is asked before it is opened, then everything that is there. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDeployer, type Deployer } from '../../support/aws/deployer.ts';
import { type Emulator, startEmulator } from '../../support/aws/emulator.ts';
import { type Moto, startMoto, testCredentials, whyNoMoto } from '../../support/aws/moto.ts';
import { failure } from '../../support/aws/request.ts';
import { functionInfo } from '../../support/functions.ts';
import { screenshotOnFailure } from '../../support/screenshot-on-failure.ts';
import { startVsCode, type VsCode } from '../../support/vscode.ts';
import type { Workbench } from '../../support/workbench.ts';

const examples = join(import.meta.dirname, '../../../examples');
const skipped = await whyNoMoto();
if (skipped !== null) console.log(`Skipped: ${skipped}. scripts/prepare.sh installs the emulator.`);

const place = /^us-east-1, default profile/;
const orders = 'shop-Orders-1A2B3C4D5E6F';
const inStack = (name: string, logicalId: string): Record<string, string> => ({
  'aws:cloudformation:stack-name': name,
  'aws:cloudformation:logical-id': logicalId,
});

/** An account with two stacks and a function in none; the one of the examples has an alias and a version. */
async function deployAll(deployer: Deployer, { behaviours }: Emulator): Promise<void> {
  await deployer.deploy(orders, {
    Handler: 'app.handler',
    MemorySize: 1024,
    Tags: { ...inStack('shop', 'Orders'), team: 'red' },
  });
  await deployer.deploy('shop-quote', { Runtime: 'python3.12', Tags: { ...inStack('shop', 'Quote'), team: 'blue' } });
  for (let i = 0; i < 9; i++) await deployer.deploy(`depot-count-${i}`, { Tags: inStack('depot', `Count${i}`) });
  await deployer.deploy('lone');
  const fn = { FunctionName: orders };
  await deployer.lambda.send(new PublishVersionCommand({ ...fn, Description: 'first' }));
  await deployer.lambda.send(new CreateAliasCommand({ ...fn, Name: 'live', FunctionVersion: '1' }));
  const ran = { name: 'Orders', handlerFile: 'orders/app.mjs', handler: 'app.handler', symbol: 'handler', codeRoot: 'orders' };
  behaviours.set(orders, { function: functionInfo(ran), usedMb: 90, durationMs: () => 41 });
}

describe.skipIf(skipped !== null)('deployed functions in VS Code', () => {
  let moto: Moto;
  let emulator: Emulator;
  let deployer: Deployer;
  let code: VsCode;
  let workbench: Workbench;
  const profiles = join(examples, '../test-results/aws-profiles');

  beforeAll(async () => {
    await mkdir(join(profiles, '..'), { recursive: true });
    await writeFile(
      profiles,
      '[profile expired]\nregion = eu-west-1\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://example.com/start\n',
    );
    Object.assign(process.env, testCredentials, { AWS_CONFIG_FILE: profiles });
    moto = await startMoto();
    emulator = await startEmulator(moto.url, examples);
    deployer = await createDeployer(moto.url);
    await deployAll(deployer, emulator);
    emulator.settings.functionsPerPage = 4;
    code = await startVsCode({ workspace: 'examples' });
    const settings = {
      'reef.aws.endpoint': emulator.url,
      'reef.node.path': process.execPath,
      'reef.maxInvocations': 8,
      'reef.aws.places': ['aws:/us-east-1', 'aws:expired/eu-west-1'],
    };
    // A remote window takes settings of the machine from the workspace.
    await mkdir(join(code.workspace, '.vscode'));
    await writeFile(join(code.workspace, '.vscode/settings.json'), JSON.stringify(settings));
    workbench = await code.open();
    await workbench.openActivity('Reef');
    await workbench.shows(workbench.treeItem(/^Orders/));
    for (const name of ['Functions', 'Deployed', 'Runs']) await workbench.toggleView(name);
  });
  afterAll(async () => {
    await code?.stop();
    deployer?.[Symbol.dispose]();
    await emulator?.[Symbol.asyncDispose]();
    await moto?.[Symbol.asyncDispose]();
    await rm(profiles, { force: true });
  });
  screenshotOnFailure(() => workbench);

  const item = (name: string | RegExp): Locator => workbench.treeItem(name).first();
  const shown = (name: string | RegExp): Promise<boolean> => workbench.shows(workbench.treeItem(name));
  const asked = (action: string): number => emulator.actions.filter((each) => each === action).length;

  test('AWS is asked nothing before a place is opened; then its stacks and functions are there', async () => {
    expect(await shown(/^us-east-1, default profile, not listed yet$/)).toBe(true);
    expect(emulator.actions).toEqual([]);
    await item(place).click();
    expect(await shown(/^us-east-1, default profile, 12 functions$/)).toBe(true);
    expect(await shown(/^depot, 9 functions$/)).toBe(true);
    expect(await shown(/^shop, 2 functions$/)).toBe(true);
    expect(await shown(/^lone, nodejs22.x · 512 MB$/)).toBe(true);
    expect(asked('ListFunctions')).toBe(3);
    expect(new Set(emulator.actions)).toEqual(new Set(['ListFunctions', 'GetResources']));
    await workbench.screenshot('deployed');
  });

  test('a filter holds while it is typed; escape goes back, enter keeps it', async () => {
    await workbench.runCommand('Reef: Filter Deployed Functions…');
    await workbench.enter('Filter deployed functions', 'python team=blue');
    expect(await shown(/^us-east-1, default profile, 1 of 12 functions$/)).toBe(true);
    expect(await shown(/^shop-quote, python3.12 · 512 MB$/)).toBe(true);
    expect(await workbench.treeItem(/^depot/).count()).toBe(0);
    await workbench.page.keyboard.press('Escape');
    expect(await shown(/^us-east-1, default profile, 12 functions$/)).toBe(true);
    await workbench.runCommand('Reef: Filter Deployed Functions…');
    await workbench.enter('Filter deployed functions', 'orders');
    await workbench.page.keyboard.press('Enter');
    expect(await shown(/^us-east-1, default profile, 1 of 12 functions$/)).toBe(true);
  });

  test('a function shows where it differs from its source, its aliases and its versions', async () => {
    await item(new RegExp(`^${orders}, nodejs22.x · 1024 MB, differs from its source Orders$`)).click();
    expect(await shown(/^source Orders, template.yaml · by its logical id$/)).toBe(true);
    expect(await shown(/^memory 1024 MB, source: 1769 MB$/)).toBe(true);
    expect(await shown(/^live, 1$/)).toBe(true);
    await item(/^1 versions$/).click();
    expect(await shown(/^Version 1, 1024 MB · .*first$/)).toBe(true);
  });

  test('its source is opened by a click', async () => {
    await item(/^source Orders/).click();
    await workbench.page.getByRole('tab', { name: 'template.yaml', selected: true }).first().waitFor();
    expect(await workbench.shows(workbench.statusItem('Ln 35, Col 3'))).toBe(true);
  });

  test('it is called where it is deployed, and figures from its log say of how many calls they are', async () => {
    await item(new RegExp(`^${orders}`)).hover();
    await item(new RegExp(`^${orders}`))
      .getByRole('button', { name: 'Run Function' })
      .click();
    await workbench.option(/basket/).click();
    expect(await workbench.shows(workbench.notification(new RegExp(`^${orders} took 41 ms`)))).toBe(true);
    await workbench.clearNotifications();
    const lambda = new LambdaClient({ endpoint: emulator.url });
    for (let call = 0; call < 24; call++) await lambda.send(new InvokeCommand({ FunctionName: orders }));
    lambda.destroy();
    await item(/^Figures from Logs/).click();
    expect(
      await shown(/^Figures from Logs, calls: 25 in 14 days, from .*, of its log, durations of 24 warm calls at 1024 MB$/),
    ).toBe(true);
    expect(await shown(/^p50 41 ms/)).toBe(true);
    expect(await shown(/^4 % cold/)).toBe(true);
    await workbench.page.mouse.move(0, 0);
    await workbench.page.locator('.workbench-hover').waitFor({ state: 'detached' });
    await workbench.screenshot('deployed-function', { forDocs: true });
  });

  test('an alias is called from its row', async () => {
    await item(/^live, 1$/).hover();
    await item(/^live, 1$/)
      .getByRole('button', { name: 'Run Alias or Version…' })
      .click();
    await workbench.option(/basket/).click();
    expect(await workbench.shows(workbench.notification(new RegExp(`^${orders}:live took 41 ms`)))).toBe(true);
    await workbench.clearNotifications();
  });

  test('it is profiled where it is deployed, once that is agreed to, and the report is that of its source', async () => {
    await item(new RegExp(`^${orders}`)).hover();
    await item(new RegExp(`^${orders}`))
      .getByRole('button', { name: 'Profile Function' })
      .click();
    const dialog = workbench.page.getByRole('dialog').filter({ hasText: `Profile ${orders}?` });
    await dialog.getByRole('button', { name: 'Make These Calls' }).click();
    await workbench.sizing().shown('Orders');
    expect(await workbench.shows(workbench.sizing().frame.getByText(/aws:\/us-east-1/))).toBe(true);
    // The function is as it was: a version of each size, and what led to it, are gone.
    const { Versions } = await deployer.lambda.send(new ListVersionsByFunctionCommand({ FunctionName: orders }));
    expect(Versions?.map(({ Version, MemorySize }) => [Version, MemorySize])).toEqual([
      ['$LATEST', 1024],
      ['1', 1024],
    ]);
  });

  test('functions are grouped by a tag that they have', async () => {
    await workbench.runCommand('Reef: Clear Filter of Deployed Functions');
    await workbench.runCommand('Reef: Group Deployed Functions…');
    await workbench.option(/By tag: team/).click();
    expect(await shown(/^blue, 1 functions$/)).toBe(true);
    expect(await shown(/^depot-count-0, /)).toBe(true);
  });

  test('what is denied is told with the permission that is missing, and asked again by a click', async () => {
    emulator.faults.push({ action: 'ListFunctions', times: 1, reply: failure(403, 'AccessDeniedException', 'no') });
    await workbench.runCommand('Reef: Refresh Deployed Functions');
    const denied =
      /^Not allowed: aws:\/us-east-1 may not do lambda:ListFunctions: allow lambda:ListFunctions in .*Click to try again\.$/;
    expect(await shown(denied)).toBe(true);
    // What was known is still there.
    expect(await shown(/^blue, 1 functions$/)).toBe(true);
    await workbench.screenshot('deployed-denied');
    await item(denied).click();
    await workbench.treeItem(denied).waitFor({ state: 'detached' });
    expect(await shown(/^us-east-1, default profile, 12 functions$/)).toBe(true);
  });

  test('an expired sign-in offers the command that renews it', async () => {
    await item(/^expired\/eu-west-1/).click();
    expect(await shown(/^Not signed in: /)).toBe(true);
    expect(await shown(/^Sign in with aws sso login --profile expired$/)).toBe(true);
    await item(/^expired\/eu-west-1/).click();
  });

  test('a profile and region are added and removed', async () => {
    await workbench.runCommand('Reef: Add AWS Profile and Region…');
    await workbench.option(/expired.*eu-west-1 · SSO/).click();
    await workbench.page.getByPlaceholder('Choose the region, or type another').fill('eu-south-2');
    await workbench.option('eu-south-2').click();
    expect(await shown(/^expired\/eu-south-2, not listed yet$/)).toBe(true);
    await workbench.runCommand('Reef: Remove AWS Profile and Region');
    await workbench.option(/expired\/eu-south-2/).click();
    await workbench.treeItem(/^expired\/eu-south-2/).waitFor({ state: 'detached' });
  });

  test('a window that is loaded again asks nothing', async () => {
    const before = emulator.actions.length;
    await workbench.reload();
    expect(await shown(/^us-east-1, default profile, not listed yet$/)).toBe(true);
    expect(emulator.actions).toHaveLength(before);
  });

  test('rows are there while the rest comes; closing the place ends that, and opening it lists all', async () => {
    const rest = Promise.withResolvers<void>();
    emulator.faults.push({ action: 'ListFunctions', after: 1, times: 1, reply: 'as it is', hold: rest.promise });
    await item(place).click();
    expect(await shown(/^us-east-1, default profile, 4 functions so far$/)).toBe(true);
    expect(await shown(/^Listing functions…$/)).toBe(true);
    expect(await shown(/^depot-count-0, /)).toBe(true);
    await workbench.screenshot('deployed-loading');
    await item(place).click();
    expect(await shown(/^us-east-1, default profile, 4 functions, stopped$/)).toBe(true);
    rest.resolve();
    await item(place).click();
    expect(await shown(/^us-east-1, default profile, 12 functions$/)).toBe(true);
  });

  test('it looks right in a dark and narrow window', async () => {
    await workbench.setTheme('Dark Modern', 'vs-dark');
    await workbench.page.setViewportSize({ width: 620, height: 700 });
    expect(await shown(/^us-east-1, default profile, 12 functions$/)).toBe(true);
    await item(/^red, 1 functions$/).click();
    await item(new RegExp(`^${orders}`)).click();
    expect(await shown(/^memory 1024 MB/)).toBe(true);
    await workbench.screenshot('deployed-dark-narrow');
  });
});
