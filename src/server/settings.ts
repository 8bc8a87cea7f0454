import { isDeepStrictEqual } from 'node:util';
import { ReefError } from '../protocol/errors.ts';
import { ServerSettings } from '../protocol/requests.ts';
import { defaultSizingSettings } from '../protocol/sizing.ts';
import { firstIssue } from './validate.ts';

/** What holds for an editor that sends no settings: look, don't run. */
const defaults: ServerSettings = {
  trusted: false,
  target: 'process',
  storePath: '.reef/samples.db',
  objective: defaultSizingSettings.objective,
  maxInvocations: defaultSizingSettings.maxInvocations,
  nodePath: '',
  pythonPath: '',
  codeLens: true,
};

/**
 * Settings as the client sent them; null or undefined gives the defaults.
 * @throws ReefError `invalid-settings`
 */
export function parseSettings(sent: unknown): ServerSettings {
  if (sent === undefined || sent === null) return defaults;
  const parsed = ServerSettings.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw new ReefError('invalid-settings', `Reef cannot use its settings, correct ${firstIssue(parsed.error)}.`, {
    cause: parsed.error,
  });
}

/** Whether the engines must be made anew: they are given these when they are created. */
export function needsNewEngines(before: ServerSettings, after: ServerSettings): boolean {
  return (
    before.storePath !== after.storePath ||
    before.nodePath !== after.nodePath ||
    before.pythonPath !== after.pythonPath ||
    before.awsEndpoint !== after.awsEndpoint ||
    !isDeepStrictEqual(before.images, after.images)
  );
}
