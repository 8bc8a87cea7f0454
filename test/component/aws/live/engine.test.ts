import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../../src/engine/create-engine.ts';
import type { LivePlan } from '../../../../src/protocol/applying.ts';
import { elf } from '../../../support/binaries.ts';
import { reef, workspaceWith } from '../../../support/cli.ts';
import { never, skipped, temporaryFolder, useAws } from '../support.ts';
import { publishBehind, shapeOf } from './support.ts';

const aws = useAws();

async function engineIn(folder: string) {
  const settings = { storePath: '.reef/samples.db', nodePath: '', pythonPath: '', awsEndpoint: aws.url };
  return createEngine({ folder, settings, log: { log: () => {} }, onOutput: () => {} });
}

describe.skipIf(skipped !== null)('a change of a deployed function', () => {
  it('is made only when its plan was agreed to, and looking makes no store', async () => {
    await aws.deploy('Asked');
    await publishBehind(aws, 'Asked', 'live');
    const before = await aws.state('Asked');
    const folder = await temporaryFolder();
    await using engine = await engineIn(folder);
    const request = { function: 'Asked', target: 'aws:/us-east-1', action: { kind: 'set', memoryMb: 1024 } } as const;
    expect(await engine.liveState(request, never)).toMatchObject({ memoryMb: 512, aliases: [{ name: 'live', version: '1' }] });
    const plans: LivePlan[] = [];
    const refusing = (plan: LivePlan): Promise<boolean> => {
      plans.push(plan);
      return Promise.resolve(false);
    };
    await expect(engine.applyLive({ ...request, confirm: refusing }, never)).rejects.toMatchObject({
      code: 'cancelled',
      message: 'Nothing was changed: Asked stays as it is.',
    });
    expect(plans).toMatchObject([{ functionName: 'Asked', changes: [{ what: 'memory', from: '512 MB', to: '1024 MB' }] }]);
    expect(await aws.state('Asked')).toBe(before);
    expect(existsSync(join(folder, '.reef'))).toBe(false);
    expect(await engine.applyLive({ ...request, confirm: async () => true }, never)).toMatchObject({ applied: true });
    expect((await shapeOf(aws, 'Asked')).memoryMb).toBe(1024);
    expect(await readdir(join(folder, '.reef'))).toEqual(['aws-applied', 'aws-journal']);
  });

  it('that an interruption ends in the middle is set back', async () => {
    await aws.deploy('Interrupted');
    await publishBehind(aws, 'Interrupted', 'live');
    const before = await aws.state('Interrupted');
    const folder = await temporaryFolder();
    const args = [
      'apply',
      'Interrupted',
      '--target',
      'aws',
      '--alias',
      'live',
      '--memory',
      '1024',
      '--yes',
      '--workspace',
      folder,
    ];
    const ended = await reef(args, {
      env: { ...process.env, AWS_ENDPOINT_URL: aws.url },
      started: (child) => {
        const meanwhile = (): void => void child.kill('SIGINT');
        aws.emulator.faults.push({ action: 'PublishVersion', times: 1, reply: null, carriedOut: true, meanwhile });
      },
    });
    expect(ended).toMatchObject({ exitCode: 1, stderr: 'reef: Cancelled: what had been changed was set back.\n' });
    expect(await aws.state('Interrupted')).toBe(before);
    expect(await readdir(join(folder, '.reef/aws-journal'))).toEqual([]);
  });

  it('that was killed is told by the next command, and undone by reef recover', async () => {
    await aws.deploy('Killed');
    const before = await aws.state('Killed');
    const folder = await temporaryFolder();
    const env = { ...process.env, AWS_ENDPOINT_URL: aws.url };
    await reef(['apply', 'Killed', '--target', 'aws', '--live', '--memory', '1024', '--yes', '--workspace', folder], {
      env,
      started: (child) => {
        const meanwhile = (): void => void child.kill('SIGKILL');
        aws.emulator.faults.push({ action: 'UpdateFunctionConfiguration', times: 1, reply: null, carriedOut: true, meanwhile });
      },
    });
    expect(await aws.state('Killed')).not.toBe(before);
    const told = await reef(['doctor', '--json', '--workspace', folder], { env });
    expect(told.stdout).toContain('1 change on AWS is under way, or left changes behind when their process ended');
    const locked = await reef(
      ['apply', 'Killed', '--target', 'aws', '--live', '--memory', '2048', '--yes', '--workspace', folder],
      { env },
    );
    expect(locked).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('or run "reef recover" where it was started') });
    const recovered = await reef(['recover', '--workspace', folder], { env });
    expect(recovered).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Undid what was left of the change of arn:/) });
    expect(await aws.state('Killed')).toBe(before);
  });

  it('to another architecture names what in the workspace does not run there, and what the source states', async () => {
    await aws.deploy('Native');
    const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Native:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: src, Handler: app.handler, Runtime: nodejs22.x, Architectures: [x86_64] }
`;
    await using workspace = await workspaceWith({
      'template.yaml': template,
      'src/app.js': 'exports.handler = async () => 1;',
      'src/node_modules/fast/build/fast.node': elf('x86_64'),
      'tools/slow.node': elf('x86_64'),
    });
    await using engine = await engineIn(workspace.folder);
    const action = { kind: 'set', architecture: 'arm64' } as const;
    const plan = await engine.planLive({ function: 'Native', target: 'aws:/us-east-1', action }, never);
    expect(plan.changes).toEqual([{ what: 'architecture', from: 'x86_64', to: 'arm64' }]);
    expect(plan.notes).toContain(
      'Files in src do not run on arm64 (node_modules/fast/build/fast.node): where they are deployed, the next deployment needs others.',
    );
    expect(plan.notes).toContain(
      'template.yaml states x86_64, and its next deployment may set that again: change it there, too.',
    );
  });
});
