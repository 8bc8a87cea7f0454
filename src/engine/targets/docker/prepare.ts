import type Docker from 'dockerode';
import type { FunctionInfo } from '../../../protocol/functions.ts';
import { type RuntimeApiServer, startOwnRuntimeApi } from '../../runtime/api-server.ts';
import type { RuntimeSession } from '../../runtime/session.ts';
import type { Handler } from '../handler.ts';
import { SandboxTrace } from '../../runtime/tracer/sandbox-trace.ts';
import type { DockerEngine } from './engine.ts';
import type { Tracing } from '../target.ts';
import { sandboxEnvironment } from '../../runtime/environment.ts';
import type { Prepared, SandboxOptions } from '../../runtime/sandbox.ts';
import { codeMounts, type CodePlace, copyCode, sdkPaths, shimEntry } from './code.ts';
import { prepareContainer } from './container.ts';
import { passedToContainer } from './environment.ts';
import { ownLabels } from './labels.ts';
import { type Limits, nodeHeapOptions } from './limits.ts';
import type { SandboxNetwork } from './network.ts';
import { withTracer } from './trace/wrapped-sandbox.ts';
import { putTracer } from './trace/wrapper.ts';
import { containerUser } from './user.ts';

/** Processes, threads and open files of a sandbox. Source: AWS Lambda quotas. */
const maxProcesses = 1024;
const maxOpenFiles = 1024;

/** `/tmp` as Lambda gives it by default, 512 MB; all else is read-only. It is the user's own: the image's mode of /tmp wins. */
function temporaryFolder(user: string): Record<string, string> {
  const [uid, gid] = user.split(':');
  return { '/tmp': `rw,exec,nosuid,nodev,size=512m,mode=1777,uid=${uid},gid=${gid}` };
}

export type SandboxPlan = {
  docker: Docker;
  fn: FunctionInfo;
  /** Null for a container image, which brings its own code and runtime. */
  handler: Handler | null;
  /** Where its code is; null for a container image. */
  place: CodePlace | null;
  image: string;
  memoryMb: number;
  limits: Limits;
  network: SandboxNetwork;
  api: RuntimeApiServer;
  /** Given where the memory of its sandboxes is traced. */
  traced?: { tracing: Tracing; engine: DockerEngine } | undefined;
};

/** How the sandboxes of a function are made ready: each cold start is a new container. */
export function prepareSandbox(plan: SandboxPlan): Pick<SandboxOptions, 'prepare'> & Required<Pick<SandboxOptions, 'localFile'>> {
  const { docker, place, memoryMb, network, traced } = plan;
  return {
    async prepare({ sandboxId, session, onLine, onExit }): Promise<Prepared> {
      const { address, dismiss } = await admit(plan, session);
      try {
        const options = containerOptions(plan, address, sandboxId);
        const trace = traced === undefined ? undefined : new SandboxTrace(traced.tracing, session);
        const prepared = await prepareContainer({
          docker,
          memoryMb,
          options: traced === undefined ? options : await withTracer(options, traced.engine),
          program: options.Entrypoint?.[0],
          trace,
          async fill(container) {
            if (place !== null && !network.isLocal) await copyCode(container, place);
            if (traced !== undefined) await putTracer(container, traced.engine.architecture);
          },
          onLine,
          onExit(exit) {
            dismiss();
            onExit(exit);
          },
        });
        return {
          start: () => prepared.start(),
          discard() {
            dismiss();
            return prepared.discard();
          },
        };
      } catch (error) {
        dismiss();
        throw error;
      }
    },
    localFile: (file) => place?.toLocal(file) ?? file,
  };
}

/** Reef's shims know a path of their own; an image's own client takes host and port only, and so has a listener to itself. */
async function admit(
  { handler, api, network }: SandboxPlan,
  session: RuntimeSession,
): Promise<{ address: string; dismiss: () => void }> {
  if (handler !== null) return api.admit(session);
  const { address, close } = await startOwnRuntimeApi(session, network.reach);
  return { address, dismiss: () => void close() };
}

function containerOptions(
  { fn, handler, place, image, memoryMb, limits, network }: SandboxPlan,
  runtimeApi: string,
  sandboxId: string,
): Docker.ContainerCreateOptions {
  const { Mounts, Volumes } = place === null ? { Mounts: [], Volumes: {} } : codeMounts(place, network.isLocal);
  const env = sandboxEnvironment(
    {
      function: fn,
      handler: handler?.handler ?? fn.handler ?? '',
      codeRoot: place === null || handler === null ? '/var/task' : place.toContainer(handler.codeRoot),
      handlerFile: place === null || handler === null ? '' : place.toContainer(handler.handlerFile),
      memoryMb,
      runtimeApi,
      sandboxId,
    },
    passedToContainer(process.env),
  );
  // An image says itself which handler it has.
  if (handler === null) delete env['_HANDLER'];
  const user = containerUser(place !== null && network.isLocal ? place.base : null);
  const own = handler === null ? {} : ownRuntime(handler, memoryMb, env);
  return {
    Image: image,
    Env: Object.entries({ ...own.sdk, ...env }).map(([name, value]) => `${name}=${value ?? ''}`),
    Labels: ownLabels(fn.name),
    User: user,
    Volumes,
    ...(own.entry !== undefined && place !== null && handler !== null
      ? { Entrypoint: own.entry, Cmd: [], WorkingDir: place.toContainer(handler.codeRoot) }
      : {}),
    HostConfig: {
      ...limits,
      Mounts,
      ReadonlyRootfs: true,
      Tmpfs: temporaryFolder(user),
      SecurityOpt: ['no-new-privileges'],
      CapDrop: ['ALL'],
      PidsLimit: maxProcesses,
      Ulimits: [{ Name: 'nofile', Soft: maxOpenFiles, Hard: maxOpenFiles }],
      // The runtime shall not be process 1, which ignores signals that it has no handler for.
      Init: true,
      NetworkMode: network.name,
      ExtraHosts: network.extraHosts,
      // Output is read as it comes; the engine need not keep it on disk.
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

function ownRuntime(
  { language }: Handler,
  memoryMb: number,
  env: NodeJS.ProcessEnv,
): { entry?: string[]; sdk?: Record<string, string> } {
  const ownLimit = /--max[-_]old[-_]space[-_]size/.test(env['NODE_OPTIONS'] ?? '');
  return { entry: shimEntry(language, ownLimit ? [] : nodeHeapOptions(memoryMb)), sdk: sdkPaths[language] };
}
