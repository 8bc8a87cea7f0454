import { isCancelled, messageOf } from '../protocol/errors.ts';
import type { Tags } from '../protocol/deployed.ts';
import type { FunctionInfo } from '../protocol/functions.ts';
import { asDeployed, differenceSentence, differencesOf, linkDeployed } from './link-deployed.ts';
import type { Log } from './studies/ports.ts';
import type { Catalog } from './targets/catalog.ts';

type AskedFor = {
  /** As its target knows it. */
  found: FunctionInfo;
  /** What it was asked for by: an id or name of the workspace, or its own. */
  wanted: string;
  /** Functions of the workspace. */
  own: readonly FunctionInfo[];
  catalog: Catalog | undefined;
  log: Log;
};

/**
 * The function of the workspace that a deployed one was asked for by, or was made from, with the settings that hold where it is
 * deployed; the deployed one itself where the workspace has none, or several. Says where the two differ.
 */
export async function linkAskedFor({ found, wanted, own, catalog, log }: AskedFor, signal: AbortSignal): Promise<FunctionInfo> {
  const source = namedBy(wanted, own) ?? (await madeFrom());
  if (source === undefined) return found;
  const difference = differenceSentence(source.name, differencesOf(found, source));
  if (difference !== null) log.log('warn', difference);
  return asDeployed(source, found);

  async function madeFrom(): Promise<FunctionInfo | undefined> {
    if (own.length === 0) return undefined;
    const link = linkDeployed(found, await tagsOf(), own, (fn) => fn);
    if (link === null) return undefined;
    if (link.kind === 'linked') return link.source;
    const ids = link.candidates.map(({ id }) => id).join(', ');
    log.log('warn', `${found.name} could be any of ${ids}: its measurements are kept under its own id.`);
    return undefined;
  }

  /** Without the permission to read tags, names have to do. */
  async function tagsOf(): Promise<Tags> {
    try {
      return (await catalog?.tagsOf(found.id, signal)) ?? {};
    } catch (error) {
      if (isCancelled(error)) throw error;
      log.log('debug', `The tags of ${found.name} are not known: ${messageOf(error)}`);
      return {};
    }
  }
}

/** By its id, or by a name that only one has. */
function namedBy(wanted: string, own: readonly FunctionInfo[]): FunctionInfo | undefined {
  const byId = own.filter(({ id }) => id === wanted);
  const [only, other] = byId.length > 0 ? byId : own.filter(({ name }) => name === wanted);
  return other === undefined ? only : undefined;
}
