import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { recover } from '../../../../src/engine/targets/aws/recover.ts';
import type { SizedAction } from '../../../../src/engine/targets/live-settings.ts';
import { never, skipped, temporaryFolder, useAws } from '../support.ts';
import { actionProcess, liveOf, publishBehind, shapeOf } from './support.ts';

const aws = useAws();
const quiet = { log: () => {} };

const shift: SizedAction = { kind: 'shift', alias: 'live', memoryMb: 1024, weight: 0.1 };

/** Each action with what comes before it, and every change that it makes, in its order. */
const actions: Record<string, { before: SizedAction[]; action: SizedAction; changes: [action: string, nth: number][] }> = {
  set: {
    before: [],
    action: { kind: 'set', memoryMb: 1024, architecture: 'arm64' },
    changes: [
      ['CreateAlias', 0],
      ['UpdateFunctionConfiguration', 0],
      ['UpdateFunctionCode', 0],
      ['DeleteAlias', 0],
    ],
  },
  undo: {
    before: [{ kind: 'set', memoryMb: 1024 }],
    action: { kind: 'undo' },
    changes: [
      ['CreateAlias', 0],
      ['UpdateFunctionConfiguration', 0],
      ['DeleteAlias', 0],
    ],
  },
  shift: {
    before: [],
    action: shift,
    changes: [
      ['CreateAlias', 0],
      ['UpdateFunctionConfiguration', 0],
      ['PublishVersion', 0],
      ['UpdateFunctionConfiguration', 1],
      ['UpdateAlias', 0],
      ['DeleteAlias', 0],
    ],
  },
  finish: {
    before: [shift],
    action: { kind: 'finish', alias: 'live' },
    changes: [
      ['CreateAlias', 0],
      ['UpdateAlias', 0],
      ['DeleteAlias', 0],
    ],
  },
  'roll back': {
    before: [shift, { kind: 'finish', alias: 'live' }],
    action: { kind: 'rollBack', alias: 'live' },
    changes: [
      ['CreateAlias', 0],
      ['UpdateAlias', 0],
      ['DeleteFunction', 0],
      ['DeleteAlias', 0],
    ],
  },
};

async function prepared(name: string, before: readonly SizedAction[]): Promise<string> {
  await aws.deploy(name);
  await publishBehind(aws, name, 'live');
  const journals = join(await temporaryFolder(), 'aws-journal');
  const live = await liveOf(aws, name, journals);
  for (const action of before) await live.apply(action);
  return journals;
}

const wholes = new Map<string, Promise<{ shape: unknown; state: unknown }>>();

/** What an action leaves when nothing goes wrong. */
function wholeOf(kind: string, before: readonly SizedAction[], action: SizedAction): Promise<{ shape: unknown; state: unknown }> {
  const known = wholes.get(kind) ?? doWhole(`Whole-${kind.replace(' ', '-')}`, before, action);
  wholes.set(kind, known);
  return known;
}

async function doWhole(name: string, before: readonly SizedAction[], action: SizedAction) {
  const live = await liveOf(aws, name, await prepared(name, before));
  await live.apply(action);
  return { shape: await shapeOf(aws, name), state: await live.state() };
}

const names = Object.keys(actions);
const moments = names.flatMap((kind) =>
  (actions[kind]?.changes ?? []).flatMap(([action, nth]) =>
    [false, true].map((carriedOut) => ({ kind, action, nth, carriedOut })),
  ),
);

const isChange = (action: string): boolean => !/^(?:Get|List)/i.test(action);

describe.skipIf(skipped !== null)('after kill -9', () => {
  it.for(names)('every change of an action is known: %s', async (kind) => {
    const known = actions[kind];
    if (known === undefined) throw new Error(kind);
    const name = `Known-${kind.replace(' ', '-')}`;
    const journals = await prepared(name, known.before);
    const from = aws.emulator.actions.length;
    expect(await actionProcess(aws, journals, name, known.action)).toBe('done');
    expect(aws.emulator.actions.slice(from).filter(isChange)).toEqual(known.changes.map(([action]) => action));
  });

  it.for(moments)(
    'the state is the one before or the one after: $kind at $action $nth, carried out: $carriedOut',
    async (moment) => {
      const { kind, action, nth, carriedOut } = moment;
      const known = actions[kind];
      if (known === undefined) throw new Error(kind);
      const name = `${kind}-${action}-${nth}-${carriedOut}`.replace(' ', '-');
      const journals = await prepared(name, known.before);
      const live = await liveOf(aws, name, journals);
      const before = { shape: await shapeOf(aws, name), state: await live.state() };
      const ending = await actionProcess(aws, journals, name, known.action, (kill) => {
        aws.emulator.faults.push({ action, after: nth, times: 1, reply: null, carriedOut, meanwhile: kill });
      });
      expect(ending).toBe('SIGKILL');
      expect(await readdir(journals)).toHaveLength(1);
      expect(await recover(journals, quiet, never)).toMatchObject([{ state: 'undone' }]);
      expect(await readdir(journals)).toEqual([]);
      const left = { shape: await shapeOf(aws, name), state: await live.state() };
      const whole = await wholeOf(kind, known.before, known.action);
      expect([before, whole]).toContainEqual(left);
    },
  );

  it('where somebody else has moved the alias since, that stays', async () => {
    const journals = await prepared('Moved', []);
    await actionProcess(aws, journals, 'Moved', shift, (kill) => {
      aws.emulator.faults.push({ action: 'DeleteAlias', times: 1, reply: null, meanwhile: kill });
    });
    // The shift was kept; so the journal holds the lock only.
    await aws
      .lambda()
      .send(new UpdateAliasCommand({ FunctionName: 'Moved', Name: 'live', FunctionVersion: '2', RoutingConfig: {} }));
    await recover(journals, quiet, never);
    expect(await shapeOf(aws, 'Moved')).toEqual({ memoryMb: 512, versions: ['1: 512 MB', '2: 1024 MB'], aliases: ['live: 2'] });
  });

  it('where somebody else uses the new version since, both stay', async () => {
    const journals = await prepared('Taken', []);
    await actionProcess(aws, journals, 'Taken', shift, (kill) => {
      aws.emulator.faults.push({ action: 'UpdateAlias', times: 1, reply: null, meanwhile: kill });
    });
    await aws.lambda().send(new UpdateAliasCommand({ FunctionName: 'Taken', Name: 'live', FunctionVersion: '2' }));
    expect(await recover(journals, quiet, never)).toMatchObject([{ state: 'undone' }]);
    expect(await shapeOf(aws, 'Taken')).toEqual({ memoryMb: 512, versions: ['1: 512 MB', '2: 1024 MB'], aliases: ['live: 2'] });
  });

  it('the next change undoes what is left before it begins', async () => {
    const journals = await prepared('Next', []);
    const live = await liveOf(aws, 'Next', journals);
    const step = await live.plan({ kind: 'set', memoryMb: 2048 });
    await actionProcess(aws, journals, 'Next', { kind: 'set', memoryMb: 1024 }, (kill) => {
      aws.emulator.faults.push({ action: 'UpdateFunctionConfiguration', times: 1, reply: null, meanwhile: kill });
    });
    await step.apply(never);
    expect((await live.state()).memoryMb).toBe(2048);
    expect(await readdir(journals)).toEqual([]);
    expect(await readdir(join(dirname(journals), 'aws-applied'))).toHaveLength(1);
  });
});
