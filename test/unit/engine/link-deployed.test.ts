import { describe, expect, it } from 'vitest';
import { asDeployed, differenceSentence, differencesOf, linkDeployed, type Source } from '../../../src/engine/link-deployed.ts';
import type { Tags } from '../../../src/protocol/deployed.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';
import { nameWhereDeployed } from '../../../src/engine/packaging/deployed-name.ts';
import { functionInfo } from '../../support/functions.ts';

function deployedAs(name: string, more: Partial<FunctionInfo> = {}): FunctionInfo {
  const id = `arn:aws:lambda:us-east-1:1:function:${name}`;
  return functionInfo({ id, name, source: 'deployed', template: null, ...more });
}

const orders = functionInfo({ name: 'Orders', handler: 'orders.handler' });
const other = functionInfo({ name: 'Other', handler: 'other.handler' });
const twin = functionInfo({ id: 'b.yaml#Orders', name: 'Orders', handler: 'twin.handler' });
const sourceOf = (fn: FunctionInfo): Source => ({ folder: '/work', owner: 'ours', function: fn });
const link = (deployed: FunctionInfo, own: FunctionInfo[], tags: Tags = {}) => linkDeployed(deployed, tags, own.map(sourceOf));

describe('the source of a deployed function', () => {
  it.for<[string, FunctionInfo, FunctionInfo[], Tags, string, FunctionInfo]>([
    [
      'by the tag of what Reef deployed from this workspace, under the name that it gives',
      deployedAs('pay-visa'),
      [functionInfo({ name: 'pay/visa.handler', symbol: 'handler', source: 'code' }), other],
      { 'reef:owner': 'ours' },
      'reef-tag',
      functionInfo({ name: 'pay/visa.handler', symbol: 'handler', source: 'code' }),
    ],
    [
      'by the logical id of CloudFormation, whatever the name resembles',
      deployedAs('shop-Other-1A2B3C4D5E6F'),
      [orders, other],
      { 'aws:cloudformation:logical-id': 'Orders' },
      'logical-id',
      orders,
    ],
    [
      'by the logical id that the Serverless Framework makes of a key',
      deployedAs('renamed'),
      [functionInfo({ name: 'pay-visa', source: 'serverless' })],
      { 'aws:cloudformation:logical-id': 'PayDashvisaLambdaFunction' },
      'logical-id',
      functionInfo({ name: 'pay-visa', source: 'serverless' }),
    ],
    [
      'by the logical id that CDK makes of the constructs',
      deployedAs('renamed'),
      [functionInfo({ name: 'pay-visa', source: 'cdk' }), functionInfo({ name: 'pay-amex', source: 'cdk' })],
      { 'aws:cloudformation:logical-id': 'Apipayvisa0A1B2C3D' },
      'logical-id',
      functionInfo({ name: 'pay-visa', source: 'cdk' }),
    ],
    ['by its name', deployedAs('Orders'), [orders, other], {}, 'name', orders],
    [
      'by the name that the template states',
      deployedAs('live-orders'),
      [functionInfo({ name: 'Fn', deployedName: 'live-orders' }), other],
      {},
      'name',
      functionInfo({ name: 'Fn', deployedName: 'live-orders' }),
    ],
    ['by what CloudFormation makes of a name', deployedAs('shop-Orders-1A2B3C4D5E6F'), [orders, other], {}, 'made-name', orders],
    [
      'by a handler that names a folder',
      deployedAs('x', { handler: 'src/orders/app.handler' }),
      [functionInfo({ name: 'A', handler: 'src/orders/app.handler' }), other],
      {},
      'handler',
      functionInfo({ name: 'A', handler: 'src/orders/app.handler' }),
    ],
    [
      'is the one with the same handler where several have its name',
      deployedAs('Orders', { handler: 'twin.handler' }),
      [orders, twin],
      {},
      'name',
      twin,
    ],
  ])('%s', ([, deployed, own, tags, by, source]) => {
    expect(link(deployed, own, tags)).toEqual({ kind: 'linked', by, source: sourceOf(source) });
  });

  it('is none of several that nothing tells apart', () => {
    const deployed = deployedAs('Orders', { handler: 'bundle.handler' });
    expect(link(deployed, [orders, twin])).toEqual({ kind: 'ambiguous', by: 'name', candidates: [orders, twin].map(sourceOf) });
    const same = deployedAs('Orders', { handler: 'orders.handler' });
    expect(link(same, [orders, { ...twin, handler: 'orders.handler' }])).toMatchObject({ kind: 'ambiguous' });
  });

  it('is unknown where nothing points to any', () => {
    expect(
      link(deployedAs('x', { handler: 'index.handler' }), [functionInfo({ name: 'A', handler: 'index.handler' })]),
    ).toBeNull();
    expect(link(deployedAs('x', { handler: null }), [functionInfo({ name: 'A', handler: null })])).toBeNull();
    // What a template names itself gets no other name from a tool.
    expect(link(deployedAs('shop-Fn-1A2B3C4D5E6F'), [functionInfo({ name: 'Fn', deployedName: 'live-orders' })])).toBeNull();
    expect(link(deployedAs('x'), [])).toBeNull();
    expect(link(deployedAs('Orders'), [orders], { 'reef:owner': 'theirs' })).toBeNull();
    // Of two templates with such a name, the logical id tells that it is the other one's.
    const tags = { 'aws:cloudformation:logical-id': 'TheirOrders' };
    expect(link(deployedAs('shop-Orders-1A2B3C4D5E6F'), [orders], tags)).toBeNull();
    const terraform = functionInfo({ name: 'Orders', source: 'terraform' });
    expect(link(deployedAs('shop-Orders-1A2B3C4D5E6F'), [terraform], tags)).toMatchObject({ by: 'made-name' });
  });
});

describe('a source as it is deployed', () => {
  it('has the settings that hold there, and the id by which it is found there', () => {
    const deployed = deployedAs('shop-Orders-1A2B3C4D5E6F', { memoryMb: 1024, architecture: 'arm64', handler: 'index.handler' });
    expect(asDeployed(orders, deployed)).toEqual({
      ...orders,
      memoryMb: 1024,
      architecture: 'arm64',
      deployedId: deployed.id,
    });
  });

  it('differs in what both state', () => {
    const deployed = deployedAs('x', { memoryMb: 1024, timeoutS: 30, runtime: 'nodejs20.x', handler: 'index.handler' });
    const stated = functionInfo({ name: 'Orders', memoryMb: 512, timeoutS: null, handler: 'app.handler' });
    expect(differenceSentence('Orders', differencesOf(deployed, stated))).toBe(
      'Orders is deployed with other settings than its template states: memory 1024 MB, not 512 MB; runtime nodejs20.x, not nodejs22.x; handler index.handler, not app.handler.',
    );
    const image = deployedAs('x', { packageType: 'image', runtime: null, handler: null });
    expect(differencesOf(image, functionInfo())).toEqual([{ what: 'package type', deployed: 'image', source: 'zip' }]);
    expect(differencesOf(image, functionInfo({ source: 'code' }))).toEqual([]);
  });

  it('that is as its template states differs in nothing', () => {
    expect(differenceSentence('Orders', differencesOf(orders, orders))).toBeNull();
  });

  it('is looked for by the name that its source states', () => {
    const named = { ...orders, deployedName: 'shop-orders' };
    for (const wanted of ['Orders', orders.id]) expect(nameWhereDeployed(wanted, [named, other])).toBe('shop-orders');
    expect(nameWhereDeployed('Orders', [orders, other])).toBe('Orders');
    expect(nameWhereDeployed('Unknown', [named])).toBe('Unknown');
    const code = functionInfo({ name: 'label/app.handler', symbol: 'handler', source: 'code', template: null });
    expect(nameWhereDeployed('label/app.handler', [code])).toBe('label-app');
    // Of several of that name none is meant.
    expect(nameWhereDeployed('Orders', [named, { ...orders, id: 'b.yaml#Orders' }])).toBe('Orders');
  });
});
