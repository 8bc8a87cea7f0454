import { readFile } from 'node:fs/promises';
import type { PlannedChange } from '../../../../protocol/deploying.ts';
import { ReefError } from '../../../../protocol/errors.ts';
import type { Artifact, ZipArtifact } from '../../../deploy/artifact.ts';
import { formatBytes } from '../../../format/format.ts';
import { whyNotUploadable } from '../../../packaging/limits.ts';
import type { DeployRequest, OnStep } from '../../deployer.ts';
import type { DeployContext } from './context.ts';
import { hasFingerprint, shortFingerprint } from './fingerprint.ts';
import type { Found } from './found-function.ts';
import { repositoryFor } from './names.ts';
import type { Repository } from './repositories.ts';
import { tagNames } from './tags.ts';

/** The code that a function shall have. */
export type CodePlan = { kind: 'same' } | { kind: 'zip'; artifact: ZipArtifact } | { kind: 'image'; image: ImagePlan };

export type ImagePlan = {
  /** In the local engine; null when the registry has the image already. */
  imageId: string | null;
  repositoryName: string;
  /** Null: it is to be made. */
  repository: Repository | null;
  tag: string;
  /** Of the image that the registry has under the tag. */
  digest: string | null;
};

type CodeRequest = DeployRequest & { fingerprint: string; found: Found | null };

/**
 * What is to be sent. An unchanged function is known by its fingerprint, and is not packed; other code is packed now, so that
 * the plan tells what it is and whether it can be deployed.
 * @throws ReefError `package-failed`, `invalid-settings` when it is too large, `in-use` when the repository is another's
 */
export async function planCode(
  context: DeployContext,
  request: CodeRequest,
  signal: AbortSignal,
  onStep: OnStep,
): Promise<{ code: CodePlan; changes: PlannedChange[]; notes: string[] }> {
  const { spec, packaging, found, fingerprint } = request;
  if (found !== null && hasFingerprint(found, fingerprint, spec.architecture)) {
    return { code: { kind: 'same' }, changes: [], notes: [] };
  }
  if (spec.packageType === 'image') return planImage(context, request, signal, onStep);
  const artifact = await packaging.pack(signal, onStep);
  if (artifact.kind !== 'zip') throw unexpected(spec.name, artifact);
  const why = whyNotUploadable(artifact);
  if (why !== null) throw new ReefError('invalid-settings', why);
  const isSame =
    found !== null && artifact.sha256 === found.deployed.codeSha256 && found.deployed.architecture === spec.architecture;
  const to = `${formatBytes(artifact.bytes)}, ${artifact.files} ${artifact.files === 1 ? 'file' : 'files'} (${shortFingerprint(fingerprint)})`;
  const changes = isSame ? [fingerprintChange(found, fingerprint)] : [codeChange(found, to)];
  return { code: { kind: 'zip', artifact }, changes, notes: artifact.notes };
}

async function planImage(
  context: DeployContext,
  { spec, packaging, found, fingerprint, owner }: CodeRequest,
  signal: AbortSignal,
  onStep: OnStep,
): Promise<{ code: CodePlan; changes: PlannedChange[]; notes: string[] }> {
  const repositories = await context.repositories();
  const repositoryName = repositoryFor(spec.name);
  const repository = await repositories.find(repositoryName, signal);
  if (repository !== null && (await repositories.tags(repository, signal))[tagNames.owner] !== owner) {
    const sentence = `The repository ${repositoryName} is there, and this workspace did not make it: delete it, or deploy ${spec.name} under another name.`;
    throw new ReefError('in-use', sentence);
  }
  const digest = repository === null ? null : await repositories.digest(repositoryName, fingerprint, signal);
  const artifact = digest === null ? await packaging.pack(signal, onStep) : null;
  if (artifact !== null && artifact.kind !== 'image') throw unexpected(spec.name, artifact);
  const image: ImagePlan = { imageId: artifact?.imageId ?? null, repositoryName, repository, tag: fingerprint, digest };
  const size = artifact === null ? 'an image that the registry has' : `an image of ${formatBytes(artifact.bytes)}`;
  const isSame = found !== null && digest === `sha256:${found.deployed.codeSha256}`;
  return {
    code: { kind: 'image', image },
    changes: [
      ...(repository === null ? [{ action: 'create' as const, what: 'repository', from: null, to: repositoryName }] : []),
      ...(isSame ? [fingerprintChange(found, fingerprint)] : [codeChange(found, `${size} (${shortFingerprint(fingerprint)})`)]),
    ],
    notes: artifact?.notes ?? [],
  };
}

function codeChange(found: Found | null, to: string): PlannedChange {
  if (found === null) return { action: 'create', what: 'code', from: null, to };
  const fingerprint = found.tags[tagNames.fingerprint];
  const isKnown = fingerprint !== undefined && found.tags[tagNames.code] === found.deployed.codeSha256;
  const from = isKnown ? shortFingerprint(fingerprint) : 'code that Reef did not deploy';
  return { action: 'update', what: 'code', from, to };
}

/** What went in is another, and what came out is the same: only the tag changes, so that the next time nothing is packed. */
function fingerprintChange({ tags }: Found, fingerprint: string): PlannedChange {
  const from = tags[tagNames.fingerprint];
  const what = `tag ${tagNames.fingerprint}`;
  return { action: 'update', what, from: from === undefined ? null : shortFingerprint(from), to: shortFingerprint(fingerprint) };
}

function unexpected(name: string, { kind }: Artifact): ReefError {
  return new ReefError(
    'package-failed',
    `${name} was packed as ${kind === 'zip' ? 'an archive' : 'an image'}, and shall be another kind.`,
  );
}

/** The archive, read when it is sent. @throws ReefError `package-failed` when it is gone */
export async function readArtifact({ file }: ZipArtifact): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new ReefError('package-failed', `The packed code (${file}) cannot be read any more: deploy again.`, { cause });
  }
}
