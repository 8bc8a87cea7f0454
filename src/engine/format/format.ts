import type { Figures } from '../../protocol/requests.ts';

/** The one way in which Reef writes figures; pure, and the same in a terminal, the editor and a page. */

/** `512 MB`. */
export function formatMemory(memoryMb: number): string {
  return `${Math.round(memoryMb)} MB`;
}

/** Memory that was measured, not chosen: three digits, `8.6 MB`, `34.7 MB`, `774 MB`. */
export function formatPeak(memoryMb: number): string {
  return memoryMb < 99.95 ? `${memoryMb.toFixed(1)} MB` : formatMemory(memoryMb);
}

/** Size of a file or of what was read: `312 B`, `4.2 KB`, `34.7 MB`, `774 MB`, `12.4 GB`; a MB is 2^20 bytes. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  const kilobytes = bytes / 1024;
  if (kilobytes < 1023.5) return `${kilobytes.toFixed(kilobytes < 99.95 ? 1 : 0)} KB`;
  const megabytes = kilobytes / 1024;
  return megabytes < 1024 ? formatPeak(megabytes) : `${(megabytes / 1024).toFixed(1)} GB`;
}

/** Three digits at most: `0.42 ms`, `4.2 ms`, `41 ms`, `1.40 s`, `12.3 s`, `2 min 5 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 0.005) return '0 ms';
  if (durationMs < 0.995) return `${durationMs.toFixed(2)} ms`;
  if (durationMs < 9.95) return `${durationMs.toFixed(1)} ms`;
  if (durationMs < 999.5) return `${durationMs.toFixed(0)} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Cost of a million calls: `$0.83/M`, `$12.40/M`, `$1,234/M`. */
export function formatCostPerMillion(costUsd: number): string {
  return `${formatUsd(costUsd)}/M`;
}

/** Money spent: cents from one cent on, two significant digits below, `$0.00021`; `$0` when nothing was. */
export function formatUsd(costUsd: number): string {
  if (costUsd === 0) return '$0';
  if (Math.abs(costUsd) >= 100) return `$${Math.round(costUsd).toLocaleString('en-US')}`;
  if (Math.abs(costUsd) >= 0.01) return `$${costUsd.toFixed(2)}`;
  const digits = 1 - Math.floor(Math.log10(Math.abs(costUsd)));
  return `$${costUsd.toFixed(Math.min(digits, 12))}`;
}

/** A share: 0.234 is `23 %`, 0.042 is `4.2 %`. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  const text = Math.abs(percent) < 9.95 ? percent.toFixed(1).replace(/\.0$/, '') : percent.toFixed(0);
  return `${text === '-0' ? '0' : text} %`;
}

/** A factor: `×1.9`, `×12`. */
export function formatFactor(factor: number): string {
  return `×${factor < 9.95 ? factor.toFixed(1) : factor.toFixed(0)}`;
}

/** `38–45 ms`; the unit is written once where both bounds have it. */
export function formatInterval(interval: readonly [number, number], format: (value: number) => string = formatDuration): string {
  const [low, high] = [format(interval[0]), format(interval[1])];
  if (low === high) return low;
  const unit = / [^\d ]+$/.exec(high)?.[0];
  const sharesUnit = unit !== undefined && low.endsWith(unit) && low.split(' ').length === 2;
  return `${sharesUnit ? low.slice(0, -unit.length) : low}–${high}`;
}

/** How often something happens: `0.071`, `8.1`, `88`, `1,234`. */
export function formatRate(rate: number): string {
  return rate >= 99.5 ? Math.round(rate).toLocaleString('en-US') : rate.toLocaleString('en-US', { maximumSignificantDigits: 2 });
}

/** The versions that an alias points to: `12`, or `12 (75 %), 13 (25 %)` where it divides its calls; shares are those of the others. */
export function formatShares(version: string, shares: Readonly<Record<string, number>>): string {
  const others = Object.entries(shares);
  if (others.length === 0) return version;
  const own = 1 - others.reduce((sum, [, share]) => sum + share, 0);
  return [[version, own] as const, ...others].map(([each, share]) => `${each} (${formatPercent(share)})`).join(', ');
}

/** A change of less than this is not worth words. */
const noticeableSaving = 0.005;
const noticeableSpeedup = 1.05;

/** What moving to the recommended size brings: `saves 23 %, ×1.9 faster`; empty when it hardly differs. */
export function formatGain(saving: number | null, speedup: number | null): string {
  const faster = speedup !== null && speedup >= noticeableSpeedup ? `${formatFactor(speedup)} faster` : '';
  const slower = speedup !== null && speedup <= 1 / noticeableSpeedup ? `${formatFactor(1 / speedup)} slower` : '';
  if (saving !== null && saving >= noticeableSaving)
    return [`saves ${formatPercent(saving)}`, faster || slower].filter(Boolean).join(', ');
  if (saving !== null && saving <= -noticeableSaving) {
    const price = `${formatPercent(-saving)} more`;
    return faster ? `${faster} for ${price}` : [`costs ${price}`, slower].filter(Boolean).join(', ');
  }
  return faster || slower;
}

/** What the measurements say beside a size, in a few words; empty when they are clear. */
export const verdictTexts: Record<NonNullable<Figures['verdict']>, string> = {
  clear: '',
  flat: 'memory hardly matters',
  noisy: 'too noisy to tell sizes apart',
};

/** What to say beside a size: where a saving is sure, that counts, even where memory hardly changes the speed. */
export function verdictShown({
  verdict = 'clear',
  saving,
}: Pick<Figures, 'verdict' | 'saving'>): NonNullable<Figures['verdict']> {
  return saving !== null && saving >= noticeableSaving ? 'clear' : verdict;
}

/** The last known figures on one line, e.g. `512 MB · 41 ms · $0.83/M → 1024 MB saves 23 %`; it says when they may no longer hold. */
export function lensText(figures: Figures): string {
  const predicted = figures.basis === 'predicted' ? ' (predicted)' : '';
  const again = figures.stale === undefined ? '' : ' · profile again';
  return `${sizesText(figures)}${predicted}${again}`;
}

function sizesText(figures: Figures): string {
  const recommended = formatMemory(figures.recommendedMb);
  const slow = figures.recommendedP95Ms === undefined ? '' : ` (p95 ${formatDuration(figures.recommendedP95Ms)})`;
  const recommendedFigures = `${formatDuration(figures.recommendedDurationMs)}${slow} · ${formatCostPerMillion(figures.recommendedCostPerMillionUsd)}`;
  const { currentMb, currentDurationMs, currentCostPerMillionUsd } = figures;
  const verdict = verdictTexts[verdictShown(figures)];
  const remark = verdict === '' ? '' : ` · ${verdict}`;
  if (currentMb === figures.recommendedMb) return `${recommended} is right · ${recommendedFigures}${remark}`;
  if (currentMb === null) return `${recommended} recommended · ${recommendedFigures}${remark}`;
  if (currentDurationMs === null || currentCostPerMillionUsd === null) {
    return `${formatMemory(currentMb)} → ${recommended} · ${recommendedFigures}${remark}`;
  }
  const current = [
    formatMemory(currentMb),
    formatDuration(currentDurationMs),
    formatCostPerMillion(currentCostPerMillionUsd),
  ].join(' · ');
  // Where sizes hardly differ, or cannot be told apart, no gain is claimed.
  if (verdict !== '') return `${current}${remark}`;
  const gain = formatGain(figures.saving, figures.speedup);
  return `${current} → ${recommended}${gain ? ` ${gain}` : ''}`;
}
