import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FunctionsResult, ProfileResult, SavingsResult } from '../../../src/protocol/requests.ts';
import { type Client, connect } from './client.ts';
import { samFiles, waiterId } from './fixtures.ts';
import { temporaryWorkspace } from './temporary-workspace.ts';

async function staleOf(client: Client, folder: string): Promise<string | undefined> {
  const { functions } = await client.request<FunctionsResult>('reef/functions', { folder });
  return functions.find((each) => each.function.id === waiterId)?.figures?.stale;
}

async function untilStale(client: Client, folder: string): Promise<string> {
  for (;;) {
    const stale = await staleOf(client, folder);
    if (stale !== undefined) return stale;
  }
}

test('figures and ranking say that the code has changed since it was profiled, also after a restart', async () => {
  await using workspace = await temporaryWorkspace(samFiles);
  const folder = workspace.uri;
  const changed = /^The code has changed since it was profiled/;
  {
    await using client = await connect({ folders: [folder] });
    const params = { folder, functionId: waiterId, target: 'process', event: null, maxInvocations: 8 };
    await client.request<ProfileResult>('reef/profile', params);
    expect(await staleOf(client, folder)).toBeUndefined();
    const path = join(workspace.folder, 'src/waiter.mjs');
    await writeFile(path, `${samFiles['src/waiter.mjs']}// changed`);
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: `${folder}/src/waiter.mjs`, type: 2 }],
    });
    expect(await untilStale(client, folder)).toMatch(changed);
  }
  await using client = await connect({ folders: [folder] });
  expect(await untilStale(client, folder)).toMatch(changed);
  const { savings } = await client.request<SavingsResult>('reef/savings', { folder, callsPerMonth: { every: 1_000_000 } });
  expect(savings).toMatchObject([
    { functionId: waiterId, callsPerMonth: 1_000_000, stale: expect.stringMatching(changed) as string },
  ]);
  expect(savings[0]?.savingPerMonthUsd).toBeGreaterThan(0);
});
