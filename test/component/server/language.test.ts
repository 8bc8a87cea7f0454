import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Hover, TextDocumentEdit } from 'vscode-languageserver/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProfileResult } from '../../../src/protocol/requests.ts';
import { type Client, connect } from './client.ts';
import { lineOf, samFiles, waiterId } from './fixtures.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from './temporary-workspace.ts';

describe('before anything was measured', () => {
  let workspace: TemporaryWorkspace;
  let client: Client;
  let template: string;
  beforeAll(async () => {
    workspace = await temporaryWorkspace(samFiles);
    client = await connect({ folders: [workspace.uri] });
    template = `${workspace.uri}/template.yaml`;
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await workspace[Symbol.asyncDispose]();
  });

  test('each function of a template has Run and Profile at its key', async () => {
    const lenses = await client.lenses(template);
    const keyed = lenses.map(({ range, command }) => [range.start.line, command?.title, command?.command, command?.arguments]);
    expect(keyed).toEqual(
      ['Waiter', 'ShortTwin', 'LongTwin'].flatMap((name) => {
        const line = lineOf(samFiles['template.yaml'], `  ${name}:`);
        const id = `template.yaml#${name}`;
        return [
          [line, 'Run', 'reef.function.run', [workspace.uri, id]],
          [line, 'Profile', 'reef.function.profile', [workspace.uri, id]],
          [line, 'Trace', 'reef.function.trace', [workspace.uri, id]],
        ];
      }),
    );
  });

  test('a handler has its lenses in the source file', async () => {
    const lenses = await client.lenses(`${workspace.uri}/src/waiter.mjs`);
    expect(lenses.map(({ range, command }) => [range.start, command?.title])).toEqual([
      [{ line: 0, character: 13 }, 'Run'],
      [{ line: 0, character: 13 }, 'Profile'],
      [{ line: 0, character: 13 }, 'Trace'],
    ]);
  });

  test('a handler that several functions share says which lens is whose', async () => {
    const lenses = await client.lenses(`${workspace.uri}/src/twin.mjs`);
    const titles = lenses.map(({ command }) => command?.title);
    expect(new Set(titles)).toEqual(
      new Set(['ShortTwin', 'LongTwin'].flatMap((name) => [`Run ${name}`, `Profile ${name}`, `Trace ${name}`])),
    );
  });

  test('lenses follow the unsaved text', async () => {
    const uri = `${workspace.uri}/src/waiter.mjs`;
    await client.open(uri, samFiles['src/waiter.mjs']);
    await client.change(uri, `// one line more\n${samFiles['src/waiter.mjs']}`);
    expect((await client.lenses(uri)).map(({ range }) => range.start.line)).toEqual([1, 1, 1]);
    await client.close(uri);
    await client.until(() => client.lensRefreshes > 0);
  });

  test('a file on disk that changes is read again', async () => {
    const uri = `${workspace.uri}/src/added.mjs`;
    await writeFile(join(workspace.folder, 'src/added.mjs'), 'export const handler = async () => 1;\n');
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 1 }] });
    const titles = async () => (await client.lenses(uri)).map(({ command }) => command?.title);
    await expect.poll(titles, { timeout: 20_000 }).toEqual(['Run', 'Profile', 'Trace']);
  });

  test('the files that matter are watched', () => {
    expect(client.watchers.join()).toMatch(/yml,yaml,json,template.*gitignore/);
  });

  test('a hover says how to get figures', async () => {
    const position = { line: lineOf(samFiles['template.yaml'], 'Waiter:'), character: 4 };
    const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri: template }, position });
    expect(hover.contents).toMatchObject({ kind: 'markdown', value: expect.stringContaining('No figures yet') as string });
  });

  test('looking makes no store', async () => {
    const reading = readFile(join(workspace.folder, '.reef/samples.db'));
    await expect(reading).rejects.toThrow('ENOENT');
  });
});

describe('after a profile', () => {
  let workspace: TemporaryWorkspace;
  let client: Client;
  let template: string;
  let profile: ProfileResult;
  beforeAll(async () => {
    workspace = await temporaryWorkspace(samFiles);
    client = await connect({ folders: [workspace.uri] });
    template = `${workspace.uri}/template.yaml`;
    profile = await client.request<ProfileResult>('reef/profile', {
      folder: workspace.uri,
      functionId: waiterId,
      target: 'process',
      event: { text: '{}' },
      maxInvocations: 12,
      workDoneToken: 'profile-1',
    });
    await client.until(() => client.diagnostics.has(template));
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await workspace[Symbol.asyncDispose]();
  });

  const recommendedMb = (): number => profile.report.recommendation.memory_mb;

  test('progress was told from begin to end', () => {
    const kinds = client.progress.filter(({ token }) => token === 'profile-1').map(({ value }) => value['kind']);
    expect(kinds[0]).toBe('begin');
    expect(kinds.at(-1)).toBe('end');
    expect(kinds.filter((kind) => kind === 'report').length).toBeGreaterThan(0);
  });

  test('the lens shows the figures and opens the report', async () => {
    const figures = (await client.lenses(template)).filter(({ command }) => command?.command === 'reef.report.show');
    expect(figures).toHaveLength(1);
    expect(figures[0]?.command?.title).toContain(`→ ${recommendedMb()} MB saves`);
    expect(figures[0]?.command?.arguments).toEqual([workspace.uri, profile.runId]);
  });

  test('the hover on the memory value gives current, recommended and evidence', async () => {
    const position = { line: lineOf(samFiles['template.yaml'], 'MemorySize'), character: 20 };
    const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri: template }, position });
    const text = (hover.contents as { value: string }).value;
    expect(text).toContain(`| Memory | 4096 MB | ${recommendedMb()} MB |`);
    expect(text).toContain('90 % interval');
    expect(text).toContain('Target process');
    expect(text).toContain(`${profile.report.samples} samples of ${profile.report.invocations} calls`);
  });

  test('the memory value has a diagnostic', () => {
    const line = lineOf(samFiles['template.yaml'], 'MemorySize');
    const character = '      MemorySize: '.length;
    expect(client.diagnostics.get(template)).toMatchObject([
      {
        range: { start: { line, character }, end: { line, character: character + '4096'.length } },
        severity: 3,
        code: 'reef.memory',
        source: 'Reef',
      },
    ]);
  });

  async function quickFix(line: number): Promise<CodeAction | undefined> {
    const range = { start: { line, character: 20 }, end: { line, character: 20 } };
    const context = { diagnostics: client.diagnostics.get(template) ?? [], only: ['quickfix'] };
    const actions = await client.request<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: template },
      range,
      context,
    });
    return actions.find(({ isPreferred }) => isPreferred === true);
  }

  test('the quick fix edits the value in the text that the user sees, and nothing else', async () => {
    await client.open(template, samFiles['template.yaml']);
    const text = `# unsaved\n${samFiles['template.yaml']}`;
    const version = await client.change(template, text);
    const fix = await quickFix(lineOf(text, 'MemorySize'));
    expect(fix?.title).toMatch(new RegExp(`^Set MemorySize to ${recommendedMb()} MB \\(saves \\d+ %`));
    const [edit] = (fix?.edit?.documentChanges ?? []) as TextDocumentEdit[];
    expect(edit?.textDocument).toEqual({ uri: template, version });
    const applied = TextDocument.applyEdits(TextDocument.create(template, 'yaml', version, text), (edit?.edits ?? []) as never);
    expect(applied).toBe(text.replace('MemorySize: 4096 # too much', `MemorySize: ${recommendedMb()} # too much`));

    await client.change(template, applied);
    await client.until(() => client.diagnostics.get(template)?.length === 0);
    expect(await quickFix(lineOf(applied, 'MemorySize'))).toBeUndefined();
  });

  test('a second window sees the same figures', async () => {
    await using other = await connect({ folders: [workspace.uri] });
    const titles = (await other.lenses(`${workspace.uri}/src/waiter.mjs`)).map(({ command }) => command?.title);
    expect(titles).toHaveLength(4);
  });
});
