import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/engine/create-engine.ts';
import { type CliResult, reef, workspaceWith } from '../../support/cli.ts';

const template = `Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x # the current one
      Handler: app.handler
      MemorySize: 512
  Other:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: app.handler
`;
const files = { 'template.yaml': template, 'app.js': 'exports.handler = async () => 1;' };

const apply = (folder: string, ...args: string[]): Promise<CliResult> => reef(['apply', ...args, '--workspace', folder]);
const textOf = (folder: string, file = 'template.yaml'): Promise<string> => readFile(join(folder, file), 'utf8');

describe('reef apply', () => {
  it('shows the change, and writes it when that is agreed to', async () => {
    await using workspace = await workspaceWith(files);
    const { folder } = workspace;
    const dry = await apply(folder, 'Orders', '--memory', '1024', '--dry-run');
    const diff = `--- a/template.yaml
+++ b/template.yaml
@@ -5,7 +5,7 @@
     Properties:
       Runtime: nodejs22.x # the current one
       Handler: app.handler
-      MemorySize: 512
+      MemorySize: 1024
   Other:
     Type: AWS::Serverless::Function
     Properties:
`;
    expect(dry).toEqual({ exitCode: 0, stdout: diff, stderr: '' });
    const unasked = await apply(folder, 'Orders', '--memory', '1024');
    expect(unasked).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('This would change template.yaml. See the change with --dry-run, and give --yes'),
    });
    expect(await textOf(folder)).toBe(template);
    const done = await apply(folder, 'Orders', '--memory', '1024', '--yes');
    expect(done).toMatchObject({ exitCode: 0, stdout: `${diff}Orders has 1024 MB in template.yaml.\n` });
    expect(await textOf(folder)).toBe(template.replace('512', '1024'));
    expect(await apply(folder, 'Orders', '--memory', '1024')).toEqual({
      exitCode: 0,
      stdout: 'Orders has 1024 MB already.\n',
      stderr: '',
    });
  });

  it('takes the size of the latest report, or of a run', async () => {
    await using workspace = await workspaceWith(files);
    const { folder } = workspace;
    expect(await apply(folder, 'Orders')).toMatchObject({
      exitCode: 1,
      stderr: 'reef: There is no recommendation for Orders yet: profile it first, or name a size.\n',
    });
    const profile = async (name: string, ...args: string[]) => {
      const { stdout } = await reef(['profile', name, '--workspace', folder, '--node', process.execPath, '--json', ...args]);
      return JSON.parse(stdout) as { run_id: string; recommendation: { memory_mb: number } };
    };
    const first = await profile('Orders', '--min-memory', '700', '--objective', 'cost');
    const second = await profile('Orders', '--objective', 'cost');
    const other = await profile('Other');
    const sized = async (...args: string[]) =>
      JSON.parse((await apply(folder, 'Orders', '--dry-run', '--json', ...args)).stdout) as object;
    expect(await sized()).toMatchObject({
      schema: 'reef/apply@1',
      run_id: second.run_id,
      memory_mb: second.recommendation.memory_mb,
      applied: false,
    });
    expect(await sized('--run', first.run_id)).toMatchObject({ run_id: first.run_id, memory_mb: first.recommendation.memory_mb });
    expect(first.recommendation.memory_mb).toBeGreaterThanOrEqual(700);
    expect(await apply(folder, 'Orders', '--run', other.run_id)).toMatchObject({
      exitCode: 1,
      stderr: `reef: Run ${other.run_id} is of Other, not of Orders: name a run of that function.\n`,
    });
  });

  it('writes CDK and Terraform sources, in whichever file the value stands', async () => {
    const stack =
      "import * as lambda from 'aws-cdk-lib/aws-lambda';\nconst memory = 512; // MB\nnew lambda.Function(this, 'Cart', { memorySize: memory });\n";
    await using workspace = await workspaceWith({
      'lib/stack.ts': stack,
      'infra/main.tf': 'resource "aws_lambda_function" "tax" {\n  memory_size = var.memory\n}\n',
      'infra/variables.tf': 'variable "memory" {\n  default = 512 # MB\n}\n',
    });
    const { folder } = workspace;
    expect((await apply(folder, 'Cart', '--memory', '1024', '--yes')).exitCode).toBe(0);
    expect(await textOf(folder, 'lib/stack.ts')).toBe(stack.replace('512', '1024'));
    expect((await apply(folder, 'tax', '--memory', '1024', '--yes')).stdout).toContain('tax has 1024 MB in infra/variables.tf.');
    expect(await textOf(folder, 'infra/variables.tf')).toContain('default = 1024 # MB');
  });

  it('keeps line ends and a byte order mark', async () => {
    const windows = `\uFEFF${template.replaceAll('\n', '\r\n')}`;
    await using workspace = await workspaceWith({ ...files, 'template.yaml': windows });
    const { folder } = workspace;
    expect((await apply(folder, 'Other', '--memory', '1024', '--yes')).exitCode).toBe(0);
    const [head = '', tail = ''] = windows.split(/(?<=Runtime: nodejs22\.x\r\n)/);
    expect(await textOf(folder)).toBe(`${head}      MemorySize: 1024\r\n${tail}`);
  });

  it('leaves a file alone that is not in UTF-8, or cannot be written', async () => {
    const latin = Buffer.from(template.replace('current', 'gültige'), 'latin1');
    await using workspace = await workspaceWith({ ...files, 'template.yaml': latin });
    const { folder } = workspace;
    const refused = await apply(folder, 'Orders', '--memory', '1024', '--yes');
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: 'reef: template.yaml is not in UTF-8, so Reef leaves it alone: set the memory size by hand.\n',
    });
    expect(await readFile(join(folder, 'template.yaml'))).toEqual(latin);
  });

  it.each([
    ['Nobody', ['--memory', '512'], /There is no function "Nobody"/],
    ['Orders', ['--memory', '64'], /A function has 128 to 10240 MB, in whole numbers, not 64/],
    ['Orders', ['--run', 'none'], /There is no report of run "none": "reef runs" lists/],
    ['plain.handler', ['--memory', '512'], /plain\.handler was found in its source, and no template/],
    [
      'Given',
      ['--memory', '512'],
      /The memory size of Given in lib\/stack\.ts stays as it is, as it comes from props\.size: set memorySize by hand/,
    ],
  ])('%s %j is refused in a sentence', async (name, args, message) => {
    await using workspace = await workspaceWith({
      ...files,
      'plain.js': 'exports.handler = async (event) => event;',
      'lib/stack.ts':
        "import * as lambda from 'aws-cdk-lib/aws-lambda';\nnew lambda.Function(this, 'Given', { memorySize: props.size });\n",
    });
    const { exitCode, stderr } = await apply(workspace.folder, name, '--yes', ...args);
    expect(stderr).toMatch(message);
    expect({ exitCode, lines: stderr.trim().split('\n').length }).toEqual({ exitCode: 1, lines: 1 });
  });

  it('does not write over what was changed after it was shown', async () => {
    await using workspace = await workspaceWith(files);
    const { folder } = workspace;
    const settings = { storePath: '.reef/samples.db', nodePath: '', pythonPath: '' };
    await using engine = createEngine({ folder, settings, log: { log: () => {} }, onOutput: () => {} });
    const change = await engine.planTemplate({ function: 'Orders', memoryMb: 1024 }, new AbortController().signal);
    await writeFile(join(folder, 'template.yaml'), `${template}# more\n`);
    await expect(engine.writeTemplate(change)).rejects.toMatchObject({
      code: 'in-use',
      message: 'template.yaml was changed in the meantime: look at the change again.',
    });
    expect(await textOf(folder)).toBe(`${template}# more\n`);
    await writeFile(join(folder, 'template.yaml'), template);
    await chmod(join(folder, 'template.yaml'), 0o644);
    await engine.writeTemplate(change);
    expect(await textOf(folder)).toBe(template.replace('512', '1024'));
  });
});
