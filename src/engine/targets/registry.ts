import { isAbsolute, join, resolve } from 'node:path';
import { ReefError } from '../../protocol/errors.ts';
import type { EngineOptions } from '../engine.ts';
import type { Clock } from '../studies/ports.ts';
import { journalFolder } from './aws/journal.ts';
import { parsePlace } from './aws/place.ts';
import type { Target } from './target.ts';

export type TargetContext = EngineOptions & { clock: Clock; seed: number };

/**
 * Makes the target that a user named: `process`, `docker`, `aws[:<profile>][/<region>]`, or `replay:<csv file or folder>`.
 * Each is loaded when it is first wanted.
 * @throws ReefError `no-such-target`, `invalid-curve`
 */
export async function createTarget(name: string, context: TargetContext): Promise<Target> {
  const { folder, settings, log, onOutput, clock, seed } = context;
  const colon = name.indexOf(':');
  const kind = colon < 0 ? name : name.slice(0, colon);
  const argument = colon < 0 ? '' : name.slice(colon + 1);
  if (kind === 'process' && argument === '') {
    const { createProcessTarget } = await import('./process/target.ts');
    return createProcessTarget({ folder, nodePath: settings.nodePath, pythonPath: settings.pythonPath, onOutput, log });
  }
  if (kind === 'docker' && argument === '') {
    const { createDockerTarget } = await import('./docker/target.ts');
    return createDockerTarget({ folder, images: settings.images ?? {}, onOutput, log });
  }
  if (kind === 'replay' && argument !== '') {
    const { createReplayTarget } = await import('./replay/target.ts');
    return createReplayTarget({ path: isAbsolute(argument) ? argument : join(folder, argument), seed, clock, log });
  }
  if (kind === 'aws') {
    const { createAwsTarget } = await import('./aws/target.ts');
    const journals = journalFolder(resolve(folder, settings.storePath));
    return createAwsTarget({ place: parsePlace(argument), endpoint: settings.awsEndpoint ?? null, journals, onOutput, log });
  }
  throw new ReefError(
    'no-such-target',
    `There is no target "${name}": use "process", "docker", "aws", or "replay:" with a CSV file or folder of recorded curves.`,
  );
}
