import * as z from 'zod/mini';
import { Architecture } from '../../protocol/functions.ts';

/** What a function shall be like where it is deployed. Values that nobody stated are the defaults given here. */
export const FunctionSpec = z.object({
  /** Its name where it is deployed. */
  name: z.string(),
  packageType: z.enum(['zip', 'image']),
  /** Null for an image. */
  runtime: z.nullable(z.string()),
  /** As the platform takes it, e.g. `src/app.handler`; null for an image. */
  handler: z.nullable(z.string()),
  description: z._default(z.string(), ''),
  memoryMb: z._default(z.int(), 128),
  timeoutS: z._default(z.int(), 3),
  /** Size of `/tmp`, MB. */
  ephemeralStorageMb: z._default(z.int(), 512),
  architecture: z._default(Architecture, 'x86_64'),
  environment: z._default(z.record(z.string(), z.string()), {}),
  /** ARNs of layer versions, in their order. */
  layers: z._default(z.array(z.string()), []),
  vpc: z._default(z.nullable(z.object({ subnets: z.array(z.string()), securityGroups: z.array(z.string()) })), null),
  tags: z._default(z.record(z.string(), z.string()), {}),
  logFormat: z._default(z.enum(['Text', 'JSON']), 'Text'),
  /** ARN or name of the execution role; null: a basic one, which is made only where the user agrees. */
  role: z._default(z.nullable(z.string()), null),
  /** A function URL: none, or one that asks for IAM signatures. There is no public one. */
  url: z._default(z.enum(['none', 'iam']), 'none'),
  /** Alias that callers use and that a deployment moves; null: none. */
  alias: z._default(z.nullable(z.string()), null),
});
export type FunctionSpec = z.infer<typeof FunctionSpec>;
