import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { actions } from '../../../src/engine/targets/aws/actions.ts';

const root = join(import.meta.dirname, '../../..');
const named = (text: string): Set<string> => new Set(text.match(/\b(?:lambda|logs|tag|iam|ecr):[A-Z][A-Za-z]+/g));

it('every action that the code names is in the list, and in the documentation', () => {
  const listed = new Set<string>(Object.values(actions).flat());
  // What simulates permissions is not part of what it asks about.
  const isOther = (file: string): boolean => /(?:actions|identity)\.ts$/.test(file);
  const files = globSync('src/engine/targets/aws/**/*.ts', { cwd: root }).filter((file) => !isOther(file));
  const sources = files.map((file) => readFileSync(join(root, file), 'utf8'));
  expect(named(sources.join('\n'))).toEqual(listed);
  const documented = named(readFileSync(join(root, 'docs/aws.md'), 'utf8'));
  expect([...documented].filter((action) => action !== 'iam:SimulatePrincipalPolicy').toSorted()).toEqual([...listed].toSorted());
});
