import type { CodeLens } from 'vscode-languageserver/node';
import { lensText } from '../engine/format/format.ts';
import type { FunctionInfo, TextRange } from '../protocol/functions.ts';
import { type Figures, lensCommands } from '../protocol/requests.ts';
import { quietly } from './quietly.ts';
import { indexedPlace, type Services } from './services.ts';

export function registerCodeLens(services: Services): void {
  services.connection.onCodeLens(({ textDocument: { uri } }) =>
    quietly(services.log, 'CodeLens', [], async () => {
      if (!services.settings().codeLens) return [];
      const place = await indexedPlace(services, uri);
      if (place === null) return [];
      const { workspace, file } = place;
      return lensesOfFile(workspace.engine.functions.inFile(file), file, workspace.uri, workspace.figures.of);
    }),
  );
}

type FiguresOf = (functionId: string) => Figures | null;

/** The lenses of one file: at each function of a template, and at each handler of a source file. */
export function lensesOfFile(
  functions: readonly FunctionInfo[],
  file: string,
  folderUri: string,
  figuresOf: FiguresOf,
): CodeLens[] {
  const places = functions.flatMap((fn) => placesIn(fn, file).map((range) => ({ fn, range })));
  const sharing = (range: TextRange): number => places.filter((place) => startsAt(place.range, range)).length;
  return places.flatMap(({ fn, range }) => {
    const shared = file === fn.handlerFile && sharing(range) > 1;
    const lenses = lensesOf(fn, range, folderUri, figuresOf(fn.id), shared);
    // What Reef deploys itself is described in a file of Reef's.
    return fn.source === 'reef' && file === fn.template ? [...lenses, deployLens(fn, range, folderUri)] : lenses;
  });
}

function deployLens(fn: FunctionInfo, range: TextRange, folderUri: string): CodeLens {
  return { range, command: { title: 'Deploy…', command: lensCommands.deploy, arguments: [folderUri, fn.id] } };
}

function placesIn(fn: FunctionInfo, file: string): TextRange[] {
  if (fn.template === file && fn.templateRange !== null) return [fn.templateRange];
  return fn.handlerFile === file && fn.handlerRange !== null ? [fn.handlerRange] : [];
}

function startsAt(one: TextRange, other: TextRange): boolean {
  return one.start.line === other.start.line && one.start.character === other.start.character;
}

/** `named`: several functions have their lenses at this place, so each says which it is. */
function lensesOf(fn: FunctionInfo, range: TextRange, folderUri: string, figures: Figures | null, named: boolean): CodeLens[] {
  const verb = (title: string): string => (named ? `${title} ${fn.name}` : title);
  const lenses = [
    { range, command: { title: verb('Run'), command: lensCommands.run, arguments: [folderUri, fn.id] } },
    { range, command: { title: verb('Profile'), command: lensCommands.profile, arguments: [folderUri, fn.id] } },
    { range, command: { title: verb('Trace'), command: lensCommands.trace, arguments: [folderUri, fn.id] } },
  ];
  if (figures === null) return lenses;
  const text = lensText(figures);
  const title = named ? `${fn.name}: ${text}` : text;
  return [...lenses, { range, command: { title, command: lensCommands.showReport, arguments: [folderUri, figures.runId] } }];
}
