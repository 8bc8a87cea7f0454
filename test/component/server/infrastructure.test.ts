import type { CodeAction, CodeLens, Hover } from 'vscode-languageserver/node';
import { describe, expect, test } from 'vitest';
import type { FunctionsResult } from '../../../src/protocol/requests.ts';
import { type Client, connect } from './client.ts';
import { lineOf, samFiles } from './fixtures.ts';
import { applyFix, profiled } from './quick-fix.ts';
import { temporaryWorkspace } from './temporary-workspace.ts';

const handler = { 'src/waiter.mjs': samFiles['src/waiter.mjs'] };

const typescript = `import { Duration, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';

export class Shop extends Stack {
  constructor(scope, id) {
    super(scope, id);
    new Function(this, 'Waiter', {
      code: Code.fromAsset('src'),
      handler: 'waiter.handler',
      runtime: Runtime.NODEJS_22_X,
      memorySize: 4096,
      timeout: Duration.seconds(10),
    });
  }
}
`;

const python = `from aws_cdk import Stack, aws_lambda as lambda_

class Shop(Stack):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        lambda_.Function(self, "Waiter",
            runtime=lambda_.Runtime.NODEJS_22_X,
            code=lambda_.Code.from_asset("src"),
            handler="waiter.handler",
            memory_size=4096,
        )
`;

const terraform = `data "archive_file" "waiter" {
  type        = "zip"
  source_dir  = "\${path.module}/src"
  output_path = "waiter.zip"
}

resource "aws_lambda_function" "Waiter" {
  filename    = data.archive_file.waiter.output_path
  handler     = "waiter.handler"
  runtime     = "nodejs22.x"
  memory_size = 4096
}
`;

const hoverAt = async (client: Client, uri: string, text: string, part: string): Promise<string> => {
  const line = lineOf(text, part);
  const position = { line, character: (text.split('\n')[line] ?? '').indexOf(part) + 1 };
  const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri }, position });
  return (hover.contents as { value: string }).value;
};

describe.each([
  ['a CDK program in TypeScript', 'stack.ts', typescript, 'memorySize', '//', { 'cdk.json': '{}' }],
  ['a CDK program in Python', 'stack.py', python, 'memory_size', '#', { 'cdk.json': '{}' }],
  ['a Terraform module', 'main.tf', terraform, 'memory_size', '#', {}],
] as const)('%s', (_kind, file, text, key, comment, more) => {
  test('has lenses, figures, advice and fixes as a template has', async () => {
    await using workspace = await temporaryWorkspace({ ...handler, ...more, [file]: text });
    await using client = await connect({ folders: [workspace.uri] });
    const uri = `${workspace.uri}/${file}`;
    const lensesAt = (lenses: CodeLens[]): unknown[] => lenses.map(({ range, command }) => [range.start.line, command?.title]);
    const line = lineOf(text, 'Waiter');
    expect(lensesAt(await client.lenses(uri))).toEqual([
      [line, 'Run'],
      [line, 'Profile'],
      [line, 'Trace'],
    ]);

    const mb = await profiled(client, workspace.uri, `${file}#Waiter`);
    const fixed = await applyFix(client, uri, text);
    expect(fixed.diagnosticLine).toBe(lineOf(text, '4096'));
    expect(fixed.title).toContain(`Set ${key} to ${mb} MB (`);
    expect(fixed.text).toBe(text.replace('4096', String(mb)));
    expect(fixed.commented.title).toBe(`Set ${key} to ${mb} MB with a comment naming the evidence`);
    const reason = /Reef: .* predicted on process, \d{4}-\d\d-\d\d, run \S+$/m.exec(fixed.commented.text)?.[0] ?? '';
    expect(fixed.commented.text).toBe(text.replace(/4096(,?)/, `${mb}$1 ${comment} ${reason}`));
    expect(await hoverAt(client, uri, text, '4096')).toContain(`| Memory | 4096 MB | ${mb} MB |`);
    const figures = (await client.lenses(uri)).find(({ command }) => command?.command === 'reef.report.show');
    expect(figures?.command?.title).toContain(`→ ${mb} MB saves`);
  });

  test('is followed while it is typed', async () => {
    await using workspace = await temporaryWorkspace({ ...handler, ...more, [file]: text });
    await using client = await connect({ folders: [workspace.uri] });
    const uri = `${workspace.uri}/${file}`;
    await client.open(uri, text);
    // Half of a line, as it is while somebody types.
    await client.change(uri, `\n\n${text.replace(/^.*4096.*$/m, '')}`);
    expect((await client.lenses(uri)).map(({ range }) => range.start.line)).toEqual(Array(3).fill(lineOf(text, 'Waiter') + 2));
    const { functions } = await client.request<FunctionsResult>('reef/functions', { folder: workspace.uri });
    expect(functions.map((each) => each.function)).toMatchObject([
      { name: 'Waiter', handlerFile: 'src/waiter.mjs', memoryMb: null },
    ]);
  });
});

test('a size that is not a number in the text says where it comes from, and nothing offers to change it', async () => {
  const text = terraform.replace('4096', 'var.memory');
  const variables = 'variable "memory" {\n  type = number\n}\n';
  await using workspace = await temporaryWorkspace({ ...handler, 'main.tf': text, 'variables.tf': variables });
  await using client = await connect({ folders: [workspace.uri] });
  const uri = `${workspace.uri}/main.tf`;
  const mb = await profiled(client, workspace.uri, 'main.tf#Waiter');
  const hover = await hoverAt(client, uri, text, 'var.memory');
  expect(hover).toContain('var.memory');
  expect(hover).toContain(`${mb} MB`);
  const range = {
    start: { line: lineOf(text, 'var.memory'), character: 16 },
    end: { line: lineOf(text, 'var.memory'), character: 18 },
  };
  const params = { textDocument: { uri }, range, context: { diagnostics: [] } };
  expect(await client.request<CodeAction[]>('textDocument/codeAction', params)).toEqual([]);
  expect(client.diagnostics.get(uri) ?? []).toEqual([]);
});
