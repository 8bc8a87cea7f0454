import * as z from 'zod/mini';
import type { ConfiguredStudy } from './configured-study.ts';

export const WholeNumber = z.int().check(z.positive());
/** Any size that a provider may come to offer, MB. */
export const MemoryMb = z.int().check(z.minimum(1), z.maximum(2 ** 20));

export function setFunctionName(name: string, study: ConfiguredStudy): undefined {
  study.functionName = name;
}
