import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TestRunner, vi } from 'vitest';
import { packageRoot } from '../../src/engine/assets.ts';
import { findProgram } from '../../src/engine/system/process.ts';

const folder = join(packageRoot(), '.cache/uv/bin');

/** Puts uv on the PATH for the test that calls it, or skips the test on a machine without it. */
export function useUv(): void {
  if (!existsSync(join(folder, 'uv')) && findProgram(['uv']) === null) {
    TestRunner.getCurrentTest()?.context.skip('there is no uv: scripts/prepare.sh installs it');
  }
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
}

/** Takes uv from the PATH, wherever this machine has it. */
export function useNoUv(): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((each) => findProgram(['uv'], { PATH: each }) === null);
  vi.stubEnv('PATH', folders.join(delimiter));
}
