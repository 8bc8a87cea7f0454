import type { Deployed } from './deployed.ts';
import type { Lambda } from './lambda.ts';

/** Newest first. */
export function published(versions: readonly Deployed[]): Deployed[] {
  return versions.filter(({ version }) => version !== '$LATEST').toSorted((a, b) => Number(b.version) - Number(a.version));
}

/** The same code and settings; a version has a description of its own. */
export function isSame(one: Deployed, other: Deployed): boolean {
  return (['codeSha256', 'settingsHash', 'memoryMb', 'architecture'] as const).every((name) => one[name] === other[name]);
}

/** The newest published version that is what `$LATEST` is; null: there is none. */
export async function versionLike(lambda: Lambda, latest: Deployed, signal: AbortSignal): Promise<string | null> {
  const versions = await lambda.versions(latest.arn, signal);
  return published(versions).find((each) => isSame(each, latest))?.version ?? null;
}
