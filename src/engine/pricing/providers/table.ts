import type { ProviderPrice } from './price.ts';

const aws = {
  region: 'us-east-1',
  date: '2026-11-01',
  source: 'https://aws.amazon.com/lambda/pricing/',
  metering: 'allocated',
  sizes: { leastMb: 128, mostMb: 10_240, stepMb: 1 },
  time: { stepMs: 1, leastMs: 1 },
  usdPerRequest: 2e-7,
  usdPerCpuSecond: null,
  billsInit: true,
  free: { requests: 1_000_000, gbSeconds: 400_000, cpuSeconds: 0 },
} as const;

const azure = {
  region: 'East US',
  date: '2026-11-01',
  source: 'https://azure.microsoft.com/pricing/details/functions/',
  usdPerRequest: 2e-7,
  usdPerCpuSecond: null,
  billsInit: false,
} as const;

/** List prices of the first tier. A snapshot: each row says of when and from where. */
export const providerPrices: readonly ProviderPrice[] = [
  { ...aws, id: 'aws-x86', name: 'AWS Lambda, x86', usdPerGbSecond: 1.66667e-5, assumes: '' },
  { ...aws, id: 'aws-arm64', name: 'AWS Lambda, Arm', usdPerGbSecond: 1.33334e-5, assumes: 'the same duration on Arm' },
  {
    id: 'google-run',
    name: 'Cloud Run functions',
    region: 'us-central1 (tier 1)',
    date: '2026-11-01',
    source: 'https://cloud.google.com/run/pricing',
    assumes:
      'request-based billing, one request at a time, and the least CPU that Cloud Run gives with the memory, from one vCPU',
    metering: 'allocated',
    sizes: {
      leastMb: 128,
      mostMb: 32_768,
      stepMb: 1,
      cpu: [
        { upToMb: 4_096, units: 1 },
        { upToMb: 8_192, units: 2 },
        { upToMb: 16_384, units: 4 },
        { upToMb: 24_576, units: 6 },
        { upToMb: 32_768, units: 8 },
      ],
    },
    time: { stepMs: 100, leastMs: 100 },
    usdPerGbSecond: 2.5e-6,
    usdPerRequest: 4e-7,
    usdPerCpuSecond: 2.4e-5,
    billsInit: true,
    free: { requests: 2_000_000, gbSeconds: 360_000, cpuSeconds: 180_000 },
  },
  {
    id: 'google-1',
    name: 'Google Cloud Functions, 1st gen',
    region: 'tier 1',
    date: '2026-11-01',
    source: 'https://cloud.google.com/functions/pricing-1stgen',
    assumes: '',
    metering: 'allocated',
    // CPU in GHz, which is what the CPU price is for.
    sizes: [
      { memoryMb: 128, cpuUnits: 0.2 },
      { memoryMb: 256, cpuUnits: 0.4 },
      { memoryMb: 512, cpuUnits: 0.8 },
      { memoryMb: 1_024, cpuUnits: 1.4 },
      { memoryMb: 2_048, cpuUnits: 2.4 },
      { memoryMb: 4_096, cpuUnits: 4.8 },
      { memoryMb: 8_192, cpuUnits: 4.8 },
    ],
    time: { stepMs: 100, leastMs: 100 },
    usdPerGbSecond: 2.5e-6,
    usdPerRequest: 4e-7,
    usdPerCpuSecond: 1e-5,
    billsInit: false,
    free: { requests: 2_000_000, gbSeconds: 400_000, cpuSeconds: 200_000 },
  },
  {
    ...azure,
    id: 'azure-consumption',
    name: 'Azure Functions, Consumption',
    assumes: 'at least 128 MB for 100 ms a call',
    metering: 'used',
    sizes: { leastMb: 128, mostMb: 1_536, stepMb: 128 },
    time: { stepMs: 1, leastMs: 100 },
    usdPerGbSecond: 1.6e-5,
    free: { requests: 1_000_000, gbSeconds: 400_000, cpuSeconds: 0 },
  },
  {
    ...azure,
    id: 'azure-flex',
    name: 'Azure Functions, Flex Consumption',
    assumes: 'on-demand instances and one request at a time',
    metering: 'allocated',
    sizes: [
      { memoryMb: 512, cpuUnits: 0 },
      { memoryMb: 2_048, cpuUnits: 0 },
      { memoryMb: 4_096, cpuUnits: 0 },
    ],
    time: { stepMs: 100, leastMs: 1_000 },
    usdPerGbSecond: 2.6e-5,
    free: { requests: 250_000, gbSeconds: 100_000, cpuSeconds: 0 },
  },
  {
    id: 'ibm-code-engine',
    name: 'IBM Code Engine functions',
    region: 'us-south',
    date: '2024-10-05',
    source: 'https://cloud.ibm.com/docs/codeengine?topic=codeengine-pricing',
    assumes: 'that time is not rounded beyond 1 ms, which IBM does not state',
    metering: 'allocated',
    sizes: [
      { memoryMb: 1_024, cpuUnits: 0.25 },
      { memoryMb: 2_048, cpuUnits: 0.5 },
      { memoryMb: 4_096, cpuUnits: 1 },
    ],
    time: { stepMs: 1, leastMs: 1 },
    usdPerGbSecond: 3.56e-6,
    usdPerRequest: 5.38e-7,
    usdPerCpuSecond: 3.431e-5,
    billsInit: true,
    free: { requests: 100_000, gbSeconds: 200_000, cpuSeconds: 100_000 },
  },
  {
    ...aws,
    id: 'aws-2020',
    name: 'AWS Lambda until November 2020',
    date: '2020-11-01',
    assumes: '',
    sizes: { leastMb: 128, mostMb: 3_008, stepMb: 64 },
    time: { stepMs: 100, leastMs: 100 },
    usdPerGbSecond: 1.667e-5,
    stepPriceDecimals: 9,
    billsInit: false,
  },
];

/** A row without what is free, to compare prices of many calls. */
export function withoutFreeTier(price: ProviderPrice): ProviderPrice {
  return { ...price, free: { requests: 0, gbSeconds: 0, cpuSeconds: 0 } };
}
