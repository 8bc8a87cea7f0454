import { ReefError } from '../../../../protocol/errors.ts';
import type { OnStep, PushImage } from '../../deployer.ts';
import { idOf } from '../function-changes.ts';
import type { Journal } from '../journal.ts';
import type { DeployContext } from './context.ts';
import { type ImagePlan, readArtifact } from './plan-code.ts';
import type { DeployPlan } from './plan-deploy.ts';
import type { Repository } from './repositories.ts';
import type { NewCode } from './set-latest.ts';
import { type Tags, tagNames } from './tags.ts';

/** What a function needs, made where it is not there: each noted before it is made. */
export type Provider = DeployContext & { journal: Journal; pushImage: PushImage; signal: AbortSignal; onStep: OnStep };

/** The ARN of the role, with the policies that it shall have. */
export async function provideRole(provider: Provider, { role, spec, owner }: DeployPlan): Promise<string> {
  if (role.kind === 'given') return role.arn;
  const { journal, signal, onStep } = provider;
  const roles = await provider.roles();
  let made = role.kind === 'own' ? role.role : null;
  if (role.kind === 'create') {
    onStep(`Making the role ${role.name}`);
    const id = idOf(journal);
    journal.note({ step: 'role', name: role.name, id });
    const tags = madeTags(spec.name, owner, id);
    made = await unlessMade(
      'EntityAlreadyExistsException',
      () => roles.create(role.name, tags, `Made by Reef for the function ${spec.name}`, signal),
      async () => {
        const found = await roles.find(role.name, signal);
        return found?.tags[tagNames.made] === id ? found : null;
      },
    );
  }
  if (made === null) throw new ReefError('internal', `There is no role for ${spec.name}: deploy again.`);
  for (const policy of role.attach) await roles.attach(made, policy, signal);
  return made.arn;
}

/** The code as Lambda takes it; an image is in its registry then. */
export async function provideCode(provider: Provider, plan: DeployPlan): Promise<NewCode | null> {
  const { code } = plan;
  if (code.kind === 'same') return null;
  if (code.kind === 'image') return provideImage(provider, plan, code.image);
  const { artifact } = code;
  return { code: { kind: 'zip', bytes: await readArtifact(artifact) }, sha256: artifact.sha256 };
}

async function provideImage(provider: Provider, plan: DeployPlan, image: ImagePlan): Promise<NewCode> {
  const { journal, signal, onStep, pushImage } = provider;
  const repository = image.repository ?? (await makeRepository(provider, plan, image.repositoryName));
  let { digest } = image;
  if (digest === null && image.imageId !== null) {
    const { name, uri } = repository;
    onStep(`Pushing the image to ${name}`);
    journal.note({ step: 'image', repository: name, tag: image.tag });
    const login = await (await provider.repositories()).login(signal);
    digest = await pushImage(image.imageId, { repository: uri, tag: image.tag, ...login }, signal, onStep);
  }
  const sha256 = digest?.replace(/^sha256:/, '') ?? '';
  return { code: { kind: 'image', uri: `${repository.uri}@sha256:${sha256}` }, sha256 };
}

async function makeRepository(provider: Provider, { spec, owner }: DeployPlan, name: string): Promise<Repository> {
  const { journal, signal, onStep } = provider;
  onStep(`Making the repository ${name}`);
  const repositories = await provider.repositories();
  const id = idOf(journal);
  journal.note({ step: 'repository', name, id });
  return unlessMade(
    'RepositoryAlreadyExistsException',
    () => repositories.create(name, madeTags(spec.name, owner, id), signal),
    async () => {
      const found = await repositories.find(name, signal);
      return found !== null && (await repositories.tags(found, signal))[tagNames.made] === id ? found : null;
    },
  );
}

function madeTags(functionName: string, owner: string, id: string): Tags {
  return { [tagNames.owner]: owner, [tagNames.function]: functionName, [tagNames.made]: id };
}

/**
 * What a call makes. Where its answer was lost and its repetition finds the name taken, `ours` finds what the first one made.
 * @throws ReefError `in-use` when somebody else took the name in the meantime
 */
export async function unlessMade<Result>(
  taken: string,
  make: () => Promise<Result>,
  ours: () => Promise<Result | null>,
): Promise<Result> {
  try {
    return await make();
  } catch (error) {
    const cause = error instanceof ReefError ? error.cause : error;
    if (!(cause instanceof Error) || cause.name !== taken) throw error;
    const found = await ours();
    if (found !== null) return found;
    throw new ReefError('in-use', `Somebody else made the same in the meantime (${cause.message}): deploy again.`, {
      cause: error,
    });
  }
}
