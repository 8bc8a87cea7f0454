import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CreateAliasCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import { createAwsTarget } from '../../../../src/engine/targets/aws/target.ts';
import type { LiveSettings, LiveStep, SizedAction } from '../../../../src/engine/targets/live-settings.ts';
import type { FunctionInfo } from '../../../../src/protocol/functions.ts';
import { never, temporaryFolder, type useAws } from '../support.ts';

export type Aws = ReturnType<typeof useAws>;

/** The live settings of one deployed function, with the folder of journals that they write. */
export async function liveOf(aws: Aws, name: string, journals?: string) {
  const folder = journals ?? join(await temporaryFolder(), 'aws-journal');
  const place = { profile: null, region: 'us-east-1' };
  const target = createAwsTarget({ place, endpoint: aws.url, journals: folder, log: { log: () => {} } });
  const fn: FunctionInfo | undefined = await target.find?.(name, never);
  const live: LiveSettings | undefined = target.live;
  if (fn === undefined || live === undefined) throw new Error('The target cannot change functions');
  return {
    journals: folder,
    state: () => live.state(fn, never),
    plan: (action: SizedAction): Promise<LiveStep> => live.plan(fn, action, never),
    async apply(action: SizedAction): Promise<LiveStep> {
      const step = await live.plan(fn, action, never);
      await step.apply(never);
      return step;
    },
  };
}

/** Publishes the function as it is, behind an alias; returns the version. */
export async function publishBehind(aws: Aws, name: string, alias: string): Promise<string> {
  const { Version: version = '' } = await aws.lambda().send(new PublishVersionCommand({ FunctionName: name }));
  await aws.lambda().send(new CreateAliasCommand({ FunctionName: name, Name: alias, FunctionVersion: version }));
  return version;
}

/** What counts of a function: sizes and descriptions of its versions, and where its aliases send calls. */
export async function shapeOf(aws: Aws, name: string) {
  const { configuration, versions, aliases } = JSON.parse(await aws.state(name)) as {
    configuration: { MemorySize: number };
    versions: { Version: string; MemorySize: number; Description: string }[];
    aliases: { Name: string; FunctionVersion: string; RoutingConfig?: { AdditionalVersionWeights?: object } | null }[];
  };
  return {
    memoryMb: configuration.MemorySize,
    versions: versions
      .filter(({ Version }) => Version !== '$LATEST')
      .map(({ Version, MemorySize }) => `${Version}: ${MemorySize} MB`),
    aliases: aliases
      .toSorted((a, b) => (a.Name < b.Name ? -1 : 1))
      .map(({ Name, FunctionVersion, RoutingConfig }) => {
        const weights = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
        return [`${Name}: ${FunctionVersion}`, ...weights.map(([version, weight]) => `${version} ${String(weight)}`)].join(', ');
      }),
  };
}

/** Does an action in a process of its own, to its end or to where `kill` of its `started` is called; returns how it ended. */
export function actionProcess(
  aws: Aws,
  journals: string,
  name: string,
  action: SizedAction,
  started: (kill: () => void) => void = () => {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, 'action-process.ts');
    const args = [script, aws.url, journals, name, JSON.stringify(action)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (errors += text));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? (code === 0 ? 'done' : errors)));
    started(() => child.kill('SIGKILL'));
  });
}
