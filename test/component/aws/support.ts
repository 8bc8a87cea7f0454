import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type AwsTargetOptions, createAwsTarget } from '../../../src/engine/targets/aws/target.ts';
import type { FunctionInfo } from '../../../src/protocol/functions.ts';
import { createDeployer, type Deployer } from '../../support/aws/deployer.ts';
import { emptyZip, type Emulator, startEmulator } from '../../support/aws/emulator.ts';
import type { Behaviour } from '../../support/aws/invoke.ts';
import { type Moto, startMoto, testCredentials, whyNoMoto } from '../../support/aws/moto.ts';
import { type CliResult, reef } from '../../support/cli.ts';
import { functionOf, handlers } from '../process/support.ts';

export { never } from '../process/support.ts';

/** Why these tests cannot run here; null when they can. */
export const skipped = await whyNoMoto();
if (skipped !== null) console.log(`Skipped: ${skipped}. scripts/prepare.sh installs the emulator.`);

Object.assign(process.env, testCredentials);

type Deployment = Partial<CreateFunctionCommandInput> & { zip?: Uint8Array };

/** One emulator for the tests of a file; each test deploys functions of its own. */
export function useAws() {
  let moto: Moto | undefined;
  let emulator: Emulator | undefined;
  let deployer: Deployer | undefined;

  beforeAll(async () => {
    if (skipped !== null) return;
    moto = await startMoto();
    emulator = await startEmulator(moto.url, handlers);
    deployer = await createDeployer(moto.url);
  });
  afterAll(async () => {
    deployer?.[Symbol.dispose]();
    await emulator?.[Symbol.asyncDispose]();
    await moto?.[Symbol.asyncDispose]();
  });

  const running = (): Emulator => {
    if (emulator === undefined) throw new Error('The emulator does not run');
    return emulator;
  };
  const deploying = (): Deployer => {
    if (deployer === undefined) throw new Error('The emulator does not run');
    return deployer;
  };
  const direct = (): LambdaClient => deploying().lambda;

  /** The same for all tests of a file. */
  async function deployed(
    name: string,
    behaviour: Partial<Behaviour> = {},
    { zip = emptyZip, ...settings }: Deployment = {},
  ): Promise<void> {
    const fn = behaviour.function ?? functionOf('node', 'basic.js', 'empty');
    await deploying().deploy(name, {
      Handler: fn.handler ?? 'app.handler',
      Code: { ZipFile: zip },
      Environment: { Variables: { TOKEN: 'secret-value' } },
      ...settings,
    });
    running().behaviours.set(name, { ...behaviour, function: fn });
    running().packages.set(name, zip);
  }

  return {
    get url() {
      return running().url;
    },
    get emulator() {
      return running();
    },
    lambda: direct,

    deployed,

    /** A function that is deployed for one test, with the handler that it runs. */
    async deploy(name: string, behaviour: Partial<Behaviour> = {}, settings: Deployment = {}) {
      await deployed(name, behaviour, settings);
      onTestFinished(async () => {
        Object.assign(running().settings, {
          slowUpdates: 0,
          largestMb: 10_240,
          concurrency: 1_000,
          truncateTails: false,
          clockSkewMs: 0,
        });
        running().faults.length = 0;
        // A test may have deleted it.
        await direct()
          .send(new DeleteFunctionCommand({ FunctionName: name }))
          .catch((error: unknown) => {
            if (!(error instanceof ResourceNotFoundException)) throw error;
          });
      });
    },

    /** Runs the built `reef` against the emulator, in an empty workspace unless one is named. */
    async reef(args: readonly string[], folder?: string): Promise<CliResult> {
      const env = { ...process.env, AWS_ENDPOINT_URL: running().url };
      return reef([...args, '--workspace', folder ?? (await temporaryFolder())], { env });
    },

    /** All that can be seen of a function from outside: what must be the same before and after. */
    async state(name: string) {
      const { $metadata: _m, ...configuration } = await direct().send(
        new GetFunctionConfigurationCommand({ FunctionName: name }),
      );
      const versions = await direct().send(new ListVersionsByFunctionCommand({ FunctionName: name }));
      const aliases = await direct().send(new ListAliasesCommand({ FunctionName: name }));
      return JSON.stringify({ configuration, versions: versions.Versions, aliases: aliases.Aliases });
    },

    async target(more: Partial<AwsTargetOptions> = {}) {
      const journals = more.journals ?? (await temporaryFolder());
      const place = { profile: null, region: 'us-east-1' };
      const target = createAwsTarget({ place, endpoint: running().url, journals, log: { log: () => {} }, ...more });
      const find = async (name: string): Promise<FunctionInfo> => {
        if (target.find === undefined) throw new Error('The target cannot find functions');
        return target.find(name, new AbortController().signal);
      };
      return { ...target, find, journals };
    },
  };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reef-aws-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
