import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { packageRoot } from './assets.ts';

const Manifest = z.object({ version: z.string() });
let known: string | undefined;

/** Reef's own version, as its package.json states it. */
export function toolVersion(): string {
  known ??= Manifest.parse(JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))).version;
  return known;
}
