import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFunctionIndex } from '../../../src/engine/functions/workspace-index.ts';
import { codes, names, nodeHandler, samTemplate, scanned, signal, temporaryWorkspace } from './temporary-workspace.ts';

const fn = 'CodeUri: src, Runtime: nodejs22.x';
const start = {
  'template.yaml': samTemplate({ One: `${fn}, Handler: one.handler, MemorySize: 512`, Two: `${fn}, Handler: two.handler` }),
  'src/one.js': nodeHandler,
  'src/two.js': nodeHandler,
};

describe('a file that changes on disk', () => {
  test('a template: its functions follow, the others keep their objects', async () => {
    await using workspace = await temporaryWorkspace({
      ...start,
      'other/serverless.yml': 'provider: aws\nfunctions: { x: { handler: a.b } }\n',
    });
    const index = await scanned(workspace.folder);
    const other = index.byId('other/serverless.yml#x');
    await workspace.write('template.yaml', samTemplate({ One: `${fn}, Handler: one.handler, MemorySize: 768` }));
    expect(await index.update(['template.yaml'], signal)).toBe(true);
    expect(index.byId('template.yaml#One')?.memoryMb).toBe(768);
    expect(names(index)).toEqual(['x', 'two.handler', 'One']);
    expect(index.byId('other/serverless.yml#x')).toBe(other);
  });

  test('a source: its symbol moves, goes and comes back', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    await workspace.write('src/one.js', `\n\n${nodeHandler}`);
    expect(await index.update(['src/one.js'], signal)).toBe(true);
    expect(index.byId('template.yaml#One')?.handlerRange?.start.line).toBe(2);
    await workspace.write('src/one.js', 'exports.other = 1;\n');
    expect(await index.update(['src/one.js'], signal)).toBe(true);
    expect(index.byId('template.yaml#One')?.handlerRange).toBeNull();
    expect(codes(index)).toEqual(['handler-not-exported']);
    await workspace.write('src/one.js', nodeHandler);
    expect(await index.update(['src/one.js'], signal)).toBe(true);
    expect(codes(index)).toEqual([]);
  });

  test('that says the same as before differs in nothing', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    await workspace.write('src/one.js', `${nodeHandler}// a comment\n`);
    expect(await index.update(['src/one.js', 'template.yaml', 'src/nothing.js'], signal)).toBe(false);
  });

  test('an included file of a service: the service follows', async () => {
    await using workspace = await temporaryWorkspace({
      'serverless.yml': 'provider: { name: aws, runtime: nodejs22.x }\nfunctions: ${file(fns.yml)}\n',
      'fns.yml': 'a: { handler: src/one.handler }\n',
      'src/one.js': nodeHandler,
    });
    const index = await scanned(workspace.folder);
    await workspace.write('fns.yml', 'b: { handler: src/one.handler, memorySize: 300 }\n');
    expect(await index.update(['fns.yml'], signal)).toBe(true);
    expect(index.byId('fns.yml#b')?.memoryMb).toBe(300);
    expect(names(index)).toEqual(['b']);
  });
});

describe('a file that comes or goes', () => {
  test('the handler file: its function says so', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    await workspace.remove('src/two.js');
    expect(await index.update(['src/two.js'], signal)).toBe(true);
    expect(codes(index)).toEqual(['handler-file-missing']);
    await workspace.write('src/two.ts', 'export const handler = async (event: unknown) => event;\n');
    expect(await index.update(['src/two.ts'], signal)).toBe(true);
    expect(index.byId('template.yaml#Two')?.handlerFile).toBe('src/two.ts');
    expect(codes(index)).toEqual([]);
  });

  test('a template: its handlers are functions of their own without it', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    await workspace.remove('template.yaml');
    expect(await index.update(['template.yaml'], signal)).toBe(true);
    expect(names(index)).toEqual(['one.handler', 'two.handler']);
    await workspace.write('template.yaml', start['template.yaml']);
    expect(await index.update(['template.yaml'], signal)).toBe(true);
    expect(names(index)).toEqual(['One', 'Two']);
  });

  test('an event: the functions of its folder follow', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    await workspace.write('events/one.json', '{}');
    expect(await index.update(['events/one.json'], signal)).toBe(true);
    expect(index.byId('template.yaml#One')?.events).toEqual([{ name: 'one', file: 'events/one.json' }]);
    expect(index.byId('template.yaml#Two')?.events).toEqual([]);
    await workspace.remove('events/one.json');
    expect(await index.update(['events/one.json'], signal)).toBe(true);
    expect(index.byId('template.yaml#One')?.events).toEqual([]);
  });

  test('a folder with all below it', async () => {
    await using workspace = await temporaryWorkspace({ ...start, 'more/deep/app.js': nodeHandler });
    const index = await scanned(workspace.folder);
    expect(names(index)).toContain('app.handler'.replace('app', 'deep'));
    await rename(join(workspace.folder, 'more'), join(workspace.folder, 'less'));
    expect(await index.update(['more', 'less'], signal)).toBe(true);
    expect(index.discovery().functions.map(({ id }) => id)).toContain('less/deep/app.js#deep.handler');
    await workspace.remove('src');
    expect(await index.update(['src'], signal)).toBe(true);
    expect(codes(index)).toEqual(['handler-file-missing', 'handler-file-missing']);
  });

  test('a .gitignore: what it ignores goes, and comes back', async () => {
    await using workspace = await temporaryWorkspace({ 'a/app.js': nodeHandler, 'b/app.js': nodeHandler });
    const index = await scanned(workspace.folder);
    await workspace.write('.gitignore', 'a/\n');
    expect(await index.update(['.gitignore'], signal)).toBe(true);
    expect(names(index)).toEqual(['b.handler']);
    await workspace.remove('.gitignore');
    expect(await index.update(['.gitignore'], signal)).toBe(true);
    expect(names(index)).toEqual(['a.handler', 'b.handler']);
  });

  test('a path out of the workspace changes nothing, the folder itself is read again', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    await workspace.remove('template.yaml');
    expect(await index.update(['../other/app.js', '..', join(workspace.folder, 'template.yaml')], signal)).toBe(false);
    expect(await index.overlay('../other/app.js', nodeHandler)).toBe(false);
    expect(await index.update(['.'], signal)).toBe(true);
    expect(names(index)).toEqual(['one.handler', 'two.handler']);
  });

  test('an ignored file changes nothing', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    await workspace.write('node_modules/x/index.js', nodeHandler);
    expect(await index.update(['node_modules/x/index.js', 'node_modules'], signal)).toBe(false);
    expect(names(index)).toEqual(['One', 'Two']);
  });
});

describe('unsaved text', () => {
  test('stands for the file until it is taken back', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    const text = start['template.yaml'].replace('512', '2048');
    expect(await index.overlay('template.yaml', text)).toBe(true);
    expect(index.byId('template.yaml#One')?.memoryMb).toBe(2048);
    expect(await index.memoryEdit('template.yaml#One', 640)).toMatchObject([{ newText: '640' }]);
    expect(await index.overlay('template.yaml', text)).toBe(false);
    expect(await index.overlay('template.yaml', null)).toBe(true);
    expect(index.byId('template.yaml#One')?.memoryMb).toBe(512);
  });

  test('of a file that is not on disk yet counts, also for a scan', async () => {
    await using workspace = await temporaryWorkspace();
    const index = createFunctionIndex(workspace.folder);
    expect(await index.overlay('new/app.js', nodeHandler)).toBe(false);
    await index.scan(signal);
    expect(names(index)).toEqual(['new.handler']);
    expect(await index.overlay('new/app.js', null)).toBe(true);
    expect(names(index)).toEqual([]);
  });

  test('keeps the functions that can be read while it is broken', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    expect(await index.overlay('template.yaml', start['template.yaml'].replace('  Two:', '  Half: {\n  Two:'))).toBe(true);
    expect(names(index)).toEqual(expect.arrayContaining(['One', 'Two']));
    expect(codes(index)).toContain('template-syntax');
  });
});

describe('cancelling', () => {
  test('a scan keeps what was known', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    await expect(index.scan(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(names(index)).toEqual(['One', 'Two']);
  });

  test('an update leaves its files to the next one', async () => {
    await using workspace = await temporaryWorkspace(start);
    const index = await scanned(workspace.folder);
    await workspace.remove('template.yaml');
    await expect(index.update(['template.yaml'], AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(await index.update(['README.md'], signal)).toBe(true);
    expect(names(index)).toEqual(['one.handler', 'two.handler']);
  });
});

test('updates at once come out as one after the other', async () => {
  await using workspace = await temporaryWorkspace(start);
  const index = await scanned(workspace.folder);
  await Promise.all(
    Array.from({ length: 20 }, (_unused, round) =>
      index.overlay('template.yaml', start['template.yaml'].replace('512', String(128 + round))),
    ),
  );
  expect(index.byId('template.yaml#One')?.memoryMb).toBe(147);
});

describe('a program or a Terraform module that changes on disk', () => {
  const program = (memory: string): string => `import * as lambda from 'aws-cdk-lib/aws-lambda';
new lambda.Function(this, 'Orders', { memorySize: ${memory}, handler: 'orders.handler', code: lambda.Code.fromAsset('src') });
`;

  test('a program: its functions follow, go and come back', async () => {
    await using workspace = await temporaryWorkspace({
      'cdk.json': '{}',
      'lib/stack.ts': program('512'),
      'src/orders.js': nodeHandler,
    });
    const index = await scanned(workspace.folder);
    expect(index.byId('lib/stack.ts#Orders')).toMatchObject({ memoryMb: 512, handlerFile: 'src/orders.js' });
    await workspace.write('lib/stack.ts', program('768'));
    expect(await index.update(['lib/stack.ts'], signal)).toBe(true);
    expect(index.byId('lib/stack.ts#Orders')?.memoryMb).toBe(768);
    await workspace.write('lib/stack.ts', 'export const nothing = 1;\n');
    expect(await index.update(['lib/stack.ts'], signal)).toBe(true);
    expect(names(index)).toEqual(['orders.handler']);
    await workspace.write('lib/stack.ts', program('256'));
    expect(await index.update(['lib/stack.ts'], signal)).toBe(true);
    expect(names(index)).toEqual(['Orders']);
    expect(await index.update(['lib/stack.ts'], signal)).toBe(false);
  });

  test('a file of a module: the functions of its other files follow', async () => {
    const resource = 'resource "aws_lambda_function" "orders" {\n  memory_size = var.memory\n}\n';
    await using workspace = await temporaryWorkspace({ 'infra/main.tf': resource, 'other/main.tf': resource });
    const index = await scanned(workspace.folder);
    expect(index.byId('infra/main.tf#orders')?.memoryMb).toBeNull();
    await workspace.write('infra/variables.tf', 'variable "memory" {\n  default = 512\n}\n');
    expect(await index.update(['infra/variables.tf'], signal)).toBe(true);
    expect(index.byId('infra/main.tf#orders')?.memoryMb).toBe(512);
    await workspace.write('infra/terraform.tfvars', 'memory = 640\n');
    expect(await index.update(['infra/terraform.tfvars'], signal)).toBe(true);
    expect(index.byId('infra/main.tf#orders')?.memoryMb).toBe(640);
    expect(index.byId('other/main.tf#orders')?.memoryMb).toBeNull();
    expect(await index.memoryEdit('infra/main.tf#orders', 1024)).toMatchObject([
      { file: 'infra/terraform.tfvars', newText: '1024' },
    ]);
  });

  test('an edit of a program is refused in a sentence where the size comes from elsewhere', async () => {
    await using workspace = await temporaryWorkspace({ 'lib/stack.ts': program('props.size') });
    const index = await scanned(workspace.folder);
    await expect(index.memoryEdit('lib/stack.ts#Orders', 1024)).rejects.toMatchObject({
      code: 'invalid-settings',
      message: expect.stringContaining('as it comes from props.size: set memorySize by hand.'),
    });
  });
});
