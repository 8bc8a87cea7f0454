import type { Hover } from 'vscode-languageserver/node';
import { describe, expect, test } from 'vitest';
import { connect } from './client.ts';
import { lineOf, samFiles, waiterId } from './fixtures.ts';
import { applyFix, profiled } from './quick-fix.ts';
import { temporaryWorkspace } from './temporary-workspace.ts';

describe('other ways to state a size', () => {
  const globals = `Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: nodejs22.x
    MemorySize: 3008 # for all
Resources:
  Waiter:
    Type: AWS::Serverless::Function
    Properties:
      Handler: src/waiter.handler
  Other:
    Type: AWS::Serverless::Function
    Properties:
      Handler: src/twin.handler
`;
  const service = `service: orders
provider:
  name: aws
  runtime: nodejs22.x
functions:
  waiter:
    handler: src/waiter.handler
    memorySize: 2048 # MB
`;
  const sources = { 'src/waiter.mjs': samFiles['src/waiter.mjs'], 'src/twin.mjs': samFiles['src/twin.mjs'] };
  test('a size from Globals is advised on at the function, and the fix gives the function its own', async () => {
    await using workspace = await temporaryWorkspace({ ...sources, 'template.yaml': globals });
    await using client = await connect({ folders: [workspace.uri] });
    const mb = await profiled(client, workspace.uri, waiterId);
    const fixed = await applyFix(client, `${workspace.uri}/template.yaml`, globals);
    expect(fixed.diagnosticLine).toBe(lineOf(globals, '  Waiter:'));
    const handler = '      Handler: src/waiter.handler\n';
    expect(fixed.text).toBe(globals.replace(handler, `${handler}      MemorySize: ${mb}\n`));

    const position = { line: lineOf(globals, 'MemorySize'), character: 18 };
    const hover = await client.request<Hover>('textDocument/hover', {
      textDocument: { uri: `${workspace.uri}/template.yaml` },
      position,
    });
    const text = (hover.contents as { value: string }).value;
    expect(text).toContain('**Waiter**');
    expect(text).toContain('**Other**');
  });

  test('a Serverless service gets memorySize', async () => {
    await using workspace = await temporaryWorkspace({ ...sources, 'serverless.yml': service });
    await using client = await connect({ folders: [workspace.uri] });
    const mb = await profiled(client, workspace.uri, 'serverless.yml#waiter');
    const fixed = await applyFix(client, `${workspace.uri}/serverless.yml`, service);
    expect(fixed.title).toContain(`Set memorySize to ${mb} MB`);
    expect(fixed.text).toBe(service.replace('memorySize: 2048 # MB', `memorySize: ${mb} # MB`));
    expect(fixed.commented.title).toBe(`Set memorySize to ${mb} MB with a comment naming the evidence`);
    const comment = /^ {4}# Reef: .* predicted on process, \d{4}-\d\d-\d\d, run \S+\n/m.exec(fixed.commented.text)?.[0] ?? '';
    expect(fixed.commented.text).toBe(service.replace('    memorySize: 2048 # MB', `${comment}    memorySize: ${mb} # MB`));
  });

  test("a file of Reef's own gets memory", async () => {
    const own =
      'functions:\n  waiter:\n    handler: src/waiter.handler\n    runtime: nodejs22.x\n    memory: 2048 # MB\n    timeout: 10\n';
    await using workspace = await temporaryWorkspace({ ...sources, 'reef.yaml': own });
    await using client = await connect({ folders: [workspace.uri] });
    const mb = await profiled(client, workspace.uri, 'reef.yaml#waiter');
    const fixed = await applyFix(client, `${workspace.uri}/reef.yaml`, own);
    expect(fixed.title).toContain(`Set memory to ${mb} MB`);
    expect(fixed.text).toBe(own.replace('memory: 2048 # MB', `memory: ${mb} # MB`));
  });

  test("what is wrong with a file of Reef's own is a problem at its place", async () => {
    const own = 'functions:\n  waiter:\n    handler: src/waiter.handler\n    runtime: nodejs22.x\n    memorySize: 512\n';
    await using workspace = await temporaryWorkspace({ ...sources, 'reef.yaml': own });
    await using client = await connect({ folders: [workspace.uri] });
    const uri = `${workspace.uri}/reef.yaml`;
    await client.until(() => client.diagnostics.get(uri)?.length === 1);
    const message = '"memorySize" is no setting of a function: it is memory here.';
    expect(client.diagnostics.get(uri)).toMatchObject([
      { severity: 1, code: 'setting-unknown', message, range: { start: { line: 4, character: 4 } } },
    ]);
    expect((await client.lenses(uri)).length).toBeGreaterThan(0);
  });
});

test('what another window measures shows up without asking', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  await using watching = await connect({ folders: [workspace.uri] });
  const template = `${workspace.uri}/template.yaml`;
  expect(await watching.lenses(template)).toHaveLength(9);
  const refreshes = watching.lensRefreshes;
  {
    await using other = await connect({ folders: [workspace.uri] });
    const params = { folder: workspace.uri, functionId: waiterId, target: 'process', event: null, maxInvocations: 8 };
    await other.request('reef/profile', params);
  }
  await watching.until(() => watching.lensRefreshes > refreshes && watching.changes.some(({ what }) => what === 'runs'));
  await watching.until(() => watching.diagnostics.get(template)?.length === 1);
  await expect.poll(() => watching.lenses(template), { timeout: 20_000 }).toHaveLength(10);
});
