import { createHash } from 'node:crypto';
import type { FunctionSpec } from '../../../deploy/spec.ts';
import type { Found } from './found-function.ts';
import { tagNames } from './tags.ts';

const digits = 32;
const shownDigits = 12;

/** Tells versions of the packed code apart: all that went into it, and what it is packed for. */
export function fingerprintOf({ packageType, runtime, handler, architecture }: FunctionSpec, codeFingerprint: string): string {
  const parts = [codeFingerprint, packageType, runtime, handler, architecture];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digits);
}

export function shortFingerprint(fingerprint: string): string {
  return fingerprint.slice(0, shownDigits);
}

/** Whether a function has the code of a fingerprint: nobody has uploaded other code since. */
export function hasFingerprint({ tags, deployed }: Found, fingerprint: string, architecture: string): boolean {
  return (
    tags[tagNames.fingerprint] === fingerprint &&
    deployed.codeSha256 !== null &&
    tags[tagNames.code] === deployed.codeSha256 &&
    deployed.architecture === architecture
  );
}
