import { isCancelled, messageOf } from '../protocol/errors.ts';
import type { Tags } from '../protocol/deployed.ts';
import type { FunctionInfo } from '../protocol/functions.ts';
import { ownerOf } from './deploy/owner.ts';
import { asDeployed, differenceSentence, differencesOf, type Link, linkDeployed } from './link-deployed.ts';
import type { Log } from './studies/ports.ts';
import { tagNames } from './targets/aws/deploy/tags.ts';
import type { Catalog } from './targets/catalog.ts';

type AskedFor = {
  /** As its target knows it. */
  found: FunctionInfo;
  /** What it was asked for by: an id or name of the workspace, or its own. */
  wanted: string;
  /** Functions of the workspace. */
  own: readonly FunctionInfo[];
  folder: string;
  catalog: Catalog | undefined;
  log: Log;
};

export type Resolved = {
  function: FunctionInfo;
  /** What the user should know of it, in a sentence: where it differs from its source, or why it has none. */
  remark: string | null;
};

/**
 * The function of the workspace that a deployed one was asked for by, or was made from, with the settings that hold where it is
 * deployed; the deployed one itself where the workspace has none, or several.
 */
export async function linkAskedFor(asked: AskedFor, signal: AbortSignal): Promise<Resolved> {
  const { found, wanted, own } = asked;
  const named = namedBy(wanted, own);
  if (named !== undefined) return resolved(found, named);
  const link = own.length === 0 ? null : await linkOf(asked, signal);
  if (link?.kind === 'linked') return resolved(found, link.source.function);
  if (link === null) return { function: found, remark: null };
  const ids = link.candidates.map((source) => source.function.id).join(', ');
  return { function: found, remark: `${found.name} could be any of ${ids}: its measurements are kept under its own id.` };
}

async function linkOf(asked: AskedFor, signal: AbortSignal): Promise<Link | null> {
  const { found, own, folder } = asked;
  const tags = await tagsOf(asked, signal);
  const owner = tags[tagNames.owner] === undefined ? null : await ownerOf(folder);
  return linkDeployed(
    found,
    tags,
    own.map((fn) => ({ folder, owner, function: fn })),
  );
}

function resolved(found: FunctionInfo, source: FunctionInfo): Resolved {
  // A version has the settings of its day.
  const differences = found.qualifier === undefined ? differencesOf(found, source) : [];
  return { function: asDeployed(source, found), remark: differenceSentence(source.name, differences) };
}

/** Without the permission to read tags, names have to do. */
async function tagsOf({ found, catalog, log }: AskedFor, signal: AbortSignal): Promise<Tags> {
  try {
    return (await catalog?.tagsOf(found.id, signal)) ?? {};
  } catch (error) {
    if (isCancelled(error)) throw error;
    log.log('debug', `The tags of ${found.name} are not known: ${messageOf(error)}`);
    return {};
  }
}

/** By its id, or by a name that only one has. */
function namedBy(wanted: string, own: readonly FunctionInfo[]): FunctionInfo | undefined {
  const byId = own.filter(({ id }) => id === wanted);
  const [only, other] = byId.length > 0 ? byId : own.filter(({ name }) => name === wanted);
  return other === undefined ? only : undefined;
}
