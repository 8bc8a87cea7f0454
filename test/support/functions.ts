import type { FunctionInfo, PropertyPlace } from '../../src/protocol/functions.ts';

/** A function as discovery gives it, with what a test does not care about filled in. */
export function functionInfo(known: Partial<FunctionInfo> = {}): FunctionInfo {
  const name = known.name ?? 'Thumbnail';
  return {
    id: `template.yaml#${name}`,
    name,
    source: 'sam',
    runtime: 'nodejs22.x',
    language: 'node',
    packageType: 'zip',
    handler: 'app.handler',
    handlerFile: 'app.js',
    symbol: 'handler',
    handlerRange: { start: { line: 0, character: 8 }, end: { line: 0, character: 15 } },
    codeRoot: '.',
    memoryMb: 512,
    timeoutS: 3,
    architecture: 'x86_64',
    environment: {},
    template: 'template.yaml',
    templateRange: { start: { line: 2, character: 2 }, end: { line: 2, character: 2 + name.length } },
    properties: {},
    events: [],
    ...known,
  };
}

/** The place of a setting that is no literal, such as `var.memory`. */
export function computedPlace(file: string, origin: string): PropertyPlace {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  return { file, key: range, value: range, inherited: false, literal: false, origin };
}
