import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reef, workspaceWith } from '../../../support/cli.ts';
import { skipped, temporaryFolder, useAws } from '../support.ts';
import { publishBehind, shapeOf } from './support.ts';

const aws = useAws();
const speed = (memoryMb: number): number => 30 + 200 / Math.min(1, memoryMb / 1769);

function run(folder: string, args: string[]) {
  return reef([...args, '--workspace', folder], { env: { ...process.env, AWS_ENDPOINT_URL: aws.url } });
}

describe.skipIf(skipped !== null)('reef apply on AWS', () => {
  it('sets the recommended size after a yes, says what it costs and what would set it back, and sets it back', async () => {
    await aws.deploy('Quote', { durationMs: speed, usedMb: 70 }, { Handler: 'app.handler' });
    const before = await aws.state('Quote');
    const template =
      'Transform: AWS::Serverless-2016-10-31\nResources:\n  Quote:\n    Type: AWS::Serverless::Function\n    Properties: { Runtime: nodejs22.x, Handler: app.handler, MemorySize: 512 }\n';
    await using workspace = await workspaceWith({ 'template.yaml': template, 'app.js': 'exports.handler = async () => 1;' });
    const { folder } = workspace;
    const none = await run(folder, ['apply', 'Quote', '--target', 'aws', '--live', '--dry-run']);
    expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('There is no recommendation for Quote yet') });
    const profiled = await run(folder, ['profile', 'Quote', '--target', 'aws', '--yes', '--json', '--objective', 'fastest']);
    const { recommendation } = JSON.parse(profiled.stdout) as { recommendation: { memory_mb: number } };

    const preferred = await run(folder, ['apply', 'Quote', '--target', 'aws']);
    expect(preferred).toMatchObject({ exitCode: 2, stdout: '' });
    expect(preferred.stderr).toBe(
      'reef: template.yaml states the memory of Quote: "reef apply Quote" writes it there. Add --live to change the deployed function itself, or --alias NAME for a version that gets a share of its calls, though the next deployment may set it back.\n',
    );
    const dry = await run(folder, ['apply', 'Quote', '--target', 'aws', '--live', '--dry-run']);
    expect(dry).toMatchObject({ exitCode: 0, stderr: '' });
    expect(dry.stdout).toContain(`Quote on aws:\n  memory  512 MB → ${recommendation.memory_mb} MB\n`);
    expect(dry.stdout).toMatch(/A call takes at 512 MB .* for \$.*, at \d+ MB .* for \$.* \(measured on aws, run /);
    expect(dry.stdout).toContain(
      'template.yaml states 512 MB, and its next deployment may set that again: change it there, too.',
    );
    const unasked = await run(folder, ['apply', 'Quote', '--target', 'aws', '--live']);
    expect(unasked).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('This would change Quote on aws. See the plan with --dry-run'),
    });
    expect(await aws.state('Quote')).toBe(before);

    const set = await run(folder, ['apply', 'Quote', '--target', 'aws', '--live', '--yes']);
    expect(set).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Changed, and in force. "reef apply Quote --target aws --undo"'),
    });
    expect((await shapeOf(aws, 'Quote')).memoryMb).toBe(recommendation.memory_mb);
    expect(await readFile(join(folder, 'template.yaml'), 'utf8')).toBe(template);
    const again = await run(folder, ['apply', 'Quote', '--target', 'aws', '--live', '--yes', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ schema: 'reef/apply-live@1', applied: false, changes: [] });
    const undone = await run(folder, ['apply', 'Quote', '--target', 'aws', '--undo', '--yes']);
    expect(undone).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('It is as it was before.') });
    expect(await aws.state('Quote')).toBe(before);
  });

  it('shifts an alias, completes it and rolls it back', async () => {
    await aws.deploy('Shifted');
    await publishBehind(aws, 'Shifted', 'live');
    const before = await aws.state('Shifted');
    const folder = await temporaryFolder();
    const apply = (...args: string[]) => run(folder, ['apply', 'Shifted', '--target', 'aws', '--alias', 'live', ...args]);
    const shifted = await apply('--memory', '1024', '--weight', '25%', '--yes');
    expect(shifted).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('version 1 (512 MB) 75 %, the new version (1024 MB) 25 %'),
    });
    // The size of a shift under way is known.
    const more = await apply('--weight', '50%', '--yes', '--json');
    expect(JSON.parse(more.stdout)).toMatchObject({ applied: true, changes: [{ what: 'alias live' }] });
    expect((await shapeOf(aws, 'Shifted')).aliases).toEqual(['live: 1, 2 0.5']);
    expect((await apply('--finish', '--yes')).exitCode).toBe(0);
    expect((await shapeOf(aws, 'Shifted')).aliases).toEqual(['live: 2']);
    expect((await apply('--roll-back', '--yes')).exitCode).toBe(0);
    expect(await aws.state('Shifted')).toBe(before);
  });

  it('finds the function by the name that its source states', async () => {
    await aws.deploy('shop-orders-live');
    const terraform =
      'resource "aws_lambda_function" "orders" {\n  function_name = "shop-orders-live"\n  handler = "app.handler"\n  memory_size = 512\n}\n';
    await using workspace = await workspaceWith({ 'main.tf': terraform });
    const { stdout, exitCode } = await run(workspace.folder, [
      'apply',
      'orders',
      '--target',
      'aws',
      '--live',
      '--memory',
      '1024',
      '--yes',
    ]);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('main.tf states 512 MB') });
    expect((await shapeOf(aws, 'shop-orders-live')).memoryMb).toBe(1024);
  });

  it.each([
    [['--live'], /A deployed function is changed on a target: give --target aws/],
    [['--target', 'aws', '--live', '--weight', '10%'], /--weight goes with --alias NAME/],
    [['--target', 'aws', '--alias', 'live', '--live'], /--live does not go with --alias/],
    [['--target', 'aws', '--alias', 'live', '--weight', '0%'], /--weight takes a share above 0% and up to 100%/],
    [['--target', 'aws', '--alias', 'live', '--weight', '110%'], /--weight takes a share/],
    [['--target', 'aws', '--alias', 'live', '--finish', '--roll-back'], /Give either --finish or --roll-back/],
    [['--target', 'aws', '--alias', 'live', '--finish', '--memory', '512'], /--memory is of a shift that begins/],
    [['--target', 'aws', '--undo', '--memory', '512'], /--memory does not go with --undo/],
    [['--target', 'aws', '--live', '--architecture', 'riscv'], /--architecture is x86_64 or arm64, not: riscv/],
    [['--architecture', 'arm64'], /--architecture goes with --live/],
    [['--memory', 'much'], /--memory takes a whole number/],
  ])('%j is wrong use', async (args, message) => {
    const { exitCode, stderr } = await run(await temporaryFolder(), ['apply', 'Any', ...args]);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  it.each([
    [['--live', '--memory', '64'], /A function has 128 to 10240 MB, in whole numbers, not 64/],
    [['--live', '--run', 'none'], /There is no report of run "none"/],
    [['--alias', 'none', '--memory', '1024'], /Wrong has no alias none: it has none/],
    [['--undo'], /There is nothing to set back/],
  ])('%j is refused in a sentence', async (args, message) => {
    await aws.deploy('Wrong');
    const { exitCode, stderr } = await run(await temporaryFolder(), ['apply', 'Wrong', '--target', 'aws', '--yes', ...args]);
    expect(stderr).toMatch(message);
    expect({ exitCode, lines: stderr.trim().split('\n').length }).toEqual({ exitCode: 1, lines: 1 });
  });

  it('does not take a version for the function', async () => {
    await aws.deploy('Versioned');
    await publishBehind(aws, 'Versioned', 'live');
    const folder = await temporaryFolder();
    const { exitCode, stderr } = await run(folder, [
      'apply',
      'Versioned:live',
      '--target',
      'aws',
      '--live',
      '--memory',
      '1024',
      '--yes',
    ]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'reef: A version never changes: leave ":live" out to change Versioned, or name an alias with --alias.\n',
    });
  });

  it('says so where nothing is deployed on the target', async () => {
    await using workspace = await workspaceWith({ 'app.js': 'exports.handler = async (event) => 1;' });
    const { exitCode, stderr } = await run(workspace.folder, [
      'apply',
      'app.handler',
      '--target',
      'process',
      '--live',
      '--memory',
      '512',
    ]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Nothing is deployed on the target "process"'),
    });
  });
});
