import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { escapeMarkdown, markdownTable } from '../../../src/engine/format/markdown.ts';
import { hoverText } from '../../../src/server/hover-text.ts';
import { computedPlace } from '../../support/functions.ts';
import { anyFigures, anyFunction } from './samples.ts';

test('without figures the hover says how to get them', () => {
  expect(hoverText(anyFunction({}), null, null)).toContain('`reef profile resize`');
});

test('a size that is no number in the source is shown with where it comes from', () => {
  const memory = computedPlace('main.tf', 'var.memory');
  const unknown = anyFunction({ memoryMb: null, properties: { memory } });
  expect(hoverText(unknown, null, null)).toContain(
    'The memory size comes from `var.memory`: Reef cannot tell it, and leaves it as it is.',
  );
  const known = anyFunction({ memoryMb: 768, properties: { memory } });
  expect(hoverText(known, anyFigures({}), null)).toContain('The memory size comes from `var.memory`: 768 MB.');
});

test('figures stand in a table, with why and evidence, even when the report is gone', () => {
  const text = hoverText(anyFunction({}), anyFigures({}), null);
  expect(text).toContain('| Memory | 512 MB | 1024 MB |');
  expect(text).toContain('| Duration, predicted | 41 ms | 21 ms |');
  expect(text).toContain(String.raw`| Cost per million calls | \$0.83/M | \$0.64/M |`);
  expect(text).toContain('It is CPU-bound.');
  expect(text).toContain('- 12 warm samples on this machine.');
});

test('a report that no longer holds, a verdict and p95 are said', () => {
  const text = hoverText(
    anyFunction({}),
    anyFigures({ stale: 'The code changed.', verdict: 'flat', saving: null, recommendedP95Ms: 61 }),
    null,
  );
  expect(text).toContain('**Profile again:** The code changed.');
  expect(text).toContain('**Memory hardly matters.**');
  expect(text).toContain('| p95 | – | 61 ms |');
  expect(text).not.toContain('saves');
});

test('a name that is markup is shown as it is written', () => {
  const text = hoverText(anyFunction({ name: '<img src=x>[click](command:evil)|**' }), anyFigures({}), null);
  expect(text).toContain(String.raw`&lt;img src=x&gt;\[click\](command:evil)\|\*\*`);
  expect(text).not.toContain('<img');
});

test('no text ends a table cell, opens a tag or breaks the line', () => {
  assert(
    property(string(), (text) => {
      const escaped = escapeMarkdown(text);
      expect(escaped).not.toMatch(/[<>\n\r]/);
      expect(escaped.replaceAll(/\\./g, '')).not.toMatch(/[|`[\]*_]/);
      expect(markdownTable(['a'], [[text]]).split('\n')).toHaveLength(3);
    }),
  );
});
