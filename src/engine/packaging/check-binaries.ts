import { type Platform, whyNotOn } from '../functions/native/platform.ts';
import type { CodeFile } from './code-files.ts';
import { packageFailed } from './package-failed.ts';

/** Makes sure that compiled files of the function's own run where it is deployed. */
export async function checkBinaries(files: readonly CodeFile[], native: RegExp, platform: Platform): Promise<void> {
  for (const { path, file } of files.filter((each) => native.test(each.path))) {
    const why = await whyNotOn(file, platform);
    if (why !== null) {
      throw packageFailed(
        `${path} ${why}: bring one for Linux on ${platform.architecture}, leave it out with exclude, or deploy an image`,
      );
    }
  }
}
