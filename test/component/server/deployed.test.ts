/** What an editor asks about deployed functions: rows as notifications of their request, profiles of this machine, and trust. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { DeployedRow } from '../../../src/protocol/deployed.ts';
import { skipped, useAws } from '../aws/support.ts';
import { type Client, connect, settings } from './client.ts';
import { temporaryWorkspace } from './temporary-workspace.ts';

const aws = useAws();

const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, Handler: app.handler, MemorySize: 256 }
`;
const files = { 'template.yaml': template, 'app.js': 'exports.handler = async () => 1;' };
const target = 'aws:/us-east-1';

/** The rows that came for each token, in pages. */
function rowsOf(client: Client): Map<unknown, DeployedRow[][]> {
  const pages = new Map<unknown, DeployedRow[][]>();
  client.connection.onNotification('reef/deployedRows', ({ token, rows }: { token: unknown; rows: DeployedRow[] }) => {
    pages.set(token, [...(pages.get(token) ?? []), rows]);
  });
  return pages;
}

describe.skipIf(skipped !== null)('what is deployed, over the protocol', () => {
  test('comes page by page before the answer, linked to functions of any open folder', async () => {
    for (const name of ['a-lone', 'shop-Orders-1A2B3C4D5E6F', 'z-lone']) await aws.deploy(name, {}, { Handler: 'app.handler' });
    aws.emulator.settings.functionsPerPage = 1;
    await using first = await temporaryWorkspace({ 'readme.md': 'nothing' });
    await using second = await temporaryWorkspace(files);
    await using client = await connect({ folders: [first.uri, second.uri], settings: { ...settings, awsEndpoint: aws.url } });
    const pages = rowsOf(client);
    const params = { folder: first.uri, target, workDoneToken: 'mine' };
    expect(await client.request('reef/deployed', params)).toEqual({ functions: 3, tagsProblem: null });
    aws.emulator.settings.functionsPerPage = 50;
    const rows = pages.get('mine') ?? [];
    expect(rows.map((page) => page.map(({ name }) => name))).toEqual([['a-lone'], ['shop-Orders-1A2B3C4D5E6F'], ['z-lone']]);
    expect(rows[1]?.[0]?.link).toMatchObject({
      kind: 'linked',
      by: 'made-name',
      source: { folder: second.uri, functionId: 'template.yaml#Orders', handlerFile: 'app.js' },
      differences: [{ what: 'memory', deployed: 512, source: 256 }],
    });
    const [id] = rows[0]?.map((row) => row.id) ?? [];
    const about = { folder: first.uri, target, functionId: id };
    expect(await client.request('reef/deployedVersions', about)).toEqual({ aliases: [], versions: [] });
    const figures = await client.request('reef/logFigures', { ...about, days: 2, fresh: false });
    expect(figures).toMatchObject({ from: 'logs', calls: 0, days: 2 });
  });

  test('ends when the request is cancelled', async () => {
    for (const name of ['one', 'two', 'three']) await aws.deploy(name);
    aws.emulator.settings.functionsPerPage = 1;
    await using workspace = await temporaryWorkspace(files);
    await using client = await connect({ folders: [workspace.uri], settings: { ...settings, awsEndpoint: aws.url } });
    const source = new CancellationTokenSource();
    client.connection.onNotification('reef/deployedRows', () => source.cancel());
    const listing = client.connection.sendRequest(
      'reef/deployed',
      { folder: workspace.uri, target, workDoneToken: 1 },
      source.token,
    );
    await expect(listing).rejects.toMatchObject({ data: { code: 'cancelled' } });
    aws.emulator.settings.functionsPerPage = 50;
  });

  test('is not asked for in a workspace that is not trusted', async () => {
    await using workspace = await temporaryWorkspace(files);
    await using client = await connect({
      folders: [workspace.uri],
      settings: { ...settings, awsEndpoint: aws.url, trusted: false },
    });
    const before = aws.emulator.actions.length;
    const about = { folder: workspace.uri, target, functionId: 'x', days: 1, fresh: false };
    for (const method of ['reef/deployed', 'reef/deployedVersions', 'reef/logFigures'])
      await expect(client.request(method, about)).rejects.toMatchObject({ data: { code: 'not-trusted' } });
    expect(aws.emulator.actions).toHaveLength(before);
  });
});

describe('the profiles of this machine', () => {
  afterEach(() => vi.unstubAllEnvs());

  async function withProfiles(config: string, credentials: string) {
    const workspace = await temporaryWorkspace({ 'readme.md': 'nothing' });
    const folder = join(workspace.folder, '.aws');
    await mkdir(folder);
    await writeFile(join(folder, 'config'), config);
    await writeFile(join(folder, 'credentials'), credentials);
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
    return workspace;
  }

  const config = `[default]
region = eu-west-1
[profile dev]
sso_session = corp
region = eu-central-1
[profile deployer]
source_profile = dev
role_arn = arn:aws:iam::1:role/deploy
[profile circle]
source_profile = circle
[sso-session corp]
sso_start_url = https://example.com/start
[services local]
lambda =
  endpoint_url = http://127.0.0.1:1
`;
  const credentials = `[keys]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = very-secret
`;

  test('are listed with their region, and nothing secret', async () => {
    await using workspace = await withProfiles(config, credentials);
    await using client = await connect({ folders: [workspace.uri] });
    const places = await client.request<{ profiles: unknown[]; regions: string[] }>('reef/awsPlaces', {});
    expect(places.profiles).toEqual([
      { name: 'circle', region: null, sso: false },
      { name: 'default', region: 'eu-west-1', sso: false },
      { name: 'deployer', region: null, sso: true },
      { name: 'dev', region: 'eu-central-1', sso: true },
      { name: 'keys', region: null, sso: false },
    ]);
    expect(places.regions).toContain('eu-south-2');
    expect(JSON.stringify(places)).not.toMatch(/secret|AKIA/);
  });

  test.each([
    ['aws:dev/eu-west-1', ['aws', 'sso', 'login', '--profile', 'dev']],
    ['aws:deployer', ['aws', 'sso', 'login', '--profile', 'dev']],
    ['aws:keys', null],
    ['aws:circle', null],
    ['aws:nobody/eu-west-1', null],
    ['aws', null],
  ])('are signed in to by a command where SSO gives their credentials: %s', async (place, command) => {
    await using workspace = await withProfiles(config, credentials);
    await using client = await connect({ folders: [workspace.uri] });
    vi.stubEnv('AWS_PROFILE', undefined);
    expect(await client.request('reef/signIn', { target: place })).toEqual({ command });
  });

  test('are none where there are no files', async () => {
    await using workspace = await temporaryWorkspace({ 'readme.md': 'nothing' });
    vi.stubEnv('AWS_CONFIG_FILE', join(workspace.folder, 'nothing'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(workspace.folder, 'nothing'));
    await using client = await connect({ folders: [workspace.uri] });
    expect(await client.request('reef/awsPlaces', {})).toMatchObject({ profiles: [] });
  });
});
