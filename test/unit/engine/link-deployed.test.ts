import { describe, expect, it } from 'vitest';
import { deployedName, differenceOf, linkDeployed } from '../../../src/engine/link-deployed.ts';
import { functionInfo } from '../../support/functions.ts';

const deployed = functionInfo({
  id: 'arn:aws:lambda:us-east-1:1:function:shop-Orders-1A2B3C4D5E6F',
  name: 'shop-Orders-1A2B3C4D5E6F',
  source: 'deployed',
  template: null,
  memoryMb: 1024,
  timeoutS: 3,
});
const orders = functionInfo({ name: 'Orders', memoryMb: 512 });
const other = functionInfo({ name: 'Other' });

describe('a deployed function', () => {
  it('is the one of the workspace by whose name or id it was asked for, at the size that it has there', () => {
    for (const wanted of ['Orders', orders.id]) {
      const linked = linkDeployed(deployed, wanted, [orders, other]);
      expect(linked).toMatchObject({ id: orders.id, name: 'Orders', template: 'template.yaml', memoryMb: 1024 });
      expect(differenceOf(linked, [orders, other])).toBe(
        'Orders is deployed with other settings than its template states: memory 1024 MB, not 512 MB.',
      );
    }
  });

  it('stands for itself where the workspace has none of that name, or several', () => {
    expect(linkDeployed(deployed, deployed.name, [orders])).toBe(deployed);
    expect(linkDeployed(deployed, 'Orders', [orders, { ...orders, id: 'b.yaml#Orders' }])).toBe(deployed);
    expect(differenceOf(deployed, [orders])).toBeNull();
  });

  it('that is as its template states differs in nothing', () => {
    expect(differenceOf(orders, [orders])).toBeNull();
  });

  it('is looked for by the name that its source states', () => {
    const named = { ...orders, deployedName: 'shop-orders' };
    for (const wanted of ['Orders', orders.id]) expect(deployedName(wanted, [named, other])).toBe('shop-orders');
    expect(deployedName('Orders', [orders, other])).toBe('Orders');
    expect(deployedName('Unknown', [named])).toBe('Unknown');
    // Of several of that name none is meant.
    expect(deployedName('Orders', [named, { ...orders, id: 'b.yaml#Orders' }])).toBe('Orders');
  });
});
