/**
 * Writes the JSON Schema of `reef.yaml` anew; a unit test tells when it is not what the code says.
 * Usage: node scripts/schema.ts
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reefJsonSchema } from '../src/engine/functions/templates/reef/json-schema.ts';

await writeFile(join(import.meta.dirname, '../schemas/reef.schema.json'), `${JSON.stringify(reefJsonSchema(), null, 2)}\n`);
