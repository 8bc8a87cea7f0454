import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openStore } from '../../../src/engine/store/sqlite.ts';
import { ReefError, type ReefErrorCode } from '../../../src/protocol/errors.ts';
import { begin, storeAt, temporaryFolder } from './fixture.ts';
import { newSample, reportOf } from './rows.ts';

/** How opening fails: its code, its sentence without the path as given at its end, and whether the file is as it was. */
export function refusal(path: string): { code: string; says: string; untouched: boolean } {
  const content = (): string =>
    statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'base64') : '';
  const before = content();
  try {
    openStore(path).close();
  } catch (error) {
    if (!(error instanceof ReefError)) throw error;
    const end = `: ${path}`;
    const says = error.message.endsWith(end) ? error.message.slice(0, -end.length) : `(path is not named) ${error.message}`;
    return { code: error.code, says, untouched: content() === before };
  }
  throw new Error(`It was not refused: ${path}`);
}

export function refused(code: ReefErrorCode, advice: RegExp): unknown {
  return { code, says: expect.stringMatching(advice) as string, untouched: true };
}

/** A closed store with many rows; its bytes are all in one file. */
export function filledStore(samples = 2000): string {
  const path = join(temporaryFolder(), '.reef', 'samples.db');
  const store = storeAt(path);
  const runId = begin(store);
  store.addSamples(Array.from({ length: samples }, (_, index) => newSample(runId, { sandboxSequence: index })));
  store.saveReport(reportOf(runId, 'Thumbnail'));
  store.close();
  return path;
}
