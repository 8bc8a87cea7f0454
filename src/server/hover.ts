import { type Hover, MarkupKind, type Position } from 'vscode-languageserver/node';
import type { FunctionInfo, TextRange } from '../protocol/functions.ts';
import type { SizingReport } from '../protocol/sizing.ts';
import { hoverText } from './hover-text.ts';
import { quietly } from './quietly.ts';
import { contains } from './ranges.ts';
import { indexedPlace, type Services } from './services.ts';
import type { Workspace } from './workspace.ts';

/** A value in `Globals` may hold for hundreds of functions: a hover shows the first of them. */
const maxFunctions = 4;

export function registerHover(services: Services): void {
  services.connection.onHover(({ textDocument: { uri }, position }) =>
    quietly(services.log, 'Hover', null, async () => {
      const place = await indexedPlace(services, uri);
      return place === null ? null : hoverAt(place.workspace, place.file, position);
    }),
  );
}

function hoverAt(workspace: Workspace, file: string, position: Position): Hover | null {
  const { engine, figures } = workspace;
  const hits = engine.functions.discovery().functions.flatMap((fn) => {
    const range = hoverRanges(fn, file).find((candidate) => contains(candidate, position));
    return range === undefined ? [] : [{ fn, range }];
  });
  const [first] = hits;
  if (first === undefined) return null;
  const sections = hits.slice(0, maxFunctions).map(({ fn }) => {
    const known = figures.of(fn.id);
    return hoverText(fn, known, known === null ? null : reportOf(workspace, known.runId));
  });
  const more = hits.length > maxFunctions ? [`… and ${hits.length - maxFunctions} more functions.`] : [];
  return { range: first.range, contents: { kind: MarkupKind.Markdown, value: [...sections, ...more].join('\n\n---\n\n') } };
}

/** Handler name, the function's key, and its memory value. */
function hoverRanges(fn: FunctionInfo, file: string): TextRange[] {
  const { memory } = fn.properties;
  return [
    fn.handlerFile === file ? fn.handlerRange : null,
    fn.template === file ? fn.templateRange : null,
    memory?.file === file ? memory.value : null,
  ].filter((range) => range !== null);
}

/** Null when the report cannot be read any more: the figures in memory still tell the most. */
function reportOf(workspace: Workspace, runId: string): SizingReport | null {
  try {
    return workspace.engine.report(runId);
  } catch {
    return null;
  }
}
