import {
  type DeployedFunction,
  type DeployedRow,
  type DeployedVersions,
  type SourceLink,
  type Tags,
} from '../../protocol/deployed.ts';
import { isCancelled, messageOf, ReefError } from '../../protocol/errors.ts';
import type { FunctionInfo } from '../../protocol/functions.ts';
import type { EngineContext } from '../context.ts';
import { ownerOf } from '../deploy/owner.ts';
import { differencesOf, linkDeployed, type Source } from '../link-deployed.ts';
import type { Catalog } from '../targets/catalog.ts';
import type { Target } from '../targets/target.ts';
import { type DeployedAction, placeOf } from './deployed-place.ts';

export type ListRequest = {
  target: string;
  /** Default: the functions of the engine's own workspace. */
  sources?: readonly Source[];
};

export type DeployedListing = {
  functions: number;
  /** Why tags are not known, in a sentence; null when they are. */
  tagsProblem: string | null;
};

/**
 * Lists what is deployed at a target: `onRows` gets each page as it comes, and the rows anew whose tags came after them.
 * @throws ReefError `no-such-target` where nothing is deployed, and what the catalogue throws
 */
export async function listDeployed(
  context: EngineContext,
  { target: name, sources }: ListRequest,
  signal: AbortSignal,
  onRows: (rows: DeployedRow[]) => void,
): Promise<DeployedListing> {
  await using target = await context.target(name);
  const catalog = catalogOf(target);
  const from = sources ?? (await ownSources(context, signal));
  return await list(catalog, (fn, tags) => linkOf(fn, tags, from), signal, onRows);
}

/** One function by name or id, as the list has it. @throws as `listDeployed`, and `no-such-function` */
export async function deployedFunction(
  context: EngineContext,
  { target: name, function: wanted }: { target: string; function: string },
  signal: AbortSignal,
): Promise<DeployedRow> {
  await using target = await context.target(name);
  const catalog = catalogOf(target);
  const fn = await catalog.describe(wanted, signal);
  const tags = await catalog.tagsOf(fn.id, signal).catch((error: unknown) => {
    if (isCancelled(error)) throw error;
    context.options.log.log('warn', messageOf(error));
    return {};
  });
  return { ...fn, tags, link: linkOf(fn, tags, await ownSources(context, signal)) };
}

/** @throws as `listDeployed`, and as `placeOf` */
export async function deployedVersions(
  context: EngineContext,
  action: DeployedAction,
  signal: AbortSignal,
): Promise<DeployedVersions> {
  const { name, target: targetName } = await placeOf(context, action, signal);
  await using target = await context.target(targetName);
  return await catalogOf(target).versions(name, signal);
}

async function ownSources(context: EngineContext, signal: AbortSignal): Promise<Source[]> {
  const { folder } = context.options;
  return sourcesIn(folder, folder, await context.workspaceFunctions(signal));
}

/** Functions of a workspace as sources of deployed ones; `name`: its folder as the front names it. */
export async function sourcesIn(folder: string, name: string, functions: readonly FunctionInfo[]): Promise<Source[]> {
  const owner = functions.length === 0 ? null : await ownerOf(folder);
  return functions.map((fn) => ({ folder: name, owner, function: fn }));
}

/** @throws ReefError `no-such-target` */
export function catalogOf({ name, catalog }: Target): Catalog {
  if (catalog !== undefined) return catalog;
  throw new ReefError('no-such-target', `Nothing is deployed on ${name}: name "aws" with a profile and region.`);
}

type LinkOf = (fn: DeployedFunction, tags: Tags) => SourceLink | null;

/** Functions and tags come in pages of their own, in their own order, at the same time. */
async function list(
  catalog: Catalog,
  linkOf: LinkOf,
  signal: AbortSignal,
  onRows: (rows: DeployedRow[]) => void,
): Promise<DeployedListing> {
  const functions = new Map<string, DeployedFunction>();
  const tagsById = new Map<string, Tags>();
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const show = (page: readonly DeployedFunction[]): void => {
    if (page.length === 0) return;
    onRows(
      page.map((fn) => {
        const tags = tagsById.get(fn.id) ?? {};
        return { ...fn, tags, link: linkOf(fn, tags) };
      }),
    );
  };

  async function readTags(): Promise<string | null> {
    try {
      for await (const page of catalog.tags(both)) {
        for (const { id, tags } of page) tagsById.set(id, tags);
        show(page.flatMap(({ id }) => functions.get(id) ?? []));
      }
      return null;
    } catch (error) {
      // What ends the whole says why; a list without tags is worth having.
      return isCancelled(error) ? null : messageOf(error);
    }
  }

  const tagging = readTags();
  try {
    for await (const page of catalog.functions(both)) {
      for (const fn of page) functions.set(fn.id, fn);
      show(page);
    }
  } catch (error) {
    failed.abort();
    throw error;
  } finally {
    await tagging;
  }
  signal.throwIfAborted();
  return { functions: functions.size, tagsProblem: await tagging };
}

function linkOf(fn: DeployedFunction, tags: Tags, sources: readonly Source[]): SourceLink | null {
  const link = linkDeployed(fn, tags, sources);
  if (link === null) return null;
  const shown = ({ folder, function: { id, name, template, handlerFile } }: Source) => ({
    folder,
    functionId: id,
    name,
    template,
    handlerFile,
  });
  return link.kind === 'ambiguous'
    ? { kind: 'ambiguous', by: link.by, candidates: link.candidates.map(shown) }
    : { kind: 'linked', by: link.by, source: shown(link.source), differences: differencesOf(fn, link.source.function) };
}
