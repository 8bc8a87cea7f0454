/** Prices of reading logs in CloudWatch, of us-east-1; other regions differ little. Reading with FilterLogEvents is free. */
export const cloudWatchPrice = {
  region: 'us-east-1',
  date: '2026-02-01',
  source: 'https://aws.amazon.com/cloudwatch/pricing/',
  /** Logs Insights, by what a query scans. */
  usdPerScannedGb: 0.005,
  /** Live Tail. */
  usdPerSessionMinute: 0.01,
  freeSessionMinutesPerMonth: 1_800,
} as const;

/** GB here is 1,024 MB. */
const bytesPerGb = 2 ** 30;

/** USD for queries of Logs Insights that scan so much. */
export function scanCostUsd(bytes: number): number {
  return (bytes / bytesPerGb) * cloudWatchPrice.usdPerScannedGb;
}

/** What queries may scan for so much money. */
export function scannedBytesFor(costUsd: number): number {
  return (costUsd / cloudWatchPrice.usdPerScannedGb) * bytesPerGb;
}
