import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/engine/assets.ts';
import { runCommand } from '../../src/engine/system/process.ts';

const probe = 'wall-probe.ts';
const written: string[] = [];

afterEach(async () => {
  for (const file of written.splice(0)) await rm(file, { force: true });
});

/** Lints one line of code as if it stood in that folder. */
async function lintedIn(folder: string, code: string): Promise<number | null> {
  const file = join(packageRoot(), folder, probe);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${code}\n`);
  written.push(file);
  const oxlint = join(packageRoot(), 'node_modules/oxlint/bin/oxlint');
  const { exitCode } = await runCommand(process.execPath, [oxlint, '--deny-warnings', file], { cwd: packageRoot() });
  return exitCode;
}

describe('the walls between layers, held by lint', () => {
  test.each([
    ['src/engine/store', "import type { Uri } from 'vscode';\nexport type Place = Uri;"],
    ['src/extension', "export { toolVersion } from '../engine/version.ts';"],
    ['src/protocol', "export { readFileSync } from 'node:fs';"],
    ['src/engine/numerics', "export { readFileSync } from 'node:fs';"],
    ['src/engine/studies/sizing', "export { openStore } from '../../store/sqlite.ts';"],
    ['src/engine/studies/sizing', 'export const draw = (): number => Math.random();'],
    ['src/engine/pricing', 'export const now = (): number => Date.now();'],
    ['src/engine/targets', "export { usage } from '../../cli/main.ts';"],
    ['src/engine/targets/docker', "export { createProcessTarget } from '../process/target.ts';"],
    ['src/engine/runtime', "export { handlerOf } from '../targets/handler.ts';"],
    ['webview/sizing', "export { openStore } from '../../src/engine/store/sqlite.ts';"],
  ])('%s may not hold: %s', async (folder, code) => {
    expect(await lintedIn(folder, code)).not.toBe(0);
  });

  test('what is allowed passes', async () => {
    expect(await lintedIn('src/engine/studies/sizing', "export { ReefError } from '../../../protocol/errors.ts';")).toBe(0);
  });
});
