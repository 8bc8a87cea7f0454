import { describe, expect, it } from 'vitest';
import { couldBe } from '../../../src/engine/targets/aws/find-function.ts';

describe('a deployed name', () => {
  it.for([
    ['shop-OrdersFunction-1A2B3C4D5E6F', 'OrdersFunction', true],
    ['my-shop-OrdersFunction-aB3dE5fG7hI9', 'OrdersFunction', true],
    ['shop-dev-orders', 'orders', true],
    [
      `shop-${'VeryLongLogicalIdOfAFunction'.slice(0, 46)}`.padEnd(51, 'x').concat('-1A2B3C4D5E6F'),
      'VeryLongLogicalIdOfAFunction',
      false,
    ],
    [
      'stack-VeryLongLogicalIdOfAFunctionThatIsCutAtTheEnd-1A2B3C4D5E6F',
      'VeryLongLogicalIdOfAFunctionThatIsCutAtTheEndByTheTool',
      true,
    ],
    ['ShopStack-Orders1A2B3C4D-aB3dE5fG7hI9', 'Orders', true],
    ['ShopStack-Reorders1A2B3C4D-aB3dE5fG7hI9', 'orders', false],
    ['orders', 'OrdersFunction', false],
    ['shop-ReordersFunction-1A2B3C4D5E6F', 'OrdersFunction', false],
    ['shop-OrdersFunctionTwo-1A2B3C4D5E6F', 'OrdersFunction', false],
  ] as const)('%s may come from %s: %s', ([deployed, wanted, expected]) => {
    expect(couldBe(deployed, wanted)).toBe(expected);
  });
});
