import { ReefError } from '../../../protocol/errors.ts';
import type { FunctionInfo } from '../../../protocol/functions.ts';
import type { Log } from '../../studies/ports.ts';
import type { Capabilities, LogLine, Sandbox, SandboxRequest, Target } from '../target.ts';
import { CloudLogs } from './cloud-logs.ts';
import type { AwsOptions } from './client-config.ts';
import { createDeployer } from './deploy/deployer.ts';
import { createCatalog } from './catalog.ts';
import { asFunction, type Deployed, regionOf } from './deployed.ts';
import { findFunction, findVersion } from './find-function.ts';
import { findReport } from './find-report.ts';
import { createFunctionLogs } from './function-logs.ts';
import { Lambda } from './lambda.ts';
import { createLiveSettings } from './live/live-settings.ts';
import { targetName } from './place.ts';
import { ProbeVersions } from './probe-versions.ts';
import { recover } from './recover.ts';
import { LambdaSandbox } from './sandbox.ts';

export type AwsTargetOptions = AwsOptions & {
  /** Absolute path of the folder of journals. */
  journals: string;
  log: Log;
  onOutput?: (fn: FunctionInfo, line: LogLine) => void;
};

/** Smallest and largest size, MB, in steps of 1. Source: AWS Lambda quotas. */
const smallestMb = 128;
const largestMb = 10_240;
/** New accounts have both limits lowered until they are used: few calls at once, and this size, MB. Source: AWS Lambda quotas. */
export const fullConcurrency = 1_000;
export const largestOfNewAccountMb = 3_008;
/** Versions that a study keeps at once. */
const mostVersions = 16;

/** What tells which deployed function is meant. */
type Named = Pick<FunctionInfo, 'id' | 'name' | 'deployedId' | 'deployedName' | 'qualifier'>;

/** Functions that are deployed in an account and region. Each probed size is a published version of its own. */
export function createAwsTarget({ place, endpoint, journals, log, onOutput }: AwsTargetOptions): Target {
  const name = targetName(place);
  const lambda = new Lambda({ place, endpoint });
  const logs = new CloudLogs({ place, endpoint });
  const deployer = createDeployer({ place, endpoint, lambda, journaledEndpoint: endpointOf(endpoint), journals, log });
  const probes = new Map<string, Promise<ProbeVersions>>();
  const known = new Map<string, Deployed>();
  let recovered: Promise<unknown> | undefined;

  /** What an earlier process left is undone before anything new is changed. */
  function tidy(signal: AbortSignal): Promise<unknown> {
    recovered ??= recover(journals, log, signal);
    return recovered;
  }

  /** With the settings of the version that the function names. */
  async function deployedOf({ id, name, deployedId, deployedName, qualifier }: Named, signal: AbortSignal): Promise<Deployed> {
    const wanted = deployedId ?? (id.startsWith('arn:') ? id : (deployedName ?? name));
    const key = (of: string): string => (qualifier === undefined ? of : `${of}:${qualifier}`);
    const find = async (): Promise<Deployed> =>
      qualifier === undefined
        ? findFunction(lambda, wanted, signal)
        : findVersion(lambda, await deployedOf({ id: wanted, name: wanted }, signal), qualifier, signal);
    const deployed = known.get(key(wanted)) ?? (await find());
    // It is asked for by its ARN next, whatever it was found by.
    known.set(key(wanted), deployed).set(key(deployed.arn), deployed);
    return deployed;
  }

  function named(wanted: string, signal: AbortSignal, qualifier?: string): Promise<Deployed> {
    // A function of the workspace is known by its file and name.
    const name = wanted.slice(wanted.lastIndexOf('#') + 1);
    return deployedOf({ id: name, name, qualifier }, signal);
  }

  const catalog = createCatalog({ lambda, options: { place, endpoint }, find: named });

  async function describe(fn: FunctionInfo, signal: AbortSignal): Promise<Capabilities> {
    const [deployed, limits] = await Promise.all([deployedOf(fn, signal), lambda.limits(signal)]);
    const region = regionOf(deployed.arn);
    const capMb = limits.concurrency < fullConcurrency ? largestOfNewAccountMb : largestMb;
    return {
      sizes: { minMb: smallestMb, maxMb: Math.max(capMb, deployed.memoryMb), stepMb: 1 },
      basis: 'measured',
      architectures: [deployed.architecture],
      maxSandboxes: mostVersions,
      billed: true,
      ...(region !== null && { region }),
    };
  }

  async function open({ function: fn, memoryMb, asDeployed }: SandboxRequest, signal: AbortSignal): Promise<Sandbox> {
    const deployed = await deployedOf(fn, signal);
    const common = {
      lambda,
      deployed,
      findReport: (requestId: string, startedAtMs: number, callSignal: AbortSignal) =>
        findReport(logs, { group: deployed.logGroup, requestId, startedAtMs }, callSignal),
      onOutput: (line: LogLine) => onOutput?.(fn, line),
    };
    if (asDeployed === true || memoryMb === null) {
      const { qualifier = '$LATEST' } = fn;
      return new LambdaSandbox({ ...common, qualifier, memoryMb: deployed.memoryMb, onClose: async () => {} });
    }
    if (fn.qualifier !== undefined) throw onlyLatest(deployed, fn.qualifier);
    await tidy(signal);
    const versions = await probesOf(deployed, signal);
    const qualifier = await versions.open(memoryMb, signal).catch((error: unknown) => {
      throw tooLarge(error, deployed, memoryMb);
    });
    log.log('debug', `Published ${deployed.name} at ${memoryMb} MB behind the alias ${qualifier}.`);
    return new LambdaSandbox({ ...common, qualifier, memoryMb, onClose: () => versions.release(memoryMb) });
  }

  function probesOf(deployed: Deployed, signal: AbortSignal): Promise<ProbeVersions> {
    const opened =
      probes.get(deployed.arn) ??
      ProbeVersions.start({ lambda, endpoint: endpointOf(endpoint), folder: journals, deployed }, signal);
    probes.set(deployed.arn, opened);
    // A study that could not begin must not keep the next one from trying.
    opened.catch(() => probes.delete(deployed.arn));
    return opened;
  }

  return {
    name,
    async discover(signal) {
      const functions: FunctionInfo[] = [];
      for await (const page of lambda.functionPages(signal)) functions.push(...page.map((each) => asFunction(each)));
      return functions;
    },
    deployer,
    find: async (wanted, signal, qualifier) => asFunction(await named(wanted, signal, qualifier), qualifier),
    live: createLiveSettings({ lambda, endpoint: endpointOf(endpoint), journals, log }, deployedOf),
    logs: createFunctionLogs({ place, endpoint }, logs, deployedOf),
    catalog,
    codeVersion: async (fn, signal) => (await deployedOf(fn, signal)).codeSha256,
    describe,
    open,
    async [Symbol.asyncDispose]() {
      const closing = [...probes.values()].map(async (opened) => (await opened.catch(() => undefined))?.close());
      const results = await Promise.allSettled(closing);
      lambda[Symbol.dispose]();
      catalog[Symbol.dispose]();
      logs[Symbol.dispose]();
      deployer[Symbol.dispose]();
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    },
  };
}

/** Where the SDK finds Lambda, as far as the environment says. */
function endpointOf(endpoint: string | null): string | null {
  return endpoint ?? process.env['AWS_ENDPOINT_URL_LAMBDA'] ?? process.env['AWS_ENDPOINT_URL'] ?? null;
}

function onlyLatest({ name }: Deployed, qualifier: string): ReefError {
  const sentence = `A study sizes $LATEST of ${name}, in versions of its own: name the function without "${qualifier}".`;
  return new ReefError('invalid-settings', sentence);
}

/** Accounts may be capped below the general limit, which the service says in words of its own only. */
function tooLarge(error: unknown, { name }: Deployed, memoryMb: number): unknown {
  const text = error instanceof ReefError && error.cause instanceof Error ? error.cause.message : '';
  const cap = /memorySize.*less than or equal to (\d+)/i.exec(text)?.[1];
  if (cap === undefined) return error;
  const sentence = `This account gives a function at most ${cap} MB, and ${name} was to be tried at ${memoryMb} MB: limit the sizes to ${cap} MB, or have the quota raised.`;
  return new ReefError('invalid-settings', sentence, { cause: error });
}
