import { type Difference, differenceUnit, type LinkedBy, type Tags } from '../protocol/deployed.ts';
import type { FunctionInfo } from '../protocol/functions.ts';
import { deployedNameOf } from './packaging/deployed-name.ts';
import { tagNames } from './targets/aws/deploy/tags.ts';
import { couldBe } from './targets/aws/find-function.ts';

/** What is known of a deployed function wherever it is met: in a list, or asked for by its name or id. */
export type DeployedFacts = Pick<
  FunctionInfo,
  'name' | 'runtime' | 'handler' | 'memoryMb' | 'timeoutS' | 'architecture' | 'packageType'
>;

/** A function that deployed ones may have been made from. */
export type Source = {
  /** Its workspace folder, as the front names it. */
  folder: string;
  /** What tells its workspace's deployments from others' (`ownerOf`); null where nobody has looked. */
  owner: string | null;
  function: FunctionInfo;
};

export type Link =
  | { kind: 'linked'; by: LinkedBy; source: Source }
  /** Several could be it, so that none is taken. */
  | { kind: 'ambiguous'; by: LinkedBy; candidates: Source[] };

const logicalIdTag = 'aws:cloudformation:logical-id';

type Way = { by: LinkedBy; matches: (source: Source, deployed: DeployedFacts, tags: Tags) => boolean };

/** From what is certain to what is likely; the first that finds any decides. */
const ways: Way[] = [
  { by: 'reef-tag', matches: ({ owner, function: own }, { name }, tags) => isOwn(owner, tags) && name === deployedNameOf(own) },
  { by: 'logical-id', matches: ({ function: own }, _, tags) => hasLogicalId(own, tags[logicalIdTag]) },
  { by: 'name', matches: ({ function: own }, { name }) => name === deployedNameOf(own) || name === own.name },
  { by: 'made-name', matches: ({ function: own }, { name }, tags) => mayBeMadeOf(own, tags) && couldBe(name, own.name) },
  {
    by: 'handler',
    matches: ({ function: own }, { handler }) => handler !== null && handler === own.handler && handler.includes('/'),
  },
];

/**
 * The function of the workspace that a deployed one was made from, by its tags, its name, what the deploying tools make of a
 * template's name, or a handler that names a folder (`index.handler` is everywhere). Of several the one with the same handler
 * is taken. Null where nothing points to any.
 */
export function linkDeployed(deployed: DeployedFacts, tags: Tags, sources: readonly Source[]): Link | null {
  const ours = sources.filter(({ owner }) => !isOthers(owner, tags));
  for (const { by, matches } of ways) {
    const found = ours.filter((source) => matches(source, deployed, tags));
    if (found.length === 0) continue;
    const [only, other] = found.length === 1 ? found : found.filter(({ function: own }) => hasHandler(own, deployed));
    return only !== undefined && other === undefined
      ? { kind: 'linked', by, source: only }
      : { kind: 'ambiguous', by, candidates: found };
  }
  return null;
}

function hasHandler({ handler: own }: FunctionInfo, { handler }: DeployedFacts): boolean {
  return handler !== null && handler === own;
}

/** Reef deployed it from that workspace. */
function isOwn(owner: string | null, tags: Tags): boolean {
  return owner !== null && tags[tagNames.owner] === owner;
}

/** Reef deployed it, from another workspace. */
function isOthers(owner: string | null, tags: Tags): boolean {
  return owner !== null && tags[tagNames.owner] !== undefined && tags[tagNames.owner] !== owner;
}

/** Whether a tool gave it its name: the template does not, and no logical id says that it is another function. */
function mayBeMadeOf({ deployedName, source }: FunctionInfo, tags: Tags): boolean {
  return deployedName === undefined && (tags[logicalIdTag] === undefined || !cloudFormationSources.has(source));
}

/** Kinds of templates whose functions get a logical id when they are deployed. */
const cloudFormationSources: ReadonlySet<FunctionInfo['source']> = new Set(['sam', 'cloudformation', 'serverless', 'cdk']);

/**
 * Whether a function may have that logical id in CloudFormation. The Serverless Framework makes one of its key; CDK of the ids of
 * the constructs that hold the function, its own last, and eight digits of a hash.
 */
function hasLogicalId({ source, name }: FunctionInfo, logicalId: string | undefined): boolean {
  if (logicalId === undefined) return false;
  if (source === 'sam' || source === 'cloudformation') return logicalId === name;
  if (source === 'cdk') return logicalId.replace(/[0-9A-F]{8}$/, '').endsWith(name.replaceAll(/[^A-Za-z0-9]/g, ''));
  if (source !== 'serverless') return false;
  const normal = name.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
  return logicalId === `${normal.charAt(0).toUpperCase()}${normal.slice(1)}LambdaFunction`;
}

/** The workspace's function with the settings that hold where it is deployed, so that what is measured there shows beside its source. */
export function asDeployed(own: FunctionInfo, deployed: FunctionInfo): FunctionInfo {
  const { id, runtime, memoryMb, timeoutS, architecture, packageType, qualifier } = deployed;
  const linked = { ...own, runtime: runtime ?? own.runtime, memoryMb, timeoutS, architecture, packageType, deployedId: id };
  return qualifier === undefined ? linked : { ...linked, qualifier };
}

/** What a deployed function has otherwise than its source states; what either does not state is no difference. */
export function differencesOf(deployed: DeployedFacts, source: FunctionInfo): Difference[] {
  const pairs = [
    ['memory', deployed.memoryMb, source.memoryMb],
    ['timeout', deployed.timeoutS, source.timeoutS],
    ['architecture', deployed.architecture, source.architecture],
    ['runtime', deployed.runtime, source.runtime],
    ['handler', deployed.handler, source.handler],
    // Code without a template does not say how it is packed.
    ['package type', deployed.packageType, source.source === 'code' ? null : source.packageType],
  ] as const;
  return pairs.flatMap(([what, there, here]) =>
    there === null || here === null || there === here ? [] : [{ what, deployed: there, source: here }],
  );
}

/** How source and deployed function differ, in a sentence; null when they do not. */
export function differenceSentence(name: string, differences: readonly Difference[]): string | null {
  if (differences.length === 0) return null;
  const parts = differences.map(({ what, deployed, source }) => {
    const unit = differenceUnit(what);
    return `${what} ${deployed}${unit}, not ${source}${unit}`;
  });
  return `${name} is deployed with other settings than its template states: ${parts.join('; ')}.`;
}
