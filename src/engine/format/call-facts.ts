import type { InvokeResult } from '../../protocol/requests.ts';
import { formatDuration, formatMemory, formatUsd } from './format.ts';

export type Call = Pick<InvokeResult, 'measurement' | 'report' | 'costUsd'>;

/** Fills `{0}`, `{1}` … of a text; an editor has a function of its own that translates it first. */
type Translate = (text: string, ...args: (string | number)[]) => string;

const untranslated: Translate = (text, ...args) =>
  text.replaceAll(/\{(\d)\}/g, (_, index: string) => String(args[Number(index)]));

/** The figures of one call in a few words each: `41 ms`, `billed 42 ms`, `init 120 ms`, `peak 80 of 512 MB`, `version 3`, `$0.0000012`. */
export function callFacts({ measurement, report, costUsd }: Call, t: Translate = untranslated): string[] {
  const { durationMs, initMs, peakRssMb } = measurement;
  const { billedMs, restoreMs, memoryMb, version } = report ?? nothingReported;
  const facts = [
    durationMs === null ? null : formatDuration(durationMs),
    billedMs === null ? null : t('billed {0}', formatDuration(billedMs)),
    initMs === null ? null : beforeText(initMs, restoreMs, t),
    peakRssMb === null ? null : peakText(Math.ceil(peakRssMb), memoryMb, t),
    version === null ? null : t('version {0}', version),
    // Elsewhere nothing is paid for.
    report === undefined || costUsd === null ? null : formatUsd(costUsd),
  ];
  return facts.filter((fact) => fact !== null);
}

const nothingReported = { billedMs: null, restoreMs: null, memoryMb: null, version: null };

function beforeText(initMs: number, restoreMs: number | null, t: Translate): string {
  return restoreMs === null ? t('init {0}', formatDuration(initMs)) : t('restore {0}', formatDuration(restoreMs));
}

function peakText(peakMb: number, memoryMb: number | null, t: Translate): string {
  return memoryMb === null ? t('peak {0}', formatMemory(peakMb)) : t('peak {0} of {1}', String(peakMb), formatMemory(memoryMb));
}
