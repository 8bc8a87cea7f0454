import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reef, workspaceWith } from '../../../support/cli.ts';
import { skipped, temporaryFolder, useDeployer } from './support.ts';

const cloud = useDeployer();

const yaml = `functions:
  Greeter:
    handler: app.handler
    runtime: nodejs22.x
    memory: 256
    alias: live
    environment:
      GREETING: \${env:GREETING}
`;
const code = (mark: string): string =>
  `exports.handler = async ({ name = 'world' }) => \`\${process.env.GREETING.length} ${mark} \${name}\`;`;

const secret = 'a very secret greeting';

function run(folder: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const all = { ...process.env, AWS_ENDPOINT_URL: cloud.aws.url, GREETING: secret, ...env };
  return reef([...args, '--workspace', folder], { env: all });
}

/** Every file that Reef keeps in a workspace, but for packages and measurements. */
async function kept(folder: string): Promise<string> {
  const names = await readdir(join(folder, '.reef'), { recursive: true });
  const files = names.filter((name) => name.endsWith('.json') || name.endsWith('.jsonl'));
  return (await Promise.all(files.map((name) => readFile(join(folder, '.reef', name), 'utf8')))).join('\n');
}

describe.skipIf(skipped !== null)('reef deploy', () => {
  it('deploys a function of a reef.yaml, again when it changed, rolls back and destroys it', async () => {
    await cloud.request({ name: 'Greeter' });
    await using workspace = await workspaceWith({ 'reef.yaml': yaml, 'app.js': code('one') });
    const { folder } = workspace;
    const plan = await run(folder, ['deploy', 'Greeter', '--target', 'aws', '--plan', '--json']);
    expect(plan.exitCode, plan.stderr).toBe(0);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      schema: 'reef/cloud-change@1',
      verb: 'deploy',
      function: 'Greeter',
      state: 'declined',
      account: '123456789012',
      changes: expect.arrayContaining([{ action: 'create', what: 'function', from: null, to: 'Greeter' }]),
      deployment: null,
    });
    expect(await cloud.exists('Greeter')).toBe(false);
    const unasked = await run(folder, ['deploy', 'Greeter', '--target', 'aws']);
    expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('give --yes to allow it') });
    const noRole = await run(folder, ['deploy', 'Greeter', '--target', 'aws', '--yes']);
    expect(noRole).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('makes the role reef-Greeter-us-east-1') });
    const deployed = await run(folder, ['deploy', 'Greeter', '--target', 'aws', '--yes', '--create-role']);
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    expect(deployed.stdout).toMatch(/^\+ memory +256 MB$/m);
    expect(deployed.stdout).toMatch(/Deployed: Greeter is version 1, alias live\./);
    const invoked = await run(folder, [
      'invoke',
      'Greeter',
      '--target',
      'aws',
      '--qualifier',
      'live',
      '--payload',
      '{"name":"you"}',
    ]);
    expect(invoked.stdout, invoked.stderr).toContain(`${secret.length} one you`);

    // Where it is deployed is remembered.
    const same = await run(folder, ['deploy', 'Greeter']);
    expect(same).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing to do: Greeter is deployed as it is on aws.'),
    });
    await writeFile(join(folder, 'app.js'), code('two'));
    const again = await run(folder, ['deploy', 'Greeter', '--yes']);
    expect(again.stdout).toMatch(/^~ code .*→/m);
    expect(again.stdout).toContain('Deployed: Greeter is version 2, alias live.');
    expect(await cloud.invoke('Greeter', 'live')).toBe(`${secret.length} two world`);

    const versions = await run(folder, ['versions', 'Greeter', '--json']);
    expect(JSON.parse(versions.stdout)).toMatchObject({
      schema: 'reef/versions@1',
      versions: [
        { version: '2', aliases: ['live'], is_latest: true },
        { version: '1', aliases: [] },
      ],
    });
    const back = await run(folder, ['rollback', 'Greeter', '--yes']);
    expect(back.stdout).toContain('Rolled back: Greeter is version 1, alias live.');
    expect(await cloud.invoke('Greeter', 'live')).toBe(`${secret.length} one world`);

    expect(await kept(folder)).toContain('"schema": "reef/deployment@1"');
    for (const text of [await kept(folder), deployed.stdout, deployed.stderr, again.stdout, plan.stdout])
      expect(text).not.toContain(secret);

    const gone = await run(folder, ['destroy', 'Greeter', '--yes', '--json']);
    expect(JSON.parse(gone.stdout)).toMatchObject({ verb: 'destroy', state: 'done', deployment: null });
    expect(await cloud.exists('Greeter')).toBe(false);
    const nothing = await run(folder, ['destroy', 'Greeter', '--target', 'aws', '--yes']);
    expect(nothing).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('There is nothing of Greeter on aws') });
  });

  it('finds all again where what it remembers is lost', async () => {
    await cloud.request({ name: 'Greeter' });
    await using workspace = await workspaceWith({ 'reef.yaml': yaml, 'app.js': code('one') });
    const { folder } = workspace;
    const deployed = await run(folder, ['deploy', 'Greeter', '--target', 'aws', '--yes', '--create-role', '--json']);
    const { arn } = (JSON.parse(deployed.stdout) as { deployment: { arn: string } }).deployment;
    await rm(join(folder, '.reef'), { recursive: true });
    const lost = await run(folder, ['destroy', 'Greeter', '--yes']);
    expect(lost).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('It is not known where Greeter is deployed') });
    const same = await run(folder, ['deploy', 'Greeter', '--target', 'aws', '--json']);
    expect(JSON.parse(same.stdout)).toMatchObject({ state: 'unchanged', deployment: { arn, version: '1', alias: 'live' } });
    // It is known again.
    expect((await run(folder, ['versions', 'Greeter'])).exitCode).toBe(0);
    expect((await run(folder, ['destroy', arn, '--target', 'aws', '--yes'])).exitCode).toBe(0);
    expect(await cloud.exists('Greeter')).toBe(false);
    expect(await cloud.rolePolicies('reef-Greeter-us-east-1')).toBeNull();
  });

  it('deploys Python with its modules', async () => {
    await cloud.request({ name: 'Counter' });
    await using workspace = await workspaceWith({
      'reef.yaml': 'functions:\n  Counter:\n    handler: src/counter.handler\n    runtime: python3.13\n',
      'src/counter.py': 'from src.shared.words import count\n\ndef handler(event, context):\n    return count(event["text"])\n',
      'src/shared/__init__.py': '',
      'src/shared/words.py': 'def count(text):\n    return len(text.split())\n',
    });
    const { folder } = workspace;
    const deployed = await run(folder, ['deploy', 'Counter', '--target', 'aws', '--yes', '--create-role']);
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    const invoked = await run(folder, ['invoke', 'Counter', '--target', 'aws', '--payload', '{"text":"three small words"}']);
    expect(invoked.stdout, invoked.stderr).toMatch(/^3$/m);
    expect((await run(folder, ['destroy', 'Counter', '--yes'])).exitCode).toBe(0);
  });

  it('says in one sentence what is wrong, and changes nothing', async () => {
    await using workspace = await workspaceWith({ 'reef.yaml': yaml, 'app.js': code('one'), 'broken.js': 'exports.handler = (' });
    const { folder } = workspace;
    const from = cloud.aws.emulator.actions.length;
    const cases: [args: string[], exitCode: number, sentence: RegExp, env?: NodeJS.ProcessEnv][] = [
      [['deploy'], 2, /Name the function/],
      [['deploy', 'Nobody', '--target', 'aws'], 1, /There is no function "Nobody"/],
      [['deploy', 'Greeter'], 1, /It is not known where Greeter is deployed: name the target/],
      [['deploy', 'Greeter', '--target', 'process'], 1, /Nothing can be deployed to "process": use aws/],
      [['deploy', 'Greeter', '--target', 'aws', '--role', 'x', '--create-role'], 2, /either --role or --create-role/],
      [['deploy', '--roles'], 2, /Name the account/],
      [['deploy', 'Greeter', '--roles', '--target', 'aws'], 2, /leave out Greeter/],
      [['rollback', 'Greeter', '--to', 'one', '--target', 'aws'], 2, /--to takes the number of a version, not: one/],
      [['rollback'], 2, /Name the function/],
      [['versions', 'Nobody', '--target', 'aws'], 1, /There is no function "Nobody" in aws/],
      [['destroy'], 2, /Name the function/],
      [
        ['deploy', 'Greeter', '--target', 'aws'],
        1,
        /GREETING of Greeter \(reef.yaml\) is \$\{env:GREETING\}, which is not set/,
        { GREETING: undefined },
      ],
      [
        ['deploy', 'Greeter', '--target', 'aws:nobody'],
        1,
        /no usable credentials in the profile "nobody"/,
        { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
      ],
      [['deploy', 'Greeter', '--target', 'aws', '--role', 'nobody', '--yes'], 1, /There is no role "nobody"/],
    ];
    for (const [args, exitCode, sentence, env] of cases) {
      const { stderr, exitCode: code } = await run(folder, args, env);
      expect(stderr, args.join(' ')).toMatch(sentence);
      expect(code, args.join(' ')).toBe(exitCode);
    }
    expect(cloud.changesSince(from)).toEqual([]);
  });

  it('lists the roles that a function can be given', async () => {
    const { stdout, exitCode } = await run(await temporaryFolder(), ['deploy', '--roles', '--target', 'aws', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'reef/roles@1', roles: expect.any(Array) });
  });
});

const sam = `Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs22.x, Handler: app.handler, CodeUri: . }
`;

/** A program that writes down how it was called. */
async function tool(folder: string, name: string, exitCode = 0): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const record = `require('node:fs').appendFileSync(${JSON.stringify(join(folder, 'called'))}, JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), region: process.env.AWS_REGION }) + '\\n')`;
  await writeFile(
    join(bin, name),
    `#!${process.execPath}\n${record};\nconsole.log('the tool speaks');\nprocess.exitCode = ${exitCode};\n`,
  );
  await chmod(join(bin, name), 0o755);
  return bin;
}

describe.skipIf(skipped !== null || process.platform === 'win32')('deploying a function of a template', () => {
  it('runs the tool of the template, with the place as its options, after a yes', async () => {
    await using workspace = await workspaceWith({ 'shop/template.yaml': sam, 'shop/app.js': code('one') });
    const { folder } = workspace;
    const bin = await tool(folder, 'sam');
    const env = { PATH: `${bin}${delimiter}${process.env['PATH']}` };
    const plan = await run(folder, ['deploy', 'Orders', '--target', 'aws:dev/eu-west-1', '--plan'], env);
    expect(plan).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Orders is a function of shop/template.yaml, which the AWS SAM CLI deploys:'),
    });
    expect(await run(folder, ['deploy', 'Orders', '--target', 'aws'], env)).toMatchObject({ exitCode: 2 });
    await expect(readFile(join(folder, 'called'))).rejects.toThrow('ENOENT');
    const done = await run(folder, ['deploy', 'Orders', '--target', 'aws:dev/eu-west-1', '--yes'], env);
    expect(done.exitCode, done.stderr).toBe(0);
    // What the tool says is on the same terminal.
    expect(done.stdout).toContain('the tool speaks');
    const calls = (await readFile(join(folder, 'called'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { args: string[]; cwd: string });
    expect(calls.map(({ args }) => args)).toEqual([
      ['build', '--template-file', 'template.yaml'],
      ['deploy', '--guided', '--profile', 'dev', '--region', 'eu-west-1'],
    ]);
    expect(calls.every(({ cwd }) => cwd.endsWith('shop'))).toBe(true);
  });

  it('ends with the tool that fails, and says what to install where it is missing', async () => {
    await using workspace = await workspaceWith({ 'template.yaml': sam, 'app.js': code('one') });
    const { folder } = workspace;
    const bin = await tool(folder, 'sam', 3);
    const failed = await run(folder, ['deploy', 'Orders', '--target', 'aws', '--yes'], {
      PATH: `${bin}${delimiter}${process.env['PATH']}`,
    });
    expect(failed.exitCode).toBe(3);
    expect((await readFile(join(folder, 'called'), 'utf8')).trim().split('\n')).toHaveLength(1);
    const missing = await run(folder, ['deploy', 'Orders', '--target', 'aws', '--yes'], { PATH: '/nowhere' });
    expect(missing).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/deployed by the AWS SAM CLI, which is not there\. Install the AWS SAM CLI/),
    });
    const document = await run(folder, ['deploy', 'Orders', '--target', 'aws', '--plan', '--json'], { PATH: '/nowhere' });
    expect(JSON.parse(document.stdout)).toMatchObject({
      schema: 'reef/deploy-tool@1',
      function: 'Orders',
      tool: 'AWS SAM CLI',
      missing: expect.stringContaining('Install'),
    });
  });
});
