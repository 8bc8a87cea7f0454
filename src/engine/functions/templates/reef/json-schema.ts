import * as z from 'zod/mini';
import { ReefFile } from './schema.ts';

/** The JSON Schema of `reef.yaml`, for editors: `schemas/reef.schema.json` is what this returns. */
export function reefJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(ReefFile, { io: 'input', target: 'draft-07' });
  return {
    $schema,
    $id: 'reef.schema.json',
    title: 'reef.yaml',
    description: 'Functions that Reef runs, measures and deploys without a template of another tool.',
    ...schema,
    // What anchors refer to, as in Compose files.
    patternProperties: { '^x-': {} },
  };
}
