import * as vscode from 'vscode';
import { ReefError } from '../../protocol/errors.ts';
import type { EventFile, FunctionInfo } from '../../protocol/functions.ts';
import type { FunctionWithFigures } from '../../protocol/requests.ts';
import { deployedArgument } from '../deployed/payload.ts';
import type { Services } from '../services.ts';
import { describeFunction, isRunnable } from '../views/function-facts.ts';
import type { FolderState } from '../workspace-state.ts';
import { functionArgument } from './function-reference.ts';
import { requireFolder } from './guards.ts';
import { isReplay, nameOfId } from './target-function.ts';

export type ChosenFunction = FunctionWithFigures & { folder: string; event: EventFile | null };
export type FunctionItem = vscode.QuickPickItem & { chosen: ChosenFunction };

/** What is run or profiled: a function of the workspace, or something that only the target knows (its id is then empty). */
export type Subject = {
  folder: string;
  function: Pick<FunctionInfo, 'id' | 'name' | 'events' | 'handlerFile'>;
  event: EventFile | null;
};

/** The function to run; a deployed one or a recorded curve need not be of the workspace. Undefined when nothing was picked. */
export async function chooseSubject(services: Services, args: readonly unknown[], target: string): Promise<Subject | undefined> {
  const deployed = target.startsWith('aws') ? deployedSubject(services, args) : undefined;
  if (deployed !== undefined) return deployed;
  if (!isReplay(target)) return chooseFunction(services, args, isRunnable);
  requireFolder();
  const named = functionArgument(args);
  const known = named && services.workspace.find(named.folder, named.functionId);
  if (named !== undefined && known !== undefined) return { folder: named.folder, function: known.function, event: null };
  const folder = named?.folder ?? (await chooseFolder(services));
  const name = named?.functionId ?? target;
  return folder === undefined
    ? undefined
    : { folder, function: { id: named?.functionId ?? '', name, events: [], handlerFile: null }, event: null };
}

/** A deployed function that the arguments name by its id there, with the events of its source where that is known. */
export function deployedSubject({ workspace }: Services, args: readonly unknown[]): Subject | undefined {
  const named = functionArgument(args);
  if (named === undefined || !named.functionId.startsWith('arn:')) return undefined;
  const { folder, functionId: id } = named;
  const source = deployedArgument(args)?.source;
  const events = source && workspace.find(source.folder, source.functionId)?.function.events;
  return { folder, function: { id, name: nameOfId(id), events: events ?? [], handlerFile: null }, event: null };
}

/** The only folder, or the one that the user picks. */
export async function chooseFolder({ workspace }: Services): Promise<string | undefined> {
  const [first, second] = workspace.folders();
  return second === undefined ? first?.folder : (await vscode.window.showWorkspaceFolderPick())?.uri.toString();
}

/**
 * The function that a command is about: named by its arguments, else asked for.
 * Undefined when nothing was picked.
 * @throws ReefError `no-workspace`, `no-such-function`
 */
export async function chooseFunction(
  { workspace }: Services,
  args: readonly unknown[],
  accepts: (item: FunctionWithFigures) => boolean = () => true,
): Promise<ChosenFunction | undefined> {
  requireFolder();
  const named = functionArgument(args);
  if (workspace.folders().some(({ functions }) => functions === null)) await workspace.refresh('functions');
  if (named !== undefined) {
    // What a lens knows may be newer than what the views were told.
    if (workspace.find(named.folder, named.functionId) === undefined) await workspace.refresh('functions');
    const found = workspace.find(named.folder, named.functionId);
    if (found === undefined) {
      throw new ReefError('no-such-function', vscode.l10n.t('The function is not there any more: {0}', named.functionId));
    }
    return { ...found, folder: named.folder, event: named.event ?? null };
  }
  const items = functionItems(workspace.folders(), accepts);
  if (items.length === 0) throw nothingToChoose(workspace.folders().map(({ functionsError }) => functionsError));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Choose a function'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.chosen;
}

function nothingToChoose(errors: readonly (string | null)[]): ReefError {
  const error = errors.find((sentence) => sentence !== null);
  return new ReefError(
    'no-such-function',
    error ?? vscode.l10n.t('There is no function in this workspace for which this can be done.'),
  );
}

/** The functions as a list to choose from; those of the file in the editor come first. */
export function functionItems(
  folders: readonly Pick<FolderState, 'folder' | 'name' | 'functions'>[],
  accepts: (item: FunctionWithFigures) => boolean,
): FunctionItem[] {
  const open = vscode.window.activeTextEditor?.document.uri.toString();
  const isOpen = (folder: string, file: string | null): boolean =>
    file !== null && vscode.Uri.joinPath(vscode.Uri.parse(folder), file).toString() === open;
  const items = folders.flatMap(({ folder, name, functions }) =>
    (functions ?? []).filter(accepts).map((item) => {
      const { function: fn, figures } = item;
      return {
        label: fn.name,
        description: describeFunction(fn, figures),
        detail: [folders.length > 1 ? name : '', fn.template ?? fn.handlerFile ?? ''].filter(Boolean).join(' · '),
        inEditor: isOpen(folder, fn.handlerFile) || isOpen(folder, fn.template),
        chosen: { ...item, folder, event: null },
      };
    }),
  );
  return items.sort((a, b) => Number(b.inEditor) - Number(a.inEditor) || a.label.localeCompare(b.label));
}
