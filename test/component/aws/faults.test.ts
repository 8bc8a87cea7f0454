import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/engine/create-engine.ts';
import { recover } from '../../../src/engine/targets/aws/recover.ts';
import { messageOf } from '../../../src/protocol/errors.ts';
import { defaultSizingSettings } from '../../../src/protocol/sizing.ts';
import type { Fault } from '../../support/aws/emulator.ts';
import { failure } from '../../support/aws/request.ts';
import { never, skipped, temporaryFolder, useAws } from './support.ts';

const aws = useAws();

/** Every call of a study: whatever goes wrong at it, the function is afterwards as it was. */
const actions = [
  'GetAccountSettings',
  'GetFunctionConfiguration',
  'CreateAlias',
  'UpdateFunctionConfiguration',
  'PublishVersion',
  'Invoke',
  'DeleteAlias',
  'DeleteFunction',
];

const faults: Record<string, Omit<Fault, 'action' | 'after'>> = {
  throttled: { times: 2, reply: failure(429, 'TooManyRequestsException', 'Rate Exceeded.') },
  'throttled for long': { times: 12, reply: failure(429, 'TooManyRequestsException', 'Rate Exceeded.') },
  'a failing service': { times: 1, reply: failure(500, 'ServiceException', 'Service error') },
  'a service that fails for long': { times: 12, reply: failure(503, 'ServiceUnavailable', 'Try again') },
  'a conflict': { times: 1, reply: failure(409, 'ResourceConflictException', 'An update is in progress') },
  'an answer that is lost': { times: 1, reply: null, carriedOut: true },
  'an expired token': { times: 40, reply: failure(403, 'ExpiredTokenException', 'The security token has expired') },
};
const cases = actions.flatMap((action) => Object.keys(faults).map((fault) => ({ action, fault })));

/** A short study with its real store and journal; what it ended with. */
async function study(name: string): Promise<{ folder: string; ending: string }> {
  const folder = await temporaryFolder();
  const settings = { storePath: '.reef/samples.db', nodePath: '', pythonPath: '', awsEndpoint: aws.url };
  await using engine = createEngine({ folder, settings, log: { log: () => {} }, onOutput: () => {} });
  const request = { function: name, target: 'aws:/us-east-1', event: { text: '{}' } } as const;
  const profiling = engine.profile({ ...request, settings: { ...defaultSizingSettings, maxInvocations: 4 } }, never, () => {});
  const ending = await profiling.then(() => 'done', messageOf);
  return { folder, ending };
}

describe.skipIf(skipped !== null)('a study on AWS', () => {
  it.for(cases)('leaves nothing after $fault at $action', { timeout: 120_000 }, async ({ action, fault }) => {
    const kind = faults[fault];
    if (kind === undefined) throw new Error(`Unknown: ${fault}`);
    const name = `${action}-${fault.replaceAll(' ', '-')}`;
    await aws.deploy(name);
    const before = await aws.state(name);
    // At the second request, so that the study has changed something already where it can.
    aws.emulator.faults.push({ ...kind, action, after: 1 });
    const { folder, ending } = await study(name);
    const journals = join(folder, '.reef/aws-journal');
    const left = await readdir(journals).catch(() => []);
    aws.emulator.faults.length = 0;
    // Where the study itself could not reach AWS any more, it says so, and the next start undoes the rest.
    const said = left.length === 0 || ending.includes('could not be undone: run "reef recover"');
    expect(said, ending).toBe(true);
    const recovered = await recover(journals, { log: () => {} }, never);
    expect(recovered.map(({ state }) => state)).toEqual(left.map(() => 'undone'));
    expect(await aws.state(name)).toBe(before);
    expect(await readdir(journals).catch(() => [])).toEqual([]);
  });

  it.for([-3 * 60_000, 3 * 60_000])(
    'measures the same under clocks that are %i ms apart, with tails cut short',
    async (skewMs) => {
      const name = `Skewed${skewMs > 0 ? 'Ahead' : 'Behind'}`;
      await aws.deploy(name);
      Object.assign(aws.emulator.settings, { clockSkewMs: skewMs, truncateTails: true });
      const before = await aws.state(name);
      const { ending } = await study(name);
      expect(ending).toBe('done');
      expect(await aws.state(name)).toBe(before);
    },
  );
});
