import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actions } from '../../../src/engine/targets/aws/actions.ts';
import { failure } from '../../support/aws/request.ts';
import { reef } from '../../support/cli.ts';
import { skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();

async function doctor(folder: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const { stdout, exitCode } = await reef(['doctor', '--json', '--workspace', folder, ...args], {
    env: { ...process.env, ...env },
  });
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; message: string; needed_for: string }[] };
  return { exitCode, checks, of: (name: string) => checks.filter((check) => check.name.startsWith(name)) };
}

describe('reef doctor', () => {
  it('says what this machine has, and makes nothing', async () => {
    const folder = await temporaryFolder();
    const { of } = await doctor(folder, ['--node', process.execPath]);
    expect(of('Node.js')).toMatchObject([{ state: 'ok', message: expect.stringContaining('node') }]);
    expect(of('Packages of Python')).toMatchObject([{ state: 'ok', message: expect.stringMatching(/^(?:uv|pip) \d/) }]);
    expect(of('Disk')).toMatchObject([{ state: expect.stringMatching(/ok|warning/), message: expect.stringMatching(/free at/) }]);
    expect(of('Store')).toMatchObject([{ state: 'ok', message: expect.stringMatching(/^There is none yet/) }]);
    expect(of('Journal')).toMatchObject([{ state: 'ok' }]);
    expect(of('Credentials')).toEqual([]);
  });

  it('says what is missing, and for what', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, '.reef/aws-journal'), { recursive: true });
    await writeFile(join(folder, '.reef/aws-journal/left.jsonl'), '{}\n');
    await writeFile(join(folder, '.reef/samples.db'), 'no database');
    const { exitCode, of } = await doctor(folder, ['--python', '/nowhere/python'], { DOCKER_HOST: 'tcp://127.0.0.1:1' });
    expect(exitCode).toBe(1);
    expect(of('Python')).toMatchObject([{ state: 'missing', message: expect.stringContaining('/nowhere/python') }]);
    expect(of('Docker')).toMatchObject([{ state: 'missing', needed_for: 'the target docker and images' }]);
    expect(of('Store')).toMatchObject([{ state: 'missing', message: expect.stringMatching(/damaged|not a store/) }]);
    expect(of('Journal')).toMatchObject([{ state: 'warning', message: expect.stringContaining('"reef recover" undoes those') }]);
  });

  it.skipIf(skipped !== null)('says who is signed in and which permissions are missing', async () => {
    const env = { AWS_ENDPOINT_URL: aws.url };
    const folder = await temporaryFolder();
    const all = await doctor(folder, ['--target', 'aws'], env);
    expect(all.of('Credentials of aws')).toMatchObject([
      { state: 'ok', message: expect.stringMatching(/^arn:aws:.* in us-east-1\.$/) },
    ]);
    const permissions = all.of('Permissions of aws for ');
    expect(permissions.map(({ needed_for }) => needed_for)).toEqual(Object.keys(actions));
    expect(permissions.filter(({ state }) => state !== 'ok')).toEqual([]);
    aws.emulator.settings.deniedActions = ['lambda:PublishVersion', 'logs:FilterLogEvents'];
    aws.emulator.settings.concurrency = 10;
    const some = await doctor(folder, ['--target', 'aws'], env);
    Object.assign(aws.emulator.settings, { deniedActions: [], concurrency: 1_000 });
    expect(some.exitCode).toBe(1);
    expect(some.of('Permissions of aws for finding')).toMatchObject([
      { state: 'ok', needed_for: 'finding and calling functions' },
    ]);
    const missing = expect.stringMatching(/^Allow lambda:PublishVersion in an IAM policy of arn:/);
    expect(some.of('Permissions of aws for sizing')).toMatchObject([{ state: 'missing', message: missing }]);
    expect(some.of('Permissions of aws for logs')).toMatchObject([{ state: 'missing', needed_for: 'logs of functions' }]);
    expect(some.of('Limits of aws')).toMatchObject([{ state: 'warning', message: expect.stringContaining('at most 3008 MB') }]);
  });

  it.skipIf(skipped !== null)('says so when permissions cannot be simulated, and when nobody is signed in', async () => {
    const env = { AWS_ENDPOINT_URL: aws.url };
    const denial = failure(403, 'AccessDenied', 'User is not authorized to perform: iam:SimulatePrincipalPolicy on resource: u');
    aws.emulator.faults.push({
      action: 'SimulatePrincipalPolicy',
      times: 1,
      reply: {
        ...denial,
        headers: { 'content-type': 'text/xml' },
        body: '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: iam:SimulatePrincipalPolicy on x</Message></Error></ErrorResponse>',
      },
    });
    const unknown = await doctor(await temporaryFolder(), ['--target', 'aws'], env);
    expect(unknown.of('Permissions of aws')).toMatchObject([
      { state: 'warning', message: expect.stringContaining('allow iam:SimulatePrincipalPolicy') },
    ]);
    const none = {
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      HOME: '/nowhere',
      AWS_CONFIG_FILE: '/nowhere/c',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere/s',
    };
    const { exitCode, of } = await doctor(await temporaryFolder(), ['--target', 'aws'], { ...env, ...none });
    expect(exitCode).toBe(1);
    expect(of('Credentials of aws')).toMatchObject([
      { state: 'missing', message: expect.stringMatching(/^There are no AWS credentials/) },
    ]);
  });
});
