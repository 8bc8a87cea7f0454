import type { Deployment } from '../../../../protocol/deploying.ts';
import type { OnStep, PushImage } from '../../deployer.ts';
import { FunctionChanges, idOf } from '../function-changes.ts';
import type { Journal } from '../journal.ts';
import { applyUrl } from './apply-url.ts';
import type { DeployContext } from './context.ts';
import type { Found } from './found-function.ts';
import { changing, making } from './journaled.ts';
import type { DeployPlan } from './plan-deploy.ts';
import { leadAlias, publishVersion } from './publish.ts';
import { type Provider, provideCode, provideRole, unlessMade } from './provide.ts';
import { replaceLatest } from './replace-latest.ts';
import { checkCode, foundNow, type NewCode, onceAssumable } from './set-latest.ts';
import { asInput, differing, settingNames, type Settings } from './settings.ts';
import { missingTags, tagNames } from './tags.ts';
import { functionArn } from './whereabouts.ts';

type Applying = { context: DeployContext; plan: DeployPlan; pushImage: PushImage; signal: AbortSignal; onStep: OnStep };

/** Makes a function, or brings one that is there to what is wanted. */
export async function applyDeploy(applying: Applying): Promise<Deployment> {
  const { context, plan, signal } = applying;
  const { found, place, spec } = plan;
  if (found !== null) return changing(context, found, signal, (changes) => update(applying, changes, found));
  const arn = functionArn(place, spec.name);
  return making(context, arn, spec.name, (journal) => create(applying, journal));
}

async function create(applying: Applying, journal: Journal): Promise<Deployment> {
  const { context, plan, signal, onStep } = applying;
  const { spec, settings: wanted } = plan;
  const { calls, lambda } = context;
  const provider = providerOf(applying, journal);
  const settings = { ...wanted, role: await provideRole(provider, plan) };
  const code = await provideCode(provider, plan);
  if (code === null) throw new RangeError('A function cannot be made without code');
  onStep(`Making the function ${spec.name}`);
  const id = idOf(journal);
  journal.note({ step: 'function', id });
  await makeFunction(applying, settings, code, id);
  onStep(`Waiting until ${spec.name} is ready`);
  const arn = journal.head.functionArn;
  await lambda.settled(arn, signal);
  const found = await foundNow(calls, lambda, arn, signal);
  checkCode(found, code);
  const changes = new FunctionChanges(lambda, journal, found.deployed);
  return finish(applying, changes, found);
}

async function makeFunction({ context, plan, signal }: Applying, settings: Settings, code: NewCode, id: string): Promise<void> {
  const { spec } = plan;
  const { calls } = context;
  const Tags = { ...plan.tags, ...codeTags(plan, code.sha256), ...urlTags(plan), [tagNames.made]: id };
  const make = () =>
    calls.create(
      {
        FunctionName: spec.name,
        ...asInput(settings, settingNames),
        Role: settings.role,
        Tags,
        architecture: spec.architecture,
        code: code.code,
      },
      signal,
    );
  await onceAssumable(signal, () =>
    unlessMade('ResourceConflictException', make, async () => {
      const found = await calls.find(spec.name, signal);
      return found?.tags[tagNames.made] === id ? found.deployed : null;
    }),
  );
}

async function update(applying: Applying, changes: FunctionChanges, found: Found): Promise<Deployment> {
  const { context, plan, signal, onStep } = applying;
  const provider = providerOf(applying, changes.journal);
  const settings = { ...plan.settings, role: await provideRole(provider, plan) };
  const code = await newCode(provider, plan, found);
  const isChanged = code !== null || differing(found.settings, settings).length > 0;
  if (!isChanged) return finish(applying, changes, found);
  onStep(`Changing ${plan.spec.name}`);
  const to = { settings, code, architecture: plan.spec.architecture };
  const latest = await replaceLatest(context, changes, found, to, signal);
  return finish(applying, changes, latest);
}

/** Null when what was packed is what is deployed. */
async function newCode(provider: Provider, plan: DeployPlan, { deployed }: Found): Promise<NewCode | null> {
  const code = await provideCode(provider, plan);
  return code?.sha256 === deployed.codeSha256 && deployed.architecture === plan.spec.architecture ? null : code;
}

/** Publishes what `$LATEST` is now, and sends callers there. Until then those of an alias get what they got before. */
async function finish({ context, plan, signal, onStep }: Applying, changes: FunctionChanges, latest: Found): Promise<Deployment> {
  const { spec, fingerprint, alias, publishes, url: urlPlan } = plan;
  const { calls } = context;
  const { arn } = latest.deployed;
  let version: string | null = null;
  if (publishes) {
    onStep(`Publishing a version of ${spec.name}`);
    version = await publishVersion(changes, latest.deployed, fingerprint, signal);
  }
  const tags = missingTags(latest.tags, finalTags(plan, latest));
  if (Object.keys(tags).length > 0) await calls.tag(arn, tags, signal);
  if (spec.alias !== null && version !== null) await leadAlias(changes, spec.alias, alias, version, signal);
  const url = await applyUrl(calls, changes.journal, urlPlan, spec.alias, signal);
  return { arn, version: version ?? alias?.version ?? null, alias: spec.alias, url };
}

function finalTags(plan: DeployPlan, found: Found): Record<string, string> {
  return {
    ...plan.tags,
    ...(plan.code.kind !== 'same' && codeTags(plan, found.deployed.codeSha256 ?? '')),
    ...urlTags(plan),
  };
}

function urlTags({ url }: DeployPlan): Record<string, string> {
  return url.action === 'create' ? { [tagNames.url]: 'made' } : {};
}

function codeTags({ fingerprint, settings }: DeployPlan, sha256: string): Record<string, string> {
  return {
    [tagNames.fingerprint]: fingerprint,
    [tagNames.code]: sha256,
    ...(settings.handler !== null && { [tagNames.handler]: settings.handler }),
  };
}

function providerOf({ context, pushImage, signal, onStep }: Applying, journal: Journal): Provider {
  return { ...context, journal, pushImage, signal, onStep };
}
