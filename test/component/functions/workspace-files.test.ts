import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFunctionIndex } from '../../../src/engine/functions/workspace-index.ts';
import { codes, names, nodeHandler, samTemplate, scanned, signal, temporaryWorkspace } from './temporary-workspace.ts';

describe('ignored are', () => {
  test.each([
    'node_modules',
    '.git',
    '.aws-sam',
    '.serverless',
    'dist',
    'build',
    'out',
    '.venv',
    'venv',
    '__pycache__',
    '.reef',
    'cdk.out',
    'coverage',
  ])('%s, at any depth', async (folder) => {
    await using workspace = await temporaryWorkspace({
      [`${folder}/app.js`]: nodeHandler,
      [`a/b/${folder}/c/app.js`]: nodeHandler,
      'ok/app.js': nodeHandler,
    });
    expect(names(await scanned(workspace.folder))).toEqual(['ok.handler']);
  });

  test('what git ignores, the deepest rule deciding', async () => {
    await using workspace = await temporaryWorkspace({
      '.gitignore': '*.gen.js\n/tmp\n!keep.gen.js\n',
      'tmp/app.js': nodeHandler,
      'a/tmp/app.js': nodeHandler,
      'a/x.gen.js': nodeHandler,
      'a/keep.gen.js': nodeHandler,
      'b/.gitignore': '!*.gen.js\nsecret/\n',
      'b/y.gen.js': nodeHandler,
      'b/secret/z.js': nodeHandler,
    });
    const index = await scanned(workspace.folder);
    expect(index.discovery().functions.map(({ handlerFile }) => handlerFile)).toEqual([
      'a/keep.gen.js',
      'a/tmp/app.js',
      'b/y.gen.js',
    ]);
  });

  test('what the repository above the workspace ignores, unless that is the workspace itself', async () => {
    await using repository = await temporaryWorkspace({
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/info/exclude': 'private/\n',
      '.gitignore': 'generated/\nscratch/\n',
      'packages/a/src/one.js': nodeHandler,
      'packages/a/generated/two.js': nodeHandler,
      'packages/a/private/three.js': nodeHandler,
      'scratch/four.js': nodeHandler,
    });
    expect(names(await scanned(join(repository.folder, 'packages/a')))).toEqual(['one.handler']);
    expect(names(await scanned(join(repository.folder, 'scratch')))).toEqual(['four.handler']);
  });

  test('files above 1 MB', async () => {
    await using workspace = await temporaryWorkspace({
      'big.js': `${nodeHandler}//${'x'.repeat(1024 * 1024)}`,
      'small.js': nodeHandler,
    });
    expect(names(await scanned(workspace.folder))).toEqual(['small.handler']);
  });

  test.skipIf(process.platform === 'win32')('links out of the workspace and links to folders', async () => {
    await using outside = await temporaryWorkspace({ 'app.js': nodeHandler });
    await using workspace = await temporaryWorkspace({ 'in/app.js': nodeHandler });
    await symlink(outside.folder, join(workspace.folder, 'linked'));
    await symlink(join(outside.folder, 'app.js'), join(workspace.folder, 'out.js'));
    await symlink(workspace.folder, join(workspace.folder, 'in/loop'));
    await symlink(join(workspace.folder, 'in/app.js'), join(workspace.folder, 'alias.js'));
    await symlink(join(workspace.folder, 'gone.js'), join(workspace.folder, 'dangling.js'));
    const index = await scanned(workspace.folder);
    expect(names(index)).toEqual(['alias.handler', 'in.handler']);
    expect(await index.update(['linked', 'out.js', 'in/loop', 'linked/app.js'], signal)).toBe(false);
  });
});

describe('build output', () => {
  const template = samTemplate({ Fn: 'CodeUri: dist/, Handler: app.handler, Runtime: nodejs22.x' });
  const source = 'export const handler = async (event: object) => event;\n';

  test('that is not there gives way to the source beside it', async () => {
    await using workspace = await temporaryWorkspace({ 'template.yaml': template, 'src/app.ts': source });
    const index = await scanned(workspace.folder);
    expect(index.discovery().functions).toMatchObject([{ name: 'Fn', handlerFile: 'src/app.ts', codeRoot: 'src' }]);
    expect(codes(index)).toEqual([]);
  });

  test('that is there counts, although the folder is ignored, and its coming is noticed', async () => {
    await using workspace = await temporaryWorkspace({ 'template.yaml': template, 'src/app.ts': source });
    const index = await scanned(workspace.folder);
    await workspace.write('dist/app.js', nodeHandler);
    expect(await index.update(['dist/app.js'], signal)).toBe(true);
    expect(index.byId('template.yaml#Fn')).toMatchObject({ handlerFile: 'dist/app.js', codeRoot: 'dist' });
  });

  test('of a build step has the entry point that the template names', async () => {
    const esbuild = `Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: api, Handler: app.handler, Runtime: nodejs22.x }
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [src/app.ts] } }
`;
    await using workspace = await temporaryWorkspace({ 'template.yaml': esbuild, 'api/src/app.ts': source });
    expect((await scanned(workspace.folder)).byId('template.yaml#Fn')?.handlerFile).toBe('api/src/app.ts');
  });
});

test('code that is one file is found', async () => {
  const template =
    'Resources:\n  Fn:\n    Type: AWS::Lambda::Function\n    Properties: { Code: ./src/app.py, Handler: app.run, Runtime: python3.13 }\n';
  await using workspace = await temporaryWorkspace({
    'stack.template': template,
    'src/app.py': 'def run(event, context):\n    pass\n',
  });
  expect((await scanned(workspace.folder)).byId('stack.template#Fn')).toMatchObject({
    handlerFile: 'src/app.py',
    codeRoot: 'src',
    symbol: 'run',
  });
});

test('an image has no code to look for, and no complaint', async () => {
  await using workspace = await temporaryWorkspace({
    'template.yaml': samTemplate({ Fn: 'PackageType: Image, MemorySize: 2048' }),
  });
  const index = await scanned(workspace.folder);
  expect(index.discovery()).toMatchObject({
    functions: [{ packageType: 'image', handlerFile: null, language: null, memoryMb: 2048 }],
    diagnostics: [],
  });
});

test('a function without runtime or handler is reported once each', async () => {
  await using workspace = await temporaryWorkspace({ 'template.yaml': samTemplate({ Fn: 'MemorySize: 512' }) });
  expect(codes(await scanned(workspace.folder)).toSorted()).toEqual(['handler-missing', 'runtime-missing']);
});

test('a syntax error in a handler file is reported there, and nothing else about it', async () => {
  await using workspace = await temporaryWorkspace({
    'template.yaml': samTemplate({ Fn: 'Handler: app.run, Runtime: nodejs22.x' }),
    'app.js': 'exports.other = 1;\nconst x = @;\n',
  });
  const { diagnostics } = (await scanned(workspace.folder)).discovery();
  expect(diagnostics).toMatchObject([
    { file: 'app.js', code: 'source-syntax', severity: 'warning', range: { start: { line: 1 } } },
  ]);
});

test('functions of the same name in several templates have ids of their own', async () => {
  const template = samTemplate({ Fn: 'Handler: app.handler, Runtime: nodejs22.x' });
  await using workspace = await temporaryWorkspace({
    'a/t.yaml': template,
    'a/app.js': nodeHandler,
    'b/t.yaml': template,
    'b/app.js': nodeHandler,
  });
  expect((await scanned(workspace.folder)).discovery().functions.map(({ id }) => id)).toEqual(['a/t.yaml#Fn', 'b/t.yaml#Fn']);
});

test('an edit that would change other functions too is refused', async () => {
  const shared = 'Resources:\n  A: &a\n    Type: AWS::Serverless::Function\n    Properties:\n      MemorySize: 512\n  B: *a\n';
  await using workspace = await temporaryWorkspace({ 'template.yaml': shared });
  const index = await scanned(workspace.folder);
  expect(index.byId('template.yaml#B')?.memoryMb).toBe(512);
  await expect(index.memoryEdit('template.yaml#A', 1024)).rejects.toMatchObject({ code: 'invalid-settings' });
});

test.each([
  '../../etc/app.handler',
  '/etc/app.handler',
  'a\\u0000b.handler',
  '..',
  '.',
  'app',
  '....handler',
  '~/app.handler',
  'C:\\\\app.handler',
])('the handler "%s" leads nowhere, and that is said', async (handler) => {
  await using workspace = await temporaryWorkspace({
    'template.yaml': samTemplate({ Fn: `Handler: "${handler}", Runtime: nodejs22.x` }),
    '.gitignore': 'x\n',
  });
  const index = await scanned(workspace.folder);
  expect(index.discovery().functions).toMatchObject([{ handlerFile: null, handlerRange: null }]);
  expect(codes(index)).toMatchObject([/^handler-(?:invalid|file-missing)$/.exec(codes(index)[0] ?? '')?.[0]]);
});

test('an empty folder has no functions, a missing one is an error', async () => {
  await using workspace = await temporaryWorkspace();
  await mkdir(join(workspace.folder, 'empty'));
  expect((await scanned(join(workspace.folder, 'empty'))).discovery()).toEqual({ functions: [], diagnostics: [] });
  await expect(createFunctionIndex(join(workspace.folder, 'missing')).scan(signal)).rejects.toMatchObject({
    code: 'no-workspace',
  });
});
