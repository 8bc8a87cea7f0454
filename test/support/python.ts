import { TestRunner } from 'vitest';
import { findProgram } from '../../src/engine/system/process.ts';

/** Skips the test that calls it on a machine without Python. */
export function needsPython(): void {
  if (findProgram(['python3', 'python']) === null)
    TestRunner.getCurrentTest()?.context.skip('there is no Python on this machine');
}
