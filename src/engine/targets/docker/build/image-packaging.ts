import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import type { ImageArtifact, Packaging } from '../../../deploy/artifact.ts';
import type { FunctionSpec } from '../../../deploy/spec.ts';
import type { ImageBuild } from '../../../packaging/build.ts';
import { packageFailed } from '../../../packaging/package-failed.ts';
import { ReefError } from '../../../../protocol/errors.ts';
import type { Architecture } from '../../../../protocol/functions.ts';
import { connectEngine, isNotFound } from '../engine.ts';
import { ignoreGone } from '../labels.ts';
import { followStream } from '../stream.ts';
import { whyOf } from '../images.ts';
import { BuildLog } from './build-log.ts';
import { type BuildContext, contextArchive, contextHash, readContext } from './context.ts';

/** What the engine calls the architectures of AWS Lambda. */
const engineNames: Record<Architecture, string> = { x86_64: 'amd64', arm64: 'arm64' };
const fingerprintLabel = 'dev.reef.fingerprint';
const mostKept = 3;

/**
 * How a function becomes an image: its Dockerfile is built by the Docker engine. Only what the engine's own builder makes is in
 * it: statements of provenance, which AWS Lambda does not take, are added by other clients.
 * @throws ReefError `package-failed` when the Dockerfile or its context cannot be read
 */
export async function imagePackaging(
  { context: folder, dockerfile }: ImageBuild,
  spec: FunctionSpec,
  signal: AbortSignal,
): Promise<Packaging> {
  const context = await readContext(folder, dockerfile, signal);
  const settings = ['reef/image@1', spec.architecture, context.dockerfile, await contextHash(context, signal)];
  const codeFingerprint = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
  const repository = `reef/function-${spec.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  const wanted: Wanted = { context, codeFingerprint, repository, architecture: spec.architecture };
  return {
    codeFingerprint,
    async pack(packSignal, onStep) {
      const { docker } = await connectEngine();
      return (await builtBefore(docker, wanted)) ?? (await build(docker, wanted, packSignal, onStep));
    },
  };
}

type Wanted = { context: BuildContext; codeFingerprint: string; repository: string; architecture: Architecture };

function tagOf({ repository, codeFingerprint }: Wanted): string {
  return `${repository}:${codeFingerprint.slice(0, 16)}`;
}

async function builtBefore(docker: Docker, wanted: Wanted): Promise<ImageArtifact | null> {
  try {
    const { Id, Size, Config } = await docker.getImage(tagOf(wanted)).inspect();
    if (Config.Labels?.[fingerprintLabel] !== wanted.codeFingerprint) return null;
    return { kind: 'image', imageId: Id, bytes: Size, notes: [] };
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

async function build(
  docker: Docker,
  wanted: Wanted,
  signal: AbortSignal,
  onStep: (step: string) => void,
): Promise<ImageArtifact> {
  const { context, codeFingerprint, architecture } = wanted;
  const log = new BuildLog(onStep);
  const tag = tagOf(wanted);
  onStep(`Building ${context.dockerfile} for ${architecture}`);
  try {
    signal.throwIfAborted();
    const stream = await docker.buildImage(await contextArchive(context), {
      t: tag,
      dockerfile: context.dockerfile,
      platform: `linux/${engineNames[architecture]}`,
      labels: { [fingerprintLabel]: codeFingerprint },
      // BuildKit. The client takes the text '2' as a wish for a session as well, which would hand out credentials.
      version: 2 as unknown as '2',
      abortSignal: signal,
    });
    await followStream(docker, stream, (event) => log.add(event), signal);
  } catch (cause) {
    if (signal.aborted) throw new ReefError('cancelled', `Building ${context.dockerfile} was cancelled.`, { cause });
    throw buildFailed(wanted, log.error === null ? whyOf(cause) : log.failure, cause);
  }
  if (log.error !== null) throw buildFailed(wanted, log.failure);
  const { Id, Size, Architecture: made } = await docker.getImage(tag).inspect();
  if (made !== engineNames[architecture]) {
    throw buildFailed(
      wanted,
      `its base image is for ${made}, and the function for ${architecture}: take one of that architecture, or set architecture`,
    );
  }
  await removeOlder(docker, wanted);
  return { kind: 'image', imageId: Id, bytes: Size, notes: [] };
}

function buildFailed({ context }: Wanted, why: string, cause?: unknown): ReefError {
  return packageFailed(`${context.dockerfile} could not be built: ${why.replace(/\.$/, '')}`, cause);
}

/** Images of this function that were built before; the last few stay, for going back. */
async function removeOlder(docker: Docker, { repository }: Wanted): Promise<void> {
  const images = await docker.listImages({ filters: { reference: [repository] } });
  const old = images.filter(({ Labels }) => Labels?.[fingerprintLabel] !== undefined).toSorted((a, b) => b.Created - a.Created);
  for (const { RepoTags } of old.slice(mostKept))
    for (const tag of RepoTags ?? []) await ignoreGone(docker.getImage(tag).remove());
}
