import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { bundlePath, messages } from '../../../scripts/l10n.ts';

test('the base for translations has every text of the extension and no other: run "node scripts/l10n.ts"', () => {
  const bundle = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(bundlePath, 'utf8')));
  expect(Object.keys(bundle)).toEqual(messages());
  expect(messages()).toContain('Code without a template');
});
