/** An account with 1,500 functions: all are listed, page by page, each with its tags and its source. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/engine/create-engine.ts';
import type { DeployedRow } from '../../../src/protocol/deployed.ts';
import { groupRows } from '../../../src/protocol/deployed-groups.ts';
import { createDeployer } from '../../support/aws/deployer.ts';
import { type Emulator, startEmulator } from '../../support/aws/emulator.ts';
import { type Moto, startMoto } from '../../support/aws/moto.ts';
import { workspaceWith } from '../../support/cli.ts';
import { handlers } from '../process/support.ts';
import { never, skipped } from './support.ts';

const functionCount = 1_500;
const stackCount = 40;
const atOnce = 10;

describe.skipIf(skipped !== null)('1,500 deployed functions', () => {
  let moto: Moto;
  let emulator: Emulator;

  beforeAll(async () => {
    moto = await startMoto();
    emulator = await startEmulator(moto.url, handlers);
    using deployer = await createDeployer(moto.url);
    const deploy = (i: number): Promise<unknown> => {
      const logicalId = `F${Math.floor(i / stackCount)}`;
      const Tags = { 'aws:cloudformation:stack-name': `stack-${i % stackCount}`, 'aws:cloudformation:logical-id': logicalId };
      return deployer.deploy(`function-${i}`, { Tags });
    };
    for (let i = 0; i < functionCount; i += atOnce) await Promise.all(Array.from({ length: atOnce }, (_, j) => deploy(i + j)));
  }, 240_000);
  afterAll(async () => {
    await emulator?.[Symbol.asyncDispose]();
    await moto?.[Symbol.asyncDispose]();
  });

  it('are all there, in pages of 50, with their stacks, and linked by their logical ids', { timeout: 120_000 }, async () => {
    const resources = Array.from(
      { length: 30 },
      (_, i) =>
        `  F${i}:\n    Type: AWS::Serverless::Function\n    Properties: { Runtime: nodejs22.x, Handler: app.f${i}, MemorySize: 512, Timeout: 20 }\n`,
    );
    await using workspace = await workspaceWith({
      'template.yaml': `Transform: AWS::Serverless-2016-10-31\nResources:\n${resources.join('')}`,
    });
    const settings = { storePath: '.reef/samples.db', nodePath: process.execPath, pythonPath: '', awsEndpoint: emulator.url };
    await using engine = createEngine({ folder: workspace.folder, settings, log: { log: () => {} }, onOutput: () => {} });
    const rows = new Map<string, DeployedRow>();
    const pages: number[] = [];
    const result = await engine.deployed({ target: 'aws' }, never, (page) => {
      pages.push(page.length);
      for (const row of page) rows.set(row.name, row);
    });
    expect(result).toEqual({ functions: functionCount, tagsProblem: null });
    expect(rows.size).toBe(functionCount);
    expect(emulator.actions.filter((action) => action === 'ListFunctions')).toHaveLength(functionCount / 50);
    expect(Math.max(...pages)).toBeLessThanOrEqual(100);
    const stacks = groupRows(rows.values(), { by: 'stack' });
    expect(stacks).toHaveLength(stackCount);
    expect(stacks.map(([, members]) => members.length).filter((count) => count !== 37 && count !== 38)).toEqual([]);
    const linked = [...rows.values()].filter(({ link }) => link?.kind === 'linked' && link.by === 'logical-id');
    expect(linked).toHaveLength(30 * stackCount);
    expect(rows.get('function-41')?.link).toMatchObject({ source: { functionId: 'template.yaml#F1' } });
    expect(rows.get('function-1499')?.link).toBeNull();
  });
});
