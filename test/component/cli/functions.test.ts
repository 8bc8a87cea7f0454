import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { reef, workspaceWith } from '../../support/cli.ts';

const nullable = z.nullable;
const Document = z.object({
  schema: z.literal('reef/functions@1'),
  functions: z.array(
    z.object({
      name: z.string(),
      runtime: nullable(z.string()),
      handler: nullable(z.string()),
      handler_file: nullable(z.string()),
      symbol: nullable(z.string()),
      line: nullable(z.int()),
      memory_mb: nullable(z.int()),
      timeout_s: nullable(z.number()),
      architecture: nullable(z.string()),
      template: nullable(z.string()),
      template_line: nullable(z.int()),
      source: z.enum(['sam', 'cloudformation', 'serverless', 'code']),
    }),
  ),
  diagnostics: z.array(z.object({ file: z.string(), line: z.int(), message: z.string() })),
});

test('reef functions --json lists functions of templates and of plain code with lines from 1', async () => {
  await using workspace = await workspaceWith({
    'api/template.yml': `Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: python3.12, MemorySize: 256 } }
Resources:
  Rank:
    Type: AWS::Serverless::Function
    Properties: { Handler: rank.handler, CodeUri: src/, Architectures: [arm64] }
`,
    'api/src/rank.py': 'import json\n\n\ndef handler(event, context):\n    return 1\n',
    'jobs/serverless.yml':
      'service: jobs\nprovider: { name: aws, runtime: nodejs20.x, timeout: 10 }\nfunctions:\n  nightly:\n    handler: nightly.run\n',
    'jobs/nightly.mjs': 'export const run = async () => 1;\n',
    'loose.mjs': '// no template\nexport async function handler(event) {\n  return event;\n}\n',
    'broken/template.yaml': 'Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: { Handler: [\n',
  });
  const { stdout } = await reef(['functions', '--json', '--workspace', workspace.folder]);
  const { functions, diagnostics } = Document.parse(JSON.parse(stdout));
  const byName = new Map(functions.map((fn) => [fn.name, fn]));
  expect(byName.get('Rank')).toMatchObject({
    runtime: 'python3.12',
    handler: 'rank.handler',
    handler_file: 'api/src/rank.py',
    symbol: 'handler',
    line: 4,
    memory_mb: 256,
    timeout_s: null,
    architecture: 'arm64',
    template: 'api/template.yml',
    template_line: 4,
    source: 'sam',
  });
  expect(byName.get('nightly')).toMatchObject({
    handler_file: 'jobs/nightly.mjs',
    line: 1,
    memory_mb: null,
    timeout_s: 10,
    source: 'serverless',
  });
  expect(functions.filter(({ source }) => source === 'code')).toMatchObject([
    { handler_file: 'loose.mjs', line: 2, template: null, memory_mb: null },
  ]);
  expect(diagnostics.some(({ file }) => file === 'broken/template.yaml')).toBe(true);
});
