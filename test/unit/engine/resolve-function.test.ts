import { describe, expect, test } from 'vitest';
import { resolveFunction } from '../../../src/engine/resolve-function.ts';
import { ReefError } from '../../../src/protocol/errors.ts';
import { functionInfo } from '../../support/functions.ts';

const orders = functionInfo({ name: 'Orders' });
const thumbnail = functionInfo({ name: 'Thumbnail' });
const twin = functionInfo({ name: 'Orders', id: 'other/template.yaml#Orders' });

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ReefError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('resolving what the user called a function', () => {
  test('its name is enough', () => expect(resolveFunction('Orders', [orders, thumbnail], 'shop')).toBe(orders));
  test('its id always works', () => expect(resolveFunction(twin.id, [orders, twin], 'shop')).toBe(twin));
  test('no name is enough where there is only one', () => expect(resolveFunction('', [orders], 'shop')).toBe(orders));

  test('an unknown name lists what there is', () => {
    expect(() => resolveFunction('Order', [orders, thumbnail], 'shop')).toThrow(
      'There is no function "Order" in shop: it has Orders, Thumbnail.',
    );
  });

  test('a name that two functions have asks for an id', () => {
    expect(codeOf(() => resolveFunction('Orders', [orders, twin], 'shop'))).toBe('ambiguous-function');
    expect(() => resolveFunction('Orders', [orders, twin], 'shop')).toThrow('template.yaml#Orders, other/template.yaml#Orders');
  });

  test('an empty workspace says so', () => expect(codeOf(() => resolveFunction('Orders', [], 'shop'))).toBe('no-such-function'));
  test('no name among several asks which', () =>
    expect(codeOf(() => resolveFunction('', [orders, thumbnail], 'shop'))).toBe('ambiguous-function'));
});
