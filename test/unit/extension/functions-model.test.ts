import { describe, expect, test } from 'vitest';
import { isRunnable } from '../../../src/extension/views/function-facts.ts';
import { functionsTree, type FunctionsNode } from '../../../src/extension/views/functions-model.ts';
import type { Figures, FunctionWithFigures } from '../../../src/protocol/requests.ts';
import { functionInfo } from '../../support/functions.ts';
import { english } from './english.ts';

const folder = 'file:///work';

const figures: Figures = {
  functionId: 'template.yaml#Thumbnail',
  runId: 'r1',
  createdAt: '2026-11-20T19:00:00.000Z',
  target: 'process',
  basis: 'predicted',
  currentMb: 512,
  currentDurationMs: 41,
  currentCostPerMillionUsd: 0.83,
  recommendedMb: 1024,
  recommendedDurationMs: 22,
  recommendedCostPerMillionUsd: 0.64,
  saving: 0.23,
  speedup: 1.9,
  why: 'It is CPU-bound.',
  evidence: ['20 samples on this machine'],
};

function tree(...functions: FunctionWithFigures[]): FunctionsNode[] {
  return functionsTree([{ folder, name: 'work', functions }], english);
}

function onlyFunction(item: FunctionWithFigures): FunctionsNode {
  const [group] = tree(item);
  const [node] = group?.children ?? [];
  if (node === undefined) throw new Error('The tree has no function.');
  return node;
}

describe('the tree of functions', () => {
  test('groups by template, and puts code without a template last', () => {
    const nodes = tree(
      { function: functionInfo({ id: 'a', name: 'a.handler', source: 'code', template: null }), figures: null },
      { function: functionInfo({ id: 'z', name: 'Z', template: 'z.yaml' }), figures: null },
      { function: functionInfo({ id: 'b', name: 'B', template: 'b/template.yaml' }), figures: null },
      { function: functionInfo({ id: 'c', name: 'C', template: 'b/template.yaml' }), figures: null },
    );
    expect(nodes.map(({ label }) => label)).toEqual(['b/template.yaml', 'z.yaml', 'Code without a template']);
    expect(nodes[0]?.children.map(({ label }) => label)).toEqual(['B', 'C']);
  });

  test('shows folders only when there are several, and leaves out those without functions', () => {
    const item = { function: functionInfo(), figures: null };
    const nodes = functionsTree(
      [
        { folder: 'file:///one', name: 'one', functions: [item] },
        { folder: 'file:///two', name: 'two', functions: [item] },
        { folder: 'file:///three', name: 'three', functions: [] },
      ],
      english,
    );
    expect(nodes.map(({ label }) => label)).toEqual(['one', 'two']);
    expect(nodes[1]?.children[0]?.children[0]?.payload).toEqual({ folder: 'file:///two', functionId: 'template.yaml#Thumbnail' });
  });

  test('gives every node an id of its own', () => {
    const item = { function: functionInfo({ events: [{ name: 'small', file: 'events/small.json' }] }), figures };
    const nodes = functionsTree(
      [
        { folder: 'file:///one', name: 'one', functions: [item] },
        { folder: 'file:///two', name: 'two', functions: [item] },
      ],
      english,
    );
    const ids = flatten(nodes).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('shows the last figures and what is recommended', () => {
    const node = onlyFunction({ function: functionInfo(), figures });
    expect(node.description).toBe('512 MB · 41 ms · $0.83/M → 1024 MB');
    expect(node.icon?.id).toBe('lightbulb');
    expect(node.traits).toEqual(['function', 'runnable', 'hasHandler', 'hasTemplate', 'hasReport', 'applicable']);
    expect(node.children.map(({ label, description }) => [label, description])).toEqual([
      ['1024 MB recommended', 'saves 23 %, ×1.9 faster'],
      ['Report', 'process, predicted'],
    ]);
    expect(node.accessibilityLabel).toContain('1024 MB recommended: saves 23 %, ×1.9 faster');
  });

  test('says that a size is right, and offers nothing to apply then', () => {
    const node = onlyFunction({ function: functionInfo(), figures: { ...figures, currentMb: 1024 } });
    expect(node.icon?.id).toBe('pass');
    expect(node.traits).not.toContain('applicable');
    expect(node.children[0]?.label).toBe('1024 MB is right');
  });

  test('cannot apply a size to code without a template', () => {
    const node = onlyFunction({
      function: functionInfo({ source: 'code', template: null }),
      figures: { ...figures, currentMb: null },
    });
    expect(node.traits).not.toContain('applicable');
    expect(node.description).toBe('1024 MB · 22 ms · $0.64/M');
  });

  test('lists the events, which open their file and can be run', () => {
    const event = { name: 'small', file: 'events/small.json' };
    const [node] = onlyFunction({ function: functionInfo({ events: [event] }), figures: null }).children;
    expect(node).toMatchObject({ label: 'small', opens: 'events/small.json', payload: { event }, traits: ['event', 'runnable'] });
  });

  test.each([
    [{ language: null, runtime: 'ruby3.3' }, 'Reef cannot run the runtime ruby3.3'],
    [{ handlerFile: null, handler: 'gone.handler' }, 'No file matches the handler gone.handler'],
    [{ packageType: 'image' as const }, 'container image'],
  ])('says why a function with %o cannot be run', (known, reason) => {
    const item = { function: functionInfo(known), figures: null };
    expect(isRunnable(item)).toBe(false);
    const node = onlyFunction(item);
    expect(node.traits).not.toContain('runnable');
    expect(node.children[0]?.label).toContain(reason);
    expect(node.icon?.id).toBe('warning');
  });

  test('makes names of the workspace harmless in a tooltip', () => {
    const node = onlyFunction({ function: functionInfo({ name: '[x](command:evil) <b>' }), figures: null });
    expect(node.tooltip).not.toContain('[x](command');
    expect(node.tooltip).not.toContain('<b>');
  });
});

function flatten(nodes: readonly FunctionsNode[]): FunctionsNode[] {
  return nodes.flatMap((node) => [node, ...flatten(node.children)]);
}
