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

type Rates = { usdPerGbSecond: Record<Architecture, number>; usdPerRequest: number };

export const defaultRegion = 'us-east-1';

/** From this day the init phase is billed for every configuration. */
const date = '2025-08-01';
const source = 'https://aws.amazon.com/lambda/pricing/';

const usual: Rates = { usdPerGbSecond: { x86_64: 1.66667e-5, arm64: 1.33334e-5 }, usdPerRequest: 2e-7 };
const gulf: Rates = { usdPerGbSecond: { x86_64: 2.06667e-5, arm64: 1.65334e-5 }, usdPerRequest: 2.5e-7 };

const usualRegions =
  'us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 ca-west-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3 eu-central-1 ' +
  'eu-north-1 eu-south-2 ap-south-1 ap-south-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 ' +
  'ap-southeast-3 ap-southeast-4';

/** Rates by region, as of AWS's price list of 2025; most regions cost the same. */
const ratesByRegion: ReadonlyMap<string, Rates> = new Map([
  ...usualRegions.split(' ').map((region): [string, Rates] => [region, usual]),
  ['af-south-1', { usdPerGbSecond: { x86_64: 2.21e-5, arm64: 1.768e-5 }, usdPerRequest: 2.7e-7 }],
  ['ap-east-1', { usdPerGbSecond: { x86_64: 2.292e-5, arm64: 1.83e-5 }, usdPerRequest: 2.8e-7 }],
  ['ap-southeast-5', { usdPerGbSecond: { x86_64: 1.5e-5, arm64: 1.2e-5 }, usdPerRequest: 1.8e-7 }],
  ['eu-central-2', { usdPerGbSecond: { x86_64: 1.83334e-5, arm64: 1.46667e-5 }, usdPerRequest: 2.2e-7 }],
  ['eu-south-1', { usdPerGbSecond: { x86_64: 1.95172e-5, arm64: 1.56138e-5 }, usdPerRequest: 2.3e-7 }],
  ['me-central-1', gulf],
  ['me-south-1', gulf],
]);

/** The price in a region; a region without a row of its own is billed as us-east-1, and the price says so. */
export function lambdaPrice(architecture: Architecture, region: string = defaultRegion): Price {
  const known = ratesByRegion.has(region) ? region : defaultRegion;
  const rates = ratesByRegion.get(known);
  if (!rates) throw new RangeError(`No prices for ${known}`);
  return {
    provider: 'AWS Lambda',
    region: known,
    architecture,
    usdPerGbSecond: rates.usdPerGbSecond[architecture],
    usdPerRequest: rates.usdPerRequest,
    date,
    source,
  };
}
