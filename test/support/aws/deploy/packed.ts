import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { Packaging } from '../../../../src/engine/deploy/artifact.ts';
import { FunctionSpec } from '../../../../src/engine/deploy/spec.ts';

/** A specification with what a test does not care about filled in. */
export function specOf(known: Partial<FunctionSpec> & { name: string }): FunctionSpec {
  const image = known.packageType === 'image';
  return FunctionSpec.parse({
    packageType: 'zip',
    runtime: image ? null : 'nodejs22.x',
    handler: image ? null : 'app.handler',
    ...known,
  });
}

/** Files as a package in `folder`; `packed` counts how often it was made. */
export function packagingOf(files: Record<string, string>, folder: string): Packaging & { packed: () => number } {
  const mtime = new Date(2000, 0, 1);
  const zip = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])), { mtime });
  const codeFingerprint = createHash('sha256').update(JSON.stringify(files)).digest('hex');
  let packed = 0;
  return {
    codeFingerprint,
    packed: () => packed,
    async pack() {
      packed += 1;
      mkdirSync(folder, { recursive: true });
      const file = join(folder, `${codeFingerprint}.zip`);
      writeFileSync(file, zip);
      return {
        kind: 'zip',
        file,
        bytes: zip.length,
        unpackedBytes: Object.values(files).join('').length,
        sha256: createHash('sha256').update(zip).digest('base64'),
        handler: 'app.handler',
        files: Object.keys(files).length,
        parts: [],
        notes: [],
      };
    },
  };
}

/** A handler that returns a text. */
export function returning(text: string): Record<string, string> {
  return { 'app.js': `exports.handler = async () => ${JSON.stringify(text)};` };
}
