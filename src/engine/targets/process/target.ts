import { availableParallelism } from 'node:os';
import { ReefError } from '../../../protocol/errors.ts';
import {
  type Architecture,
  effectiveMemoryMb,
  effectiveTimeoutS,
  type FunctionInfo,
  type Language,
} from '../../../protocol/functions.ts';
import { assetPath } from '../../assets.ts';
import { type RuntimeApiServer, startRuntimeApi } from '../../runtime/api-server.ts';
import type { Log } from '../../studies/ports.ts';
import { type Handler, handlerOf } from '../handler.ts';
import type { Capabilities, LogLine, SandboxRequest, Target, Tracing } from '../target.ts';
import { functionArn, sandboxEnvironment } from '../../runtime/environment.ts';
import type { Exit } from '../../runtime/exit.ts';
import { defaultMemoryCapMb } from './memory-guard.ts';
import { createProgramFinder } from '../../runtime/programs.ts';
import { startSandboxProcess } from './sandbox-process.ts';
import { SandboxTrace, samplingPeriodUs } from '../../runtime/tracer/sandbox-trace.ts';
import { tracerPath, whyNoTracer } from '../tracer-file.ts';
import { RuntimeSandbox } from '../../runtime/sandbox.ts';

export type ProcessTargetOptions = {
  /** Absolute path of the workspace folder. */
  folder: string;
  /** Empty: from the PATH. */
  nodePath: string;
  pythonPath: string;
  log: Log;
  onOutput?: (fn: FunctionInfo, line: LogLine) => void;
  /** Where a function that allocates without end is stopped, MB. */
  memoryCapMb?: number;
  /** Default: 10 s, or the function's timeout if that is longer: Lambda starts over with it when 10 s were not enough. */
  initLimitMs?: number;
};

const ownArchitecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

const processError = 'Readings are of the one process, not of those that it starts, and nothing limits its memory.';

/** Runs functions of a workspace in child processes of this machine: full speed, no limit of CPU, sizes predicted. */
export function createProcessTarget(options: ProcessTargetOptions): Target {
  const { folder, log } = options;
  const memoryCapMb = options.memoryCapMb ?? defaultMemoryCapMb();
  const programOf = createProgramFinder(options);
  const open = new Set<RuntimeSandbox>();
  let api: Promise<RuntimeApiServer> | undefined;

  async function describe(fn: FunctionInfo): Promise<Capabilities> {
    await runnable(fn);
    return {
      sizes: null,
      basis: 'predicted',
      architectures: [ownArchitecture],
      maxSandboxes: availableParallelism(),
      billed: false,
    };
  }

  async function openSandbox(request: SandboxRequest, signal: AbortSignal, tracing?: Tracing): Promise<RuntimeSandbox> {
    const fn = request.function;
    const { program, handler, handlerFile, codeRoot, language } = await runnable(fn);
    if (signal.aborted) throw new ReefError('cancelled', `Opening a sandbox for ${fn.name} was cancelled.`);
    const memoryMb = request.memoryMb ?? effectiveMemoryMb(fn);
    const timeoutMs = effectiveTimeoutS(fn) * 1000;
    api ??= startRuntimeApi();
    const server = await api;
    const sandbox = new RuntimeSandbox({
      functionName: fn.name,
      functionArn: functionArn(fn, process.env['AWS_REGION'] ?? 'us-east-1'),
      memoryMb: request.memoryMb,
      timeoutMs,
      initLimitMs: options.initLimitMs ?? Math.max(10_000, timeoutMs),
      prepare: async ({ sandboxId, session, onLine, onExit }) => {
        const { address, dismiss } = server.admit(session);
        const environment = { function: fn, codeRoot, handlerFile, handler, memoryMb, runtimeApi: address, sandboxId };
        const env = sandboxEnvironment(environment, process.env);
        const end = (exit: Exit): void => {
          dismiss();
          onExit(exit);
        };
        const shim = [program, ...shimCommand(language, memoryCapMb, env)] as const;
        const [first, ...args] = tracing === undefined ? shim : ([...tracerCommand(), ...shim] as const);
        const trace = tracing === undefined ? undefined : new SandboxTrace(tracing, session);
        const command = { program: first, args, cwd: codeRoot, env, trace };
        return {
          start: () => startSandboxProcess({ ...command, memoryCapMb, onLine, onExit: end }),
          discard: async () => dismiss(),
        };
      },
      onOutput: (line) => options.onOutput?.(fn, line),
      onClose: () => open.delete(sandbox),
    });
    open.add(sandbox);
    log.log('debug', `Opened sandbox ${sandbox.id} for ${fn.name} with ${program}.`);
    return sandbox;
  }

  return {
    name: 'process',
    discover: () => Promise.resolve([]),
    describe: (fn) => describe(fn),
    open: (request, signal) => openSandbox(request, signal),
    async openTraced(request, tracing, signal) {
      const why = process.platform === 'linux' ? whyNoTracer(ownArchitecture) : 'only Linux tells the memory of a process';
      if (why !== null)
        throw new ReefError('sandbox-failed', `Memory cannot be traced on the target "process" here (${why}): use docker.`);
      const sandbox = await openSandbox(request, signal, tracing);
      return { sandbox, probe: { kind: 'wrapper', samples_per_s: 1e6 / samplingPeriodUs, error: processError } };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...open].map((sandbox) => sandbox.close()));
      await (await api)?.close();
      api = undefined;
    },
  };

  async function runnable(fn: FunctionInfo): Promise<Handler & { program: string }> {
    if (fn.packageType === 'image') {
      throw new ReefError(
        'unsupported-runtime',
        `${fn.name} is a container image, which the target "process" cannot run: use the target "docker".`,
      );
    }
    const handler = handlerOf(fn, folder, 'process');
    return { program: await programOf(handler.language), ...handler };
  }
}

/** The tracer, which runs the program that follows and writes its readings to standard error. */
function tracerCommand(): [string, ...string[]] {
  return [tracerPath(ownArchitecture), 'run', String(samplingPeriodUs), '2', 'process'];
}

/** Arguments that start a shim. Node's heap may grow to the cap, unless the function's own NODE_OPTIONS say otherwise. */
function shimCommand(language: Language, memoryCapMb: number, env: NodeJS.ProcessEnv): string[] {
  if (language === 'python') return [assetPath('shims/python.py')];
  const ownLimit = /--max[-_]old[-_]space[-_]size/.test(env['NODE_OPTIONS'] ?? '');
  return [...(ownLimit ? [] : [`--max-old-space-size=${memoryCapMb}`]), assetPath('shims/node.mjs')];
}
