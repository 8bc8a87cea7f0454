import type { CloudPlan, PlannedChange } from '../../../../protocol/deploying.ts';
import { ReefError } from '../../../../protocol/errors.ts';
import type { FunctionSpec } from '../../../deploy/spec.ts';
import type { DeployRequest, OnStep } from '../../deployer.ts';
import { isReefAlias } from '../undo.ts';
import type { Alias } from '../lambda.ts';
import { targetName } from '../place.ts';
import { type Whereabouts, whereabouts } from './whereabouts.ts';
import type { DeployContext } from './context.ts';
import { newSetting, settingChange } from './describe-settings.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Found } from './found-function.ts';
import { type CodePlan, planCode } from './plan-code.ts';
import { planRole, roleArn, roleChanges, type RolePlan } from './plan-role.ts';
import { planUrl, type UrlPlan } from './plan-url.ts';
import { differing, settingNames, type Settings } from './settings.ts';
import { missingTags, tagChanges, tagNames } from './tags.ts';

/** What a deployment does, and all that it needs to know for it. */
export type DeployPlan = {
  plan: CloudPlan;
  spec: FunctionSpec;
  owner: string;
  place: Whereabouts;
  fingerprint: string;
  /** Null: the function is made. */
  found: Found | null;
  /** With an empty role while that is to be made. */
  settings: Settings;
  role: RolePlan;
  code: CodePlan;
  /** The alias as it is; null: none, or it is to be made. */
  alias: Alias | null;
  /** A version is published, and the alias of the specification leads to it. */
  publishes: boolean;
  url: UrlPlan;
  /** Tags to be set at the end, beside those of the code. */
  tags: Record<string, string>;
};

/** Reads what is there, compares it with what is wanted, and packs code that is not there yet. Changes nothing. */
export async function planDeploy(
  context: DeployContext,
  request: DeployRequest,
  signal: AbortSignal,
  onStep: OnStep,
): Promise<DeployPlan> {
  const { spec, packaging, owner } = request;
  const { calls, lambda } = context;
  checkAlias(spec);
  const fingerprint = fingerprintOf(spec, packaging.codeFingerprint);
  onStep(`Reading what is deployed of ${spec.name}`);
  const [found, urls, alias] = await Promise.all([
    calls.find(spec.name, signal),
    calls.urls(spec.name, signal),
    spec.alias === null ? null : lambda.alias(spec.name, spec.alias, signal),
  ]);
  if (found !== null) checkFound(found, request);
  const place = await whereabouts(context, found, signal);
  const role = await planRole(context, { spec, found, owner, region: place.region }, signal);
  const { code, changes: codeChanges, notes } = await planCode(context, { ...request, fingerprint, found }, signal, onStep);
  const settings = wantedSettings(spec, role, handlerOf(spec, code, found));
  const changed = found === null ? [] : differing(found.settings, settings);
  const isNewCode = codeChanges.some(({ what }) => what === 'code');
  const aliasLags = spec.alias !== null && !(await leadsToWanted(context, spec.name, alias, settings, found, signal));
  const publishes = found === null || isNewCode || changed.length > 0 || aliasLags;
  const url = planUrl(spec, urls, found?.tags ?? {});
  const tags = ownTags(request, found);
  const changes = [
    ...(found === null ? newFunction(spec, settings) : takenOver(found, owner)),
    ...codeChanges,
    ...(found === null ? [] : changed.map((name) => settingChange(name, found.settings, settings))),
    ...roleChanges(role),
    ...(publishes ? [versionChange(), ...aliasChanges(spec, alias)] : []),
    ...url.changes,
    ...(found === null ? [] : tagChanges(found.tags, spec.tags)),
  ];
  const plan: CloudPlan = {
    verb: 'deploy',
    functionName: spec.name,
    target: targetName(context.options.place),
    account: place.account,
    region: place.region,
    changes,
    notes: [...notes, ...foundNotes(found, spec, publishes), ...url.notes],
    newRole: role.kind === 'create' ? role.name : null,
  };
  return { plan, spec, owner, place, fingerprint, found, settings, role, code, alias, publishes, url, tags };
}

function checkAlias({ alias, name }: FunctionSpec): void {
  if (alias === null || !isReefAlias(alias)) return;
  throw new ReefError(
    'invalid-settings',
    `The alias of ${name} may not begin with "reef-", as those of Reef's own work do: it is ${alias}.`,
  );
}

/** @throws ReefError when what is there cannot become what is wanted */
function checkFound({ deployed, tags }: Found, { spec, owner, adopt }: DeployRequest): void {
  const { name } = spec;
  if (deployed.packageType !== spec.packageType) {
    const [is, shall] = deployed.packageType === 'image' ? ['an image', 'an archive'] : ['an archive', 'an image'];
    const sentence = `${name} is deployed as ${is}, and AWS cannot make ${shall} of it: destroy it first, or deploy it under another name.`;
    throw new ReefError('invalid-settings', sentence);
  }
  if (deployed.state === 'pending') {
    throw new ReefError('in-use', `${name} is being updated: wait until that is over.`);
  }
  if (tags[tagNames.owner] === owner || adopt) return;
  const whose = tags[tagNames.owner] === undefined ? 'was not made by Reef' : 'was deployed from another workspace';
  throw new ReefError(
    'not-owned',
    `There is a function ${name} that ${whose}: give --adopt to take it over, or deploy under another name.`,
  );
}

function wantedSettings(spec: FunctionSpec, role: RolePlan, handler: string | null): Settings {
  const { description, runtime, memoryMb, timeoutS, ephemeralStorageMb, environment, layers, vpc, logFormat } = spec;
  const shared = { description, runtime, memoryMb, timeoutS, ephemeralStorageMb, environment, layers, vpc, logFormat };
  return { ...shared, handler, role: roleArn(role) };
}

/** As it is in the packed code: bundling may have given it another file than the source's. */
function handlerOf(spec: FunctionSpec, code: CodePlan, found: Found | null): string | null {
  if (code.kind === 'zip') return code.artifact.handler;
  return spec.packageType === 'image' ? null : (found?.tags[tagNames.handler] ?? spec.handler);
}

/** Whether the alias leads to one version, of the code that is there and with the settings that are wanted. */
async function leadsToWanted(
  { calls }: DeployContext,
  name: string,
  alias: Alias | null,
  settings: Settings,
  found: Found | null,
  signal: AbortSignal,
): Promise<boolean> {
  if (alias === null || found === null || alias.version === '$LATEST' || Object.keys(alias.weights).length > 0) return false;
  const version = await calls.find(name, signal, alias.version);
  if (version === null) return false;
  // A version has a description of its own.
  const own = { ...version.settings, description: settings.description };
  return version.deployed.codeSha256 === found.deployed.codeSha256 && differing(own, settings).length === 0;
}

function newFunction({ name, architecture, tags }: FunctionSpec, settings: Settings): PlannedChange[] {
  return [
    { action: 'create', what: 'function', from: null, to: name },
    { action: 'create', what: 'architecture', from: null, to: architecture },
    // A role that is made has a line of its own.
    ...settingNames.filter((each) => each !== 'role' || settings.role !== '').flatMap((each) => newSetting(each, settings) ?? []),
    ...tagChanges({}, tags),
  ];
}

function takenOver({ tags }: Found, owner: string): PlannedChange[] {
  const before = tags[tagNames.owner];
  if (before === owner) return [];
  return [
    { action: 'update', what: 'owner', from: before === undefined ? 'not Reef' : 'another workspace', to: 'this workspace' },
  ];
}

function versionChange(): PlannedChange {
  return { action: 'create', what: 'version', from: null, to: 'of this code and these settings' };
}

function aliasChanges({ alias: name }: FunctionSpec, alias: Alias | null): PlannedChange[] {
  if (name === null) return [];
  if (alias === null) return [{ action: 'create', what: `alias ${name}`, from: null, to: 'the new version' }];
  const shares = Object.entries(alias.weights).map(
    ([version, weight]) => `, ${Math.round(weight * 100)} % to version ${version}`,
  );
  return [{ action: 'update', what: `alias ${name}`, from: `version ${alias.version}${shares.join('')}`, to: 'the new version' }];
}

function foundNotes(found: Found | null, { alias, name }: FunctionSpec, publishes: boolean): string[] {
  if (found === null || !publishes) return [];
  const stack = found.tags['aws:cloudformation:stack-name'];
  const callers =
    alias === null
      ? `${name} has no alias: callers meet the change while it is made. What is there now stays as a version, for rolling back.`
      : `Callers of the alias ${alias} get the old version until the new one is ready.`;
  return stack === undefined
    ? [callers]
    : [
        callers,
        `${name} belongs to the stack ${stack}, whose next deployment sets it back: deploy it with the stack's own tool.`,
      ];
}

/** Tags of Reef's and the user's that are not there yet. Those of the code are set together with it. */
function ownTags({ spec, owner }: DeployRequest, found: Found | null): Record<string, string> {
  return missingTags(found?.tags ?? {}, { ...spec.tags, [tagNames.owner]: owner });
}
