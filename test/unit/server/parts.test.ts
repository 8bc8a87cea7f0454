import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { OutputParams } from '../../../src/protocol/requests.ts';
import { createOutput } from '../../../src/server/output.ts';
import { percentageOf, progressMessage } from '../../../src/server/progress.ts';
import { contains, overlaps } from '../../../src/server/ranges.ts';
import { needsNewEngines, parseSettings } from '../../../src/server/settings.ts';
import { fileUri, pathOf, relativeFile, sameUri } from '../../../src/server/uris.ts';
import { isWatched, matters } from '../../../src/server/watched-files.ts';
import { anyRange } from './samples.ts';

describe('URIs', () => {
  test('a document in a folder has a relative path with slashes', () => {
    expect(relativeFile('/work space', 'file:///work%20space/a/b.yaml')).toBe('a/b.yaml');
    expect(relativeFile('/w', 'file:///w/..hidden/x.js')).toBe('..hidden/x.js');
  });
  test.each(['file:///other/b.yaml', 'file:///w', 'file:///wider/b.yaml', 'untitled:Untitled-1', 'vscode-vfs://github/w/a.js'])(
    '%s is not in the folder',
    (uri) => expect(relativeFile('/w', uri)).toBeNull(),
  );
  test('paths come back as they went', () => {
    expect(pathOf(fileUri('/w', 'a b/c#d.yaml'))).toBe('/w/a b/c#d.yaml');
    expect(sameUri('file:///c%3A/w', 'file:///C:/w')).toBe(true);
    expect(sameUri('file:///w', 'file:///v')).toBe(false);
  });
});

test.each([
  ['template.yaml', true],
  ['cfn.template', true],
  ['app.mts', true],
  ['.gitignore', true],
  ['notes.md', false],
  ['ayaml', false],
])('%s is watched: %s', (name, watched) => expect(isWatched(`file:///w/${name}`)).toBe(watched));

test('a folder that comes or goes matters, other files do not', () => {
  const [created, changed, deleted] = [1, 2, 3] as const;
  expect(matters({ uri: 'file:///w/src', type: created })).toBe(true);
  expect(matters({ uri: 'file:///w/v1.2', type: deleted })).toBe(true);
  expect(matters({ uri: 'file:///w/logo.png', type: created })).toBe(false);
  expect(matters({ uri: 'file:///w/src', type: changed })).toBe(false);
  expect(matters({ uri: 'file:///w/app.js', type: changed })).toBe(true);
});

test('ranges touch at their ends', () => {
  expect(contains(anyRange(1, 2, 4), { line: 1, character: 4 })).toBe(true);
  expect(contains(anyRange(1, 2, 4), { line: 1, character: 5 })).toBe(false);
  expect(overlaps(anyRange(1, 2, 4), anyRange(1, 4, 9))).toBe(true);
  expect(overlaps(anyRange(1, 2, 4), anyRange(2, 2, 4))).toBe(false);
});

test('progress gives calls, share and the time left', () => {
  expect(progressMessage({ message: 'Measuring', done: 12, total: 40, remainingMs: 8000 })).toBe(
    'Measuring: 12 of about 40 calls, about 8.00 s left',
  );
  expect(percentageOf({ done: 12, total: 40 })).toBe(30);
  expect(percentageOf({ done: 50, total: 40 })).toBe(99);
  expect(percentageOf({ done: 0, total: 0 })).toBe(0);
});

test('without settings nothing is trusted; wrong ones are named', () => {
  const defaults = parseSettings(undefined);
  expect(defaults.trusted).toBe(false);
  expect(() => parseSettings({ ...defaults, storePath: 3 })).toThrow('"storePath"');
  expect(needsNewEngines(defaults, { ...defaults, target: 'replay:x.csv' })).toBe(false);
  expect(needsNewEngines(defaults, { ...defaults, pythonPath: '/opt/python' })).toBe(true);
});

describe('output', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('a function that prints without end sends a bounded number of lines, and the rest is counted', () => {
    const sent: OutputParams[] = [];
    const output = createOutput((params) => sent.push(params));
    for (let line = 0; line < 1_000; line += 1) output.line('loud', { stream: 'stdout', text: String(line) });
    expect(sent).toHaveLength(200);
    vi.advanceTimersByTime(1_000);
    expect(sent.at(-1)).toEqual({ functionName: 'loud', stream: 'reef', text: '… 800 more lines, not shown' });
    output.line('loud', { stream: 'stdout', text: 'x'.repeat(1e6) });
    expect(sent.at(-1)?.text.length).toBeLessThan(3_000);
  });
});
