import { readdir, readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { reef, workspaceWith } from '../../support/cli.ts';
import { readZip } from '../../support/unzip.ts';

const files = {
  'reef.yaml': `functions:
  hello:
    handler: src/app.handler
    runtime: nodejs22.x
    environment: { TOKEN: '\${env:REEF_TEST_TOKEN}' }
`,
  'src/app.ts': 'export const handler = async (event: { name: string }) => `hello ${event.name}`;\n',
};
const env = { ...process.env, REEF_TEST_TOKEN: 'not-to-be-seen' };

const Document = z.object({
  schema: z.literal('reef/package@1'),
  function: z.string(),
  name: z.string(),
  kind: z.literal('zip'),
  file: z.string(),
  handler: z.string(),
  fingerprint: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  bytes: z.int(),
  unpacked_bytes: z.int(),
  sha256: z.string(),
  files: z.int(),
  parts: z.array(z.object({ package: z.nullable(z.string()), bytes: z.number() })),
  notes: z.array(z.string()),
});

describe('reef package', () => {
  test('says what is in the archive, and puts it where it is asked to', async () => {
    await using workspace = await workspaceWith(files);
    const out = join(workspace.folder, 'made', 'hello.zip');
    const { exitCode, stdout, stderr } = await reef(['package', 'hello', '--workspace', workspace.folder, '--out', out], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'Packing 2 files\n' });
    expect(stdout).toMatch(/^hello: 2 files, \d+ B \(\d+ B unpacked\), src\/app\.handler on nodejs22\.x, x86_64\n/);
    expect(stdout).toContain('own code and its source map');
    expect(stdout).toContain('note: NODE_OPTIONS is --enable-source-maps');
    expect(stdout.trimEnd().endsWith(`\n${out}`)).toBe(true);
    expect((await readZip(out)).map(({ path }) => path)).toEqual(['src/app.cjs', 'src/app.cjs.map']);
  });

  test('--json is one document, without a value of the environment', async () => {
    await using workspace = await workspaceWith(files);
    const { exitCode, stdout, stderr } = await reef(['package', 'hello', '--workspace', workspace.folder, '--json'], { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).not.toContain('not-to-be-seen');
    const document = Document.parse(JSON.parse(stdout));
    expect(document).toMatchObject({ function: 'reef.yaml#hello', name: 'hello', handler: 'src/app.handler', files: 2 });
    const archive = await readFile(document.file);
    expect(document.bytes).toBe(archive.length);
    expect(document.sha256).toBe(createHash('sha256').update(archive).digest('base64'));
    expect(document.unpacked_bytes).toBe(document.parts.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  test('the value of the environment is in nothing that Reef keeps', async () => {
    await using workspace = await workspaceWith(files);
    await reef(['package', 'hello', '--workspace', workspace.folder], { env });
    const kept = (await readdir(join(workspace.folder, '.reef'), { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    expect(kept.length).toBeGreaterThan(1);
    for (const { parentPath, name } of kept)
      expect((await readFile(join(parentPath, name))).includes('not-to-be-seen')).toBe(false);
  });

  test.each([
    [[], 'Name the function: "reef functions" lists them.'],
    [['hello', 'other'], 'Unexpected argument: other'],
    [['hello', '--target', 'aws'], "Unknown option '--target'"],
  ])('%j is wrong use', async (args, sentence) => {
    await using workspace = await workspaceWith(files);
    const { exitCode, stderr } = await reef(['package', ...args, '--workspace', workspace.folder], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(sentence);
  });

  test.each([
    ['no such function', ['gone'], 'There is no function "gone"'],
    [
      'a place that cannot be written to',
      ['hello', '--out', '/dev/null/x.zip'],
      '/dev/null/x.zip cannot be written, name another place with --out',
    ],
  ])('%s is one sentence', async (_what, args, sentence) => {
    await using workspace = await workspaceWith(files);
    const { exitCode, stderr } = await reef(['package', ...args, '--workspace', workspace.folder], { env });
    expect(exitCode).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^reef: /);
    expect(stderr).toContain(sentence);
  });
});
