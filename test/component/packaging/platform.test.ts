import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../src/engine/assets.ts';
import { whyNotOn } from '../../../src/engine/functions/native/platform.ts';

/** Binaries of one package for many platforms, as its makers built them. */
const prebuilds = join(packageRoot(), 'node_modules/better-sqlite3/prebuilds');
const lambda = { architecture: 'x86_64', glibcMinor: 34 } as const;

test.each([
  ['linux-x64', lambda, null],
  ['linux-arm64', { ...lambda, architecture: 'arm64' } as const, null],
  ['linux-arm64', lambda, 'is a binary for arm64'],
  ['linux-x64', { ...lambda, glibcMinor: 3 }, expect.stringMatching(/^needs glibc 2\.\d+, and the runtime has 2\.3$/)],
  ['linuxmusl-x64', lambda, 'is linked to musl, the C library of Alpine'],
  ['darwin-arm64', lambda, 'is a binary of macOS'],
  ['win32-x64', lambda, 'is a binary of Windows'],
] as const)('%s on %j', async (name, platform, why) => {
  expect(await whyNotOn(join(prebuilds, `${name}.node`), platform)).toEqual(why);
});

test('a file that is no binary runs everywhere', async () => {
  expect(await whyNotOn(join(packageRoot(), 'package.json'), lambda)).toBeNull();
});
