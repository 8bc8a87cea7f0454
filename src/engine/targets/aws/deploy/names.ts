import { createHash } from 'node:crypto';

/** Names of what Reef makes beside a function: found again by them, without any state. */

const longestRoleName = 64;
const hashDigits = 8;

/** IAM is one for all regions, so the region is in the name. */
export function roleNameFor(functionName: string, region: string): string {
  return shortened(`reef-${functionName}-${region}`, longestRoleName);
}

/** ECR takes lower case, digits and single separators; a name that is changed for that gets a part of its hash. */
export function repositoryFor(functionName: string): string {
  const plain = functionName
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  if (plain === functionName) return `reef/${plain}`;
  return `reef/${[plain, hashOf(functionName)].filter((part) => part !== '').join('-')}`;
}

function shortened(name: string, longest: number): string {
  return name.length <= longest ? name : `${name.slice(0, longest - hashDigits - 1)}-${hashOf(name)}`;
}

function hashOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, hashDigits);
}
