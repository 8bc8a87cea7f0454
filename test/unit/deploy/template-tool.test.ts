import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deployToolOf } from '../../../src/engine/deploy/template-tool.ts';
import type { AwsPlace } from '../../../src/engine/targets/aws/place.ts';
import type { FunctionSource } from '../../../src/protocol/functions.ts';

const nowhere: AwsPlace = { profile: null, region: null };
const dev = { profile: 'dev', region: 'eu-west-1' };

/** A folder with these files, each of them executable. */
async function workspace(...files: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-tool-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '');
    await chmod(join(folder, file), 0o755);
  }
  return folder;
}

function toolOf(source: FunctionSource, template: string | null, folder: string, place = nowhere, path = '/nowhere') {
  return deployToolOf({ source, template }, folder, place, { PATH: path });
}

describe('the tool that deploys a template', () => {
  it('is none for what Reef deploys itself', async () => {
    const folder = await workspace();
    expect(toolOf('reef', 'reef.yaml', folder)).toBeNull();
    expect(toolOf('code', null, folder)).toBeNull();
  });

  it('is SAM for its templates and those of CloudFormation; it asks where nothing is configured', async () => {
    const folder = await workspace('shop/template.yaml', 'set/template.yaml', 'set/samconfig.toml');
    const args = (template: string) => toolOf('sam', template, folder, dev)?.commands.map((each) => each.args);
    expect(args('shop/template.yaml')).toEqual([
      ['build', '--template-file', 'template.yaml'],
      ['deploy', '--guided', '--profile', 'dev', '--region', 'eu-west-1'],
    ]);
    expect(args('set/template.yaml')?.[1]).toEqual(['deploy', '--profile', 'dev', '--region', 'eu-west-1']);
    expect(toolOf('cloudformation', 'shop/template.yaml', folder)).toMatchObject({
      name: 'AWS SAM CLI',
      missing: expect.stringContaining('Install'),
    });
  });

  it('is found among the packages of the project first, above the template too', async () => {
    const folder = await workspace('node_modules/.bin/serverless', 'a/b/serverless.yml', 'a/b/other.yml', 'bin/serverless');
    const found = toolOf('serverless', 'a/b/serverless.yml', folder, dev, join(folder, 'bin'));
    expect(found).toMatchObject({
      missing: null,
      commands: [{ program: join(folder, 'node_modules/.bin/serverless'), folder: join(folder, 'a/b') }],
    });
    expect(found?.commands[0]?.args).toEqual(['deploy', '--aws-profile', 'dev', '--region', 'eu-west-1']);
    expect(toolOf('serverless', 'a/b/other.yml', folder)?.commands[0]?.args).toEqual(['deploy', '--config', 'other.yml']);
  });

  it('is the CDK where its app is, with the region in its environment', async () => {
    const folder = await workspace('infra/cdk.json', 'infra/lib/stack.ts', 'bin/cdk');
    const found = toolOf('cdk', 'infra/lib/stack.ts', folder, dev, join(folder, 'bin'));
    expect(found?.commands).toEqual([
      {
        program: join(folder, 'bin/cdk'),
        args: ['deploy', '--profile', 'dev'],
        folder: join(folder, 'infra'),
        environment: { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' },
      },
    ]);
  });

  it('is Terraform, which is made ready first where it is not', async () => {
    const folder = await workspace('new/main.tf', 'known/main.tf', 'known/.terraform/x', 'bin/terraform');
    const commands = (template: string) => toolOf('terraform', template, folder, dev, join(folder, 'bin'))?.commands ?? [];
    expect(commands('new/main.tf').map(({ args }) => args)).toEqual([['init'], ['apply']]);
    expect(commands('known/main.tf').map(({ args }) => args)).toEqual([['apply']]);
    expect(commands('known/main.tf')[0]?.environment).toMatchObject({ AWS_PROFILE: 'dev', AWS_REGION: 'eu-west-1' });
  });
});
