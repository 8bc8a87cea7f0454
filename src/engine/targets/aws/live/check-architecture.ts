import { isCancelled, messageOf, ReefError } from '../../../../protocol/errors.ts';
import type { Architecture } from '../../../../protocol/functions.ts';
import { blocking, type NativeFile } from '../../../functions/native/native-files.ts';
import { scanArchive } from '../../../functions/native/scan-archive.ts';
import type { Deployed } from '../deployed.ts';
import type { Lambda } from '../lambda.ts';
import { LambdaCode } from '../lambda-code.ts';
import { largestUploadBytes } from './set-architecture.ts';

const listed = 4;

/**
 * Whether the deployed code and its layers run on an architecture: what was looked at, a sentence each.
 * @throws ReefError `invalid-settings` when they do not, or Lambda could not take the package with another architecture
 */
export async function checkArchitecture(
  lambda: Lambda,
  latest: Deployed,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<string[]> {
  if (latest.packageType === 'image') {
    throw refused(latest, architecture, 'its image was built for another: build it for both, and deploy it');
  }
  if (latest.codeBytes > largestUploadBytes) {
    throw refused(
      latest,
      architecture,
      'Lambda takes a package of more than 50 MB from a bucket only: deploy it with the tool that made it',
    );
  }
  using code = new LambdaCode(lambda.options);
  const layers = await Promise.all(latest.layers.map((arn) => checkLayer(code, latest, arn, architecture, signal)));
  return [await checkPackage(code, latest, architecture, signal), ...layers.filter((note) => note !== null)];
}

/** The package is what is uploaded again, so it must be readable. */
async function checkPackage(
  code: LambdaCode,
  latest: Deployed,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<string> {
  const files = scanArchive(await code.download(latest.arn, signal));
  const against = blocking(files, architecture);
  if (against.length > 0) throw refused(latest, architecture, `its package has files for another: ${paths(against)}`);
  const native = files.filter(({ system }) => system === 'linux');
  if (native.length === 0) return 'The package has no native files.';
  return `The native files of the package are for ${architecture} too: ${paths(native)}.`;
}

async function checkLayer(
  code: LambdaCode,
  latest: Deployed,
  arn: string,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<string | null> {
  const told = await code.layerArchitectures(arn, signal).catch((error: unknown) => {
    if (isCancelled(error)) throw error;
    return messageOf(error);
  });
  if (typeof told === 'string') return `Whether the layer ${arn} is for ${architecture} cannot be told: ${told}`;
  if (told.length === 0)
    return `The layer ${arn} does not say for which architecture it is: make sure that it is for ${architecture}.`;
  if (told.includes(architecture)) return null;
  throw refused(latest, architecture, `its layer ${arn} is for ${told.join(', ')} only`);
}

function refused({ name }: Deployed, architecture: Architecture, why: string): ReefError {
  return new ReefError('invalid-settings', `${name} cannot be moved to ${architecture}, as ${why}.`);
}

function paths(files: readonly NativeFile[]): string {
  const shown = files.slice(0, listed).map(({ path }) => path);
  return files.length > listed ? `${shown.join(', ')} and ${files.length - listed} more` : shown.join(', ');
}
