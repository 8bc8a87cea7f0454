import { formatBytes, formatUsd } from '../format/format.ts';
import { cloudWatchPrice, scanCostUsd } from '../pricing/cloudwatch.ts';
import type { ScanEstimate } from '../targets/function-logs.ts';

/** What queries of Logs Insights would cost, to be agreed to before the first of them. */
export type ScanPlan = {
  /** If the log was written evenly over the time that it is kept. */
  expectedUsd: number;
  /** The queries end before they cost more. */
  maxUsd: number;
  sentence: string;
};

/** `maxUsd`: what may be spent at most; all that is stored costs less where that is little. */
export function scanPlan(
  { group, storedBytes, expectedBytes, retentionDays }: ScanEstimate,
  days: number,
  maxUsd: number,
): ScanPlan {
  const { usdPerScannedGb, region, source, date } = cloudWatchPrice;
  const expectedUsd = scanCostUsd(expectedBytes);
  const allUsd = scanCostUsd(storedBytes);
  const most = Math.min(maxUsd, Math.max(allUsd, leastUsd));
  const kept = retentionDays === null ? 'for ever' : `for ${retentionDays} days`;
  const sentence =
    `Logs Insights would read about ${formatBytes(expectedBytes)} for ${days} day(s) of ${group}, which stores ` +
    `${formatBytes(storedBytes)} and is kept ${kept}: about ${formatUsd(expectedUsd)} if it was written evenly, and at most ` +
    `${formatUsd(most)}, where Reef stops (${formatUsd(usdPerScannedGb)} a GB scanned in ${region}, ${source}, ${date}). ` +
    'Without Logs Insights the same is read free of charge.';
  return { expectedUsd, maxUsd: most, sentence };
}

/** A group may store more than it says, as that figure is hours old. */
const leastUsd = 0.005;
