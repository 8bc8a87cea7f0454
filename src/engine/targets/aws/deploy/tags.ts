import type { PlannedChange } from '../../../../protocol/deploying.ts';

/**
 * Tags by which Reef finds again what it made and what it deployed, on whichever machine: nothing else needs to be kept.
 * `reef:made` is absent where a function was there before Reef.
 */
export const tagNames = {
  /** Whose it is: a workspace. */
  owner: 'reef:owner',
  /** Of the code and all that it was packed with. */
  fingerprint: 'reef:fingerprint',
  /** `CodeSha256` that the fingerprint belongs to: another one was uploaded by somebody else. */
  code: 'reef:code',
  /** The handler in the packed code. */
  handler: 'reef:handler',
  made: 'reef:made',
  /** On what is made for a function: its name. */
  function: 'reef:function',
  /** The function URL was made by Reef. */
  url: 'reef:url',
} as const;

export type Tags = Readonly<Record<string, string>>;

/** Tags that are not there yet, or with another value. Those that nobody asked about are left alone. */
export function missingTags(there: Tags, wanted: Tags): Record<string, string> {
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => there[name] !== value));
}

/** Changes of the user's own tags, for a plan. */
export function tagChanges(there: Tags, wanted: Tags): PlannedChange[] {
  return Object.entries(missingTags(there, wanted)).map(([name, value]) => {
    const from = there[name] ?? null;
    return { action: from === null ? 'create' : 'update', what: `tag ${name}`, from, to: value };
  });
}
