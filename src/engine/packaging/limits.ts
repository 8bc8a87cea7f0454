import type { ZipArtifact } from '../deploy/artifact.ts';
import { formatBytes } from '../format/format.ts';
import { packageFailed } from './package-failed.ts';

/** Source: "Lambda quotas" in the AWS Lambda developer guide. */
const maxUnpackedBytes = 250 * 2 ** 20;
export const maxUploadBytes = 50 * 2 ** 20;

/** @throws ReefError `package-failed` for an archive that AWS Lambda takes in no way */
export function checkUnpacked({ unpackedBytes, parts }: Pick<ZipArtifact, 'unpackedBytes' | 'parts'>): void {
  if (unpackedBytes <= maxUnpackedBytes) return;
  throw packageFailed(
    `The package has ${formatBytes(unpackedBytes)} unpacked, and AWS Lambda takes 250 MB with all layers (most of it: ${largest(parts)}): leave files out with exclude, or deploy an image (dockerfile)`,
  );
}

/** Why an archive cannot be sent with the request that deploys it; null when it can. */
export function whyNotUploadable({ bytes, parts }: Pick<ZipArtifact, 'bytes' | 'parts'>): string | null {
  if (bytes <= maxUploadBytes) return null;
  return `The package has ${formatBytes(bytes)}, and AWS Lambda takes 50 MB in a direct upload (most of it: ${largest(parts)}): leave files out with exclude, or deploy an image (dockerfile).`;
}

function largest(parts: ZipArtifact['parts']): string {
  return parts
    .slice(0, 3)
    .map(({ package: name, bytes }) => `${name ?? 'own files'} ${formatBytes(bytes)}`)
    .join(', ');
}
