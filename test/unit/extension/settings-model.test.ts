import { describe, expect, test } from 'vitest';
import { settingDefaults } from '../../../src/extension/settings-ids.ts';
import { toServerSettings } from '../../../src/extension/settings-model.ts';

function read(raw: Record<string, unknown>): { settings: ReturnType<typeof toServerSettings>; problems: string[] } {
  const problems: string[] = [];
  return { settings: toServerSettings({ ...settingDefaults, ...raw }, true, (id) => problems.push(id)), problems };
}

describe('settings for the server', () => {
  test('take tolerance in percent and a limit in milliseconds', () => {
    const { settings, problems } = read({ 'reef.objective': 'fastest', 'reef.tolerance': 25, 'reef.maxDuration': 500 });
    expect(settings.objective).toEqual({ goal: 'fastest', tolerance: 0.25, maxDurationMs: 500 });
    expect(problems).toEqual([]);
  });

  test.each([
    ['reef.objective', 'quickest'],
    ['reef.tolerance', -1],
    ['reef.maxDuration', 0],
    ['reef.maxInvocations', 1.5],
    ['reef.target', ''],
    ['reef.node.path', 7],
    ['reef.codeLens.enabled', 'yes'],
    ['reef.aws.places', ['process']],
    ['reef.aws.places', 'aws'],
    ['reef.deployed.groupBy', 'team'],
  ])('replace %s = %o by its default and say so', (id, value) => {
    const { settings, problems } = read({ [id]: value });
    expect(problems).toEqual([id]);
    expect(settings).toEqual(read({}).settings);
  });

  test('say whether the workspace is trusted', () => {
    expect(toServerSettings({}, false, () => undefined).trusted).toBe(false);
  });
});
