import type { FunctionInfo, TextRange } from '../../../src/protocol/functions.ts';
import type { Figures } from '../../../src/protocol/requests.ts';
import { functionInfo } from '../../support/functions.ts';

export function anyRange(line: number, from: number, to: number): TextRange {
  return { start: { line, character: from }, end: { line, character: to } };
}

export function anyFunction(changes: Partial<FunctionInfo>): FunctionInfo {
  return functionInfo({
    name: 'resize',
    handlerRange: anyRange(0, 13, 20),
    architecture: null,
    templateRange: anyRange(2, 2, 8),
    ...changes,
  });
}

export function anyFigures(changes: Partial<Figures>): Figures {
  return {
    functionId: 'template.yaml#resize',
    runId: 'run-1',
    createdAt: '2026-03-04T05:06:07.000Z',
    target: 'process',
    basis: 'predicted',
    currentMb: 512,
    currentDurationMs: 41,
    currentCostPerMillionUsd: 0.83,
    recommendedMb: 1024,
    recommendedDurationMs: 21,
    recommendedCostPerMillionUsd: 0.64,
    saving: 0.23,
    speedup: 1.9,
    why: 'It is CPU-bound.',
    evidence: ['12 warm samples on this machine.'],
    ...changes,
  };
}
