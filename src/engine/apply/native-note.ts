import { join } from 'node:path';
import type { Architecture, FunctionInfo } from '../../protocol/functions.ts';
import { blocking } from '../functions/native/native-files.ts';
import { scanFolder } from '../functions/native/scan-folder.ts';

const listed = 3;

/**
 * Which native files of a function's code in the workspace do not run on an architecture, in a sentence; null when all do, or
 * its code is not here. They may be tools that are not deployed, so this refuses nothing.
 */
export async function nativeNote(
  folder: string,
  { codeRoot }: Pick<FunctionInfo, 'codeRoot'>,
  architecture: Architecture,
  signal: AbortSignal,
): Promise<string | null> {
  if (codeRoot === null) return null;
  const { files, isComplete } = await scanFolder(join(folder, codeRoot), signal);
  const against = [...new Set(blocking(files, architecture).map(({ path }) => path))];
  const place = codeRoot === '.' ? 'the workspace' : codeRoot;
  if (against.length === 0) {
    return isComplete ? null : `There is more in ${place} than Reef looks through: make sure that it runs on ${architecture}.`;
  }
  const more = against.length > listed ? ` and ${against.length - listed} more` : '';
  return `Files in ${place} do not run on ${architecture} (${against.slice(0, listed).join(', ')}${more}): where they are deployed, the next deployment needs others.`;
}
