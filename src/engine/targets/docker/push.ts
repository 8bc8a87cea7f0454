import type Docker from 'dockerode';
import { ReefError } from '../../../protocol/errors.ts';
import type { ImageDestination, OnStep } from '../deployer.ts';
import { connectEngine } from './engine.ts';
import { whyOf } from './images.ts';
import { ignoreGone } from './labels.ts';
import { TransferProgress } from './pull.ts';
import { followStream } from './stream.ts';

const sayEveryMs = 1_000;

/** What the engine tells of a push: of a layer, at last the digest of the whole, or why it failed. */
type PushEvent = {
  id?: string;
  status?: string;
  progressDetail?: { current?: number; total?: number };
  aux?: { Digest?: string };
  errorDetail?: { message?: string };
};

/**
 * Sends an image of the local engine to a registry, and returns its digest there.
 * @throws ReefError `sandbox-failed` without an engine, `service-failed` when the registry refuses it, `cancelled`
 */
export async function pushImage(imageId: string, to: ImageDestination, signal: AbortSignal, onStep: OnStep): Promise<string> {
  const { docker } = await connectEngine();
  const reference = `${to.repository}:${to.tag}`;
  await docker.getImage(imageId).tag({ repo: to.repository, tag: to.tag });
  try {
    return await push(docker, reference, to, signal, onStep);
  } catch (cause) {
    if (cause instanceof ReefError) throw cause;
    if (signal.aborted) throw new ReefError('cancelled', `Pushing to ${to.repository} was cancelled.`, { cause });
    throw refused(to, whyOf(cause), cause);
  } finally {
    await untag(docker, imageId, reference);
  }
}

async function push(
  docker: Docker,
  reference: string,
  to: ImageDestination,
  signal: AbortSignal,
  onStep: OnStep,
): Promise<string> {
  const [registry = ''] = to.repository.split('/');
  const authconfig = { username: to.user, password: to.password, serveraddress: registry };
  const stream = await docker.getImage(reference).push({ authconfig, abortSignal: signal });
  const progress = new TransferProgress('Pushing', 'Pushed');
  let saidAtMs = performance.now();
  let digest: string | null = null;
  let failure: string | null = null;
  const onEvent = (event: PushEvent): void => {
    failure = event.errorDetail?.message ?? failure;
    digest = event.aux?.Digest ?? digest;
    progress.add(event);
    if (performance.now() - saidAtMs < sayEveryMs) return;
    saidAtMs = performance.now();
    onStep(progress.text(reference));
  };
  await followStream(docker, stream, onEvent, signal);
  // The engine ends a push that failed as one that did not.
  if (failure !== null) throw refused(to, failure);
  if (digest === null) throw refused(to, 'it names no digest');
  return digest;
}

function refused({ repository }: ImageDestination, why: string, cause?: unknown): ReefError {
  const sentence = `The registry did not take the image (${repository}): ${why}`;
  return new ReefError('service-failed', sentence, { cause });
}

/** The name was for the push only; an image that has no other keeps it, as it would go with it. */
async function untag(docker: Docker, imageId: string, reference: string): Promise<void> {
  const { RepoTags } = await docker.getImage(imageId).inspect();
  if (RepoTags.length > 1) await ignoreGone(docker.getImage(reference).remove());
}
