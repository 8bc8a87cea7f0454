import { messageOf, ReefError } from '../../../protocol/errors.ts';
import { effectiveMemoryMb, effectiveTimeoutS, type FunctionInfo } from '../../../protocol/functions.ts';
import { type RuntimeApiServer, startRuntimeApi } from '../../runtime/api-server.ts';
import type { Log } from '../../studies/ports.ts';
import { vcpus } from '../../studies/sizing/grid.ts';
import { handlerOf } from '../handler.ts';
import { functionArn } from '../../runtime/environment.ts';
import { samplingPeriodUs } from '../../runtime/tracer/sandbox-trace.ts';
import { RuntimeSandbox } from '../../runtime/sandbox.ts';
import type { Capabilities, LogLine, Sandbox, SandboxRequest, Target, Tracing } from '../target.ts';
import { codePlace } from './code.ts';
import { connectEngine, type DockerEngine } from './engine.ts';
import { chosenImage, type ImageChoice, provideImage } from './images.ts';
import { removeOrphans } from './labels.ts';
import { capNote, largestSizeMb, limitsOf, smallestMb } from './limits.ts';
import { createSandboxNetwork, type SandboxNetwork } from './network.ts';
import { prepareSandbox } from './prepare.ts';
import { whyNoTracer } from '../tracer-file.ts';
import { wrapperError } from './trace/wrapper.ts';

export type DockerTargetOptions = {
  /** Absolute path of the workspace folder. */
  folder: string;
  images: ImageChoice;
  log: Log;
  onOutput?: (fn: FunctionInfo, line: LogLine) => void;
  /** Default: 10 s, or the function's timeout if that is longer, as with the target `process`. */
  initLimitMs?: number;
};

type Host = { network: SandboxNetwork; api: RuntimeApiServer };

/** Runs functions of a workspace in containers that truly have a size: memory and CPU are limited by the engine. */
export function createDockerTarget(options: DockerTargetOptions): Target {
  const { folder, images, log } = options;
  const open = new Set<RuntimeSandbox>();
  let connected: Promise<DockerEngine> | undefined;
  let host: Promise<Host> | undefined;
  let saidCapped = false;
  /** Images that are there, by function. */
  const provided = new Map<string, string>();

  function engine(): Promise<DockerEngine> {
    connected ??= connect(log);
    return connected;
  }

  async function describe(fn: FunctionInfo): Promise<Capabilities> {
    check(fn);
    const { cores, memoryBytes, architecture, warnings } = await engine();
    const maxMb = largestSizeMb(memoryBytes);
    const cap = capNote(cores, maxMb);
    return {
      sizes: { minMb: smallestMb, maxMb, stepMb: 1 },
      basis: 'measured',
      architectures: [architecture],
      maxSandboxes: Math.max(1, cores),
      billed: false,
      notes: cap === null ? warnings : [...warnings, cap],
    };
  }

  /** Throws the first reason why the function cannot be run. */
  function check(fn: FunctionInfo): void {
    if (fn.packageType === 'zip') handlerOf(fn, folder, 'docker');
    else if (chosenImage(fn, images) === null) {
      throw new ReefError(
        'unsupported-runtime',
        `${fn.name} is a container image: name the image that was built for it (--image).`,
      );
    }
  }

  async function openSandbox(request: SandboxRequest, signal: AbortSignal, tracing?: Tracing): Promise<Sandbox> {
    const fn = request.function;
    check(fn);
    const connection = await engine();
    const { docker, cores } = connection;
    const say = (text: string): void => {
      log.log('info', text);
      options.onOutput?.(fn, { sandboxId: 'docker', stream: 'reef', text, atMs: Date.now() });
    };
    const image = provided.get(fn.id) ?? (await provideImage({ docker, images, log, say }, fn, signal));
    provided.set(fn.id, image);
    if (signal.aborted) throw new ReefError('cancelled', `Opening a sandbox for ${fn.name} was cancelled.`);
    host ??= createHost(docker, log);
    const { network, api } = await host;
    const memoryMb = request.memoryMb ?? effectiveMemoryMb(fn);
    const { limits, capped } = limitsOf(memoryMb, cores);
    if (capped && !saidCapped) {
      saidCapped = true;
      const wanted = vcpus(memoryMb).toFixed(1);
      log.log(
        'warn',
        `${memoryMb} MB buy ${wanted} cores and the Docker engine has ${cores}: larger sizes get no more than that.`,
      );
    }
    const timeoutMs = effectiveTimeoutS(fn) * 1000;
    const handler = fn.packageType === 'zip' ? handlerOf(fn, folder, 'docker') : null;
    const place = handler === null ? null : await codePlace(folder, handler, { isLocal: network.isLocal, log });
    const traced = tracing === undefined ? undefined : { tracing, engine: connection };
    const plan = { docker, fn, handler, place, image, memoryMb, limits, network, api, traced };
    const { prepare, localFile } = prepareSandbox(plan);
    const sandbox: RuntimeSandbox = new RuntimeSandbox({
      functionName: fn.name,
      functionArn: functionArn(fn, process.env['AWS_REGION'] ?? 'us-east-1'),
      memoryMb,
      timeoutMs,
      initLimitMs: options.initLimitMs ?? Math.max(10_000, timeoutMs),
      interpret: (measured, roundTripMs) => ({
        ...measured,
        // A container image's own client measures nothing: Lambda too counts from hand-over to answer.
        durationMs: handler === null ? roundTripMs : measured.durationMs,
        // The kernel counts waiting for the quota here too, which is the size's doing and not other programs'.
        runQueueMs: null,
      }),
      prepare,
      localFile,
      onOutput: (line) => options.onOutput?.(fn, line),
      onClose: () => open.delete(sandbox),
    });
    open.add(sandbox);
    log.log('debug', `Opened sandbox ${sandbox.id} for ${fn.name} at ${memoryMb} MB in ${image}.`);
    return sandbox;
  }

  return {
    name: 'docker',
    discover: () => Promise.resolve([]),
    describe: (fn) => describe(fn),
    open: (request, signal) => openSandbox(request, signal),
    async openTraced(request, tracing, signal) {
      const why = whyNoTracer((await engine()).architecture);
      if (why !== null) throw new ReefError('sandbox-failed', `The memory of sandboxes cannot be read: ${why}.`);
      const sandbox = await openSandbox(request, signal, tracing);
      const error = wrapperError(samplingPeriodUs);
      return { sandbox, probe: { kind: 'wrapper', samples_per_s: 1e6 / samplingPeriodUs, error } };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((sandbox) => sandbox.close()));
      const made = await host?.catch(() => undefined);
      host = undefined;
      await made?.api.close();
      await made?.network.remove().catch((error: unknown) => {
        log.log('warn', `A network is left in Docker until Reef's next start (${messageOf(error)}).`);
      });
    },
  };
}

async function connect(log: Log): Promise<DockerEngine> {
  const engine = await connectEngine();
  for (const warning of engine.warnings) log.log('warn', warning);
  await removeOrphans(engine.docker, log);
  return engine;
}

async function createHost(docker: DockerEngine['docker'], log: Log): Promise<Host> {
  const network = await createSandboxNetwork(docker, log);
  try {
    return { network, api: await startRuntimeApi(network.reach) };
  } catch (error) {
    await network.remove();
    throw error;
  }
}
