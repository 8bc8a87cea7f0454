import type { Architecture } from '../../protocol/functions.ts';

/** Price of one function call, first tier, before free tier and savings plans (these hardly move the best size). */
export type Price = {
  provider: 'AWS Lambda';
  region: string;
  architecture: Architecture;
  usdPerGbSecond: number;
  usdPerRequest: number;
  /** Since when the rates and the billing rule (1 ms steps, init billed) hold. */
  date: string;
  source: string;
};

type Rates = { usdPerGbSecond: Record<Architecture, number>; usdPerRequest: number; date: string; source: string };

export const defaultRegion = 'us-east-1';

/** Rates by region. Other regions are rows of the same shape. */
const ratesByRegion: ReadonlyMap<string, Rates> = new Map([
  [
    'us-east-1',
    {
      usdPerGbSecond: { x86_64: 1.66667e-5, arm64: 1.33334e-5 },
      usdPerRequest: 2e-7,
      // From this day the init phase is billed for every configuration.
      date: '2025-08-01',
      source: 'https://aws.amazon.com/lambda/pricing/',
    },
  ],
]);

/** The price in a region; a region without a row of its own is billed as us-east-1, and the price says so. */
export function lambdaPrice(architecture: Architecture, region: string = defaultRegion): Price {
  const known = ratesByRegion.has(region) ? region : defaultRegion;
  const rates = ratesByRegion.get(known);
  if (!rates) throw new RangeError(`No prices for ${known}`);
  const { usdPerRequest, date, source } = rates;
  return {
    provider: 'AWS Lambda',
    region: known,
    architecture,
    usdPerGbSecond: rates.usdPerGbSecond[architecture],
    usdPerRequest,
    date,
    source,
  };
}
