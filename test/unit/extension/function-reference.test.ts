import { describe, expect, test } from 'vitest';
import {
  functionArgument,
  runArgument,
  targetArgument,
  workArgument,
} from '../../../src/extension/commands/function-reference.ts';

describe('arguments of commands', () => {
  test('of a lens are a folder and an id', () => {
    expect(functionArgument(['file:///w', 'template.yaml#F'])).toEqual({ folder: 'file:///w', functionId: 'template.yaml#F' });
    expect(runArgument(['file:///w', 'r1'])).toEqual({ folder: 'file:///w', runId: 'r1' });
  });

  test('of a report name its target too', () => {
    expect(targetArgument(['file:///w', 'fast', 'replay:curves.csv'])).toBe('replay:curves.csv');
    expect(targetArgument(['file:///w', 'fast'])).toBeUndefined();
  });

  test('of a tree are its node, and the selection after it', () => {
    const event = { name: 'small', file: 'events/small.json' };
    const node = { payload: { folder: 'file:///w', functionId: 'f', event } };
    expect(functionArgument([node, [node]])).toEqual({ folder: 'file:///w', functionId: 'f', event });
    expect(runArgument([{ payload: { folder: 'file:///w', runId: 'r1', functionId: 'f' } }])).toEqual({
      folder: 'file:///w',
      runId: 'r1',
    });
    expect(workArgument([{ payload: { folder: 'file:///w', workId: 'w1' } }])).toBe('w1');
  });

  test.each([[[]], [[undefined]], [[{}]], [['file:///w']], [[{ payload: { folder: 'file:///w' } }]]])(
    'that are %o name nothing: ask',
    (args) => {
      expect(functionArgument(args)).toBeUndefined();
      expect(runArgument(args)).toBeUndefined();
      expect(workArgument(args)).toBeUndefined();
    },
  );
});
