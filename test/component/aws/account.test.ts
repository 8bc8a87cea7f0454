import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../support/aws/request.ts';
import { never, skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();

const environment = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});

/** A user's configuration of AWS, with no keys in the environment. */
async function configured(text: string): Promise<void> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'config'), text);
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  Object.assign(process.env, {
    HOME: folder,
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
  });
}

describe.skipIf(skipped !== null)('an account', () => {
  it('lists its functions page by page', async () => {
    const names = Array.from({ length: 7 }, (_, i) => `Page${i}`);
    for (const name of names) await aws.deploy(name);
    aws.emulator.settings.functionsPerPage = 3;
    const from = aws.emulator.actions.length;
    await using target = await aws.target();
    const functions = await target.discover(never);
    aws.emulator.settings.functionsPerPage = 50;
    expect(functions.map(({ name }) => name).filter((name) => name.startsWith('Page'))).toEqual(names);
    expect(aws.emulator.actions.slice(from)).toEqual(['ListFunctions', 'ListFunctions', 'ListFunctions']);
    expect(JSON.stringify(functions)).not.toContain('secret-value');
  });

  it('takes the key of a profile, and a region that the target names', async () => {
    await aws.deploy('Mine');
    await configured('[profile dev]\naws_access_key_id = a\naws_secret_access_key = b\nregion = eu-west-1\n');
    delete process.env['AWS_REGION'];
    await using target = await aws.target({ place: { profile: 'dev', region: 'us-east-1' } });
    expect(target.name).toBe('aws:dev/us-east-1');
    expect(await target.find('Mine')).toMatchObject({ id: 'arn:aws:lambda:us-east-1:123456789012:function:Mine' });
    await using elsewhere = await aws.target({ place: { profile: 'dev', region: null } });
    await expect(elsewhere.find('Mine')).rejects.toMatchObject({ code: 'no-such-function' });
  });

  it.for([
    [
      '',
      'nobody',
      'There are no usable credentials in the profile "nobody": sign in with aws sso login --profile nobody, or add them with aws configure --profile nobody.',
    ],
    [
      '[profile sso]\nsso_start_url = https://example.org\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = dev\n',
      'sso',
      'The sign-in of aws:sso/us-east-1 has expired: sign in again with aws sso login --profile sso, or renew the keys.',
    ],
    [
      '',
      null,
      'There are no AWS credentials for aws:/us-east-1: sign in with aws sso login, run aws configure, or set AWS_PROFILE.',
    ],
  ] as const)('that nobody is signed in to says what to do: %s', async ([config, profile, message]) => {
    await configured(config);
    await using target = await aws.target({ place: { profile, region: 'us-east-1' } });
    await expect(target.discover(never)).rejects.toMatchObject({ code: 'no-credentials', message });
  });

  it('without a region says how to name one', async () => {
    await configured('');
    delete process.env['AWS_REGION'];
    await using target = await aws.target({ place: { profile: null, region: null } });
    await expect(target.discover(never)).rejects.toThrow('aws names no region: add one (aws:/eu-west-1), or set AWS_REGION.');
  });

  it('whose token expires in the middle says so', async () => {
    await using target = await aws.target();
    const reply = failure(403, 'ExpiredTokenException', 'The security token included in the request is expired');
    aws.emulator.faults.push({ action: 'ListFunctions', times: 1, reply });
    await expect(target.discover(never)).rejects.toThrow('The credentials of aws:/us-east-1 have expired');
  });

  it('that cannot be reached says so', async () => {
    await using target = await aws.target({ endpoint: 'http://127.0.0.1:1' });
    await expect(target.discover(never)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('(ECONNREFUSED)'),
    });
  });

  it('finds what a function of a template has become', async () => {
    await aws.deploy('shop-Orders-1A2B3C4D5E6F');
    await aws.deploy('shop-dev-invoices');
    await aws.deploy('depot-prod-invoices');
    await using target = await aws.target();
    expect(await target.find('Orders')).toMatchObject({ name: 'shop-Orders-1A2B3C4D5E6F' });
    const message = 'Several functions in aws:/us-east-1 may be "invoices": name one of shop-dev-invoices, depot-prod-invoices.';
    await expect(target.find('invoices')).rejects.toMatchObject({ code: 'ambiguous-function', message });
  });

  it('has no function of a name that is not there', async () => {
    await using target = await aws.target();
    const message = 'There is no function "Nobody" in aws:/us-east-1: check its name and the region.';
    await expect(target.find('Nobody')).rejects.toMatchObject({ code: 'no-such-function', message });
  });
});
