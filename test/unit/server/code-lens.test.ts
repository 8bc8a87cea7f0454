import { expect, test } from 'vitest';
import { lensText } from '../../../src/engine/format/format.ts';
import { lensesOfFile } from '../../../src/server/code-lens.ts';
import { anyFigures, anyFunction, anyRange } from './samples.ts';

const none = (): null => null;
const titles = (...args: Parameters<typeof lensesOfFile>): (string | undefined)[] =>
  lensesOfFile(...args).map(({ command }) => command?.title);

test('figures come after Run, Profile and Trace, and open their report', () => {
  const figures = anyFigures({});
  const lenses = lensesOfFile([anyFunction({})], 'app.js', 'file:///w', () => figures);
  expect(lenses.map(({ command }) => command)).toEqual([
    { title: 'Run', command: 'reef.function.run', arguments: ['file:///w', 'template.yaml#resize'] },
    { title: 'Profile', command: 'reef.function.profile', arguments: ['file:///w', 'template.yaml#resize'] },
    { title: 'Trace', command: 'reef.function.trace', arguments: ['file:///w', 'template.yaml#resize'] },
    { title: lensText(figures), command: 'reef.report.show', arguments: ['file:///w', 'run-1'] },
  ]);
});

test('functions that share a handler are named there, not in their template', () => {
  const one = anyFunction({ id: 'a', name: 'a', templateRange: anyRange(2, 2, 3) });
  const other = anyFunction({ id: 'b', name: 'b', templateRange: anyRange(9, 2, 3) });
  expect(titles([one, other], 'app.js', 'file:///w', none)).toEqual([
    'Run a',
    'Profile a',
    'Trace a',
    'Run b',
    'Profile b',
    'Trace b',
  ]);
  expect(titles([one, other], 'template.yaml', 'file:///w', none)).toEqual([
    'Run',
    'Profile',
    'Trace',
    'Run',
    'Profile',
    'Trace',
  ]);
});

test('two handlers of one file are not named: their places tell them apart', () => {
  const one = anyFunction({ id: 'a', name: 'a', handlerRange: anyRange(1, 13, 15) });
  const other = anyFunction({ id: 'b', name: 'b', handlerRange: anyRange(5, 13, 15) });
  expect(titles([one, other], 'app.js', 'file:///w', none)).toEqual(['Run', 'Profile', 'Trace', 'Run', 'Profile', 'Trace']);
});

test('a function whose handler is not found has its lenses in the template only', () => {
  const fn = anyFunction({ handlerRange: null });
  expect(titles([fn], 'app.js', 'file:///w', none)).toEqual([]);
  expect(titles([fn], 'template.yaml', 'file:///w', none)).toEqual(['Run', 'Profile', 'Trace']);
});
