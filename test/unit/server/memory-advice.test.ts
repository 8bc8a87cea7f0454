import { expect, test } from 'vitest';
import { adviceMessage, fixTitle, isWorthwhile, memoryAdvice } from '../../../src/server/memory-advice.ts';
import { anyFigures, anyFunction, anyRange } from './samples.ts';

const value = anyRange(4, 18, 21);
const place = { file: 'template.yaml', key: anyRange(4, 6, 16), value, inherited: false, literal: true };

test('a size that differs and pays is worth saying', () => {
  expect(isWorthwhile(anyFigures({ saving: 0.23, speedup: 1 }))).toBe(true);
  expect(isWorthwhile(anyFigures({ saving: -0.04, speedup: 1.9 }))).toBe(true);
});

test.each([
  ['the size is right already', { currentMb: 1024, recommendedMb: 1024, saving: 0, speedup: 1 }],
  ['nothing is stated', { currentMb: null, saving: null, speedup: null }],
  ['the gain is within what a measurement can tell', { saving: 0.02, speedup: 1.01 }],
  ['it would be slower and dearer', { saving: -0.1, speedup: 0.9 }],
])('nothing is said when %s', (_case, figures) => {
  expect(memoryAdvice(anyFunction({ properties: { memory: place } }), anyFigures(figures))).toBeNull();
});

test('a stated size without figures, as below the floor, is worth saying', () => {
  expect(isWorthwhile(anyFigures({ saving: null, speedup: null }))).toBe(true);
});

test('the advice stands at the value, or at the function when the value is inherited or missing', () => {
  const figures = anyFigures({});
  expect(memoryAdvice(anyFunction({ properties: { memory: place } }), figures)?.range).toEqual(value);
  const inherited = anyFunction({ properties: { memory: { ...place, inherited: true } } });
  expect(memoryAdvice(inherited, figures)?.range).toEqual(inherited.templateRange);
  expect(memoryAdvice(anyFunction({}), figures)?.range).toEqual(anyFunction({}).templateRange);
});

test('code without a template has no place for advice', () => {
  expect(memoryAdvice(anyFunction({ source: 'code', template: null, templateRange: null }), anyFigures({}))).toBeNull();
});

test('words name the property of the dialect, the size and the gain', () => {
  const sam = memoryAdvice(anyFunction({ properties: { memory: place } }), anyFigures({ saving: 0.23, speedup: 1.01 }));
  expect(sam && fixTitle(sam)).toBe('Set MemorySize to 1024 MB (saves 23 %)');
  expect(sam && adviceMessage(sam)).toBe('resize is better off with 1024 MB instead of 512 MB: saves 23 % (predicted).');
  const serverless = memoryAdvice(anyFunction({ source: 'serverless' }), anyFigures({ saving: null, speedup: null }));
  expect(serverless && fixTitle(serverless)).toBe('Set memorySize to 1024 MB');
  const own = memoryAdvice(anyFunction({ source: 'reef' }), anyFigures({ saving: null, speedup: null }));
  expect(own && fixTitle(own)).toBe('Set memory to 1024 MB');
});
