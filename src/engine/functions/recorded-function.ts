import type { Architecture, FunctionInfo } from '../../protocol/functions.ts';

/** A function of which there are measurements and no code. */
export function recordedFunction(id: string, name: string, architecture: Architecture): FunctionInfo {
  return {
    id,
    name,
    source: 'recorded',
    runtime: null,
    language: null,
    packageType: 'zip',
    handler: null,
    handlerFile: null,
    symbol: null,
    handlerRange: null,
    codeRoot: null,
    memoryMb: null,
    timeoutS: null,
    architecture,
    environment: {},
    template: null,
    templateRange: null,
    properties: {},
    events: [],
  };
}
