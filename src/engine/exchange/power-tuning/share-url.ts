import { invalidImport } from '../invalid.ts';

/** One size as AWS Lambda Power Tuning gives it: averages over calls whose number it does not tell. */
export type TunedSize = {
  memoryMb: number;
  durationMs: number;
  /** Per call, without the request fee, in the currency of the region. */
  cost: number;
};

export type TunedCurve = {
  /** Legend of a comparison; null for a URL of one curve. */
  name: string | null;
  sizes: TunedSize[];
};

export type Shared = {
  /** Two in a comparison. */
  curves: TunedCurve[];
  /** As the URL states it, `CNY` in China; null for USD. */
  currency: string | null;
};

const page = 'https://lambda-power-tuning.show/';
const onePart = 3;
const comparisonParts = 8;

/**
 * Reads `…#<sizes>;<times>;<costs>`, or a comparison: a second triple and two legends. The parts are base64 of
 * little-endian Int16 (MB), Float32 (ms) and Float32 (money per call).
 * @throws ReefError `invalid-import`
 */
export function parseShareUrl(text: string): Shared {
  const url = text.trim();
  const hash = url.indexOf('#');
  const parts = url.slice(hash + 1).split(';');
  const currency = hash < 0 ? null : (/[?&]currency=([A-Za-z]{3})\b/.exec(url.slice(0, hash))?.[1]?.toUpperCase() ?? null);
  if (parts.length === onePart) return { curves: [{ name: null, sizes: sizesOf(parts) }], currency };
  if (parts.length !== comparisonParts) {
    throw invalidImport(
      `A share URL of Power Tuning has 3 parts after "#", or 8 when it compares two functions, and this has ${parts.length}: copy the whole URL, in quotes.`,
    );
  }
  const curves = [0, 1].map((i) => ({
    name: decodeText(parts[2 * onePart + i] ?? ''),
    sizes: sizesOf(parts.slice(i * onePart, (i + 1) * onePart)),
  }));
  return { curves, currency };
}

/**
 * The URL that draws these curves; one, or two to compare.
 * @throws ReefError `invalid-import` for a size that 16 bits do not hold
 */
export function formatShareUrl({ curves, currency }: Shared): string {
  const parts = curves.flatMap(({ sizes }) => [
    encode(sizes, 2, (view, at, { memoryMb }) => view.setInt16(at, int16(memoryMb), true)),
    encode(sizes, 4, (view, at, { durationMs }) => view.setFloat32(at, durationMs, true)),
    encode(sizes, 4, (view, at, { cost }) => view.setFloat32(at, cost, true)),
  ]);
  const legends = curves.length > 1 ? curves.map(({ name }) => encodeURIComponent(name ?? '')) : [];
  const query = currency === null ? '' : `?currency=${currency}`;
  return `${page}${query}#${[...parts, ...legends].join(';')}`;
}

function sizesOf([sizes = '', times = '', costs = '']: readonly string[]): TunedSize[] {
  const memory = decode(sizes, 2, 'sizes', (view, at) => view.getInt16(at, true));
  const durations = decode(times, 4, 'times', (view, at) => view.getFloat32(at, true));
  const prices = decode(costs, 4, 'costs', (view, at) => view.getFloat32(at, true));
  if (memory.length === 0) throw invalidImport('The share URL holds no sizes: copy the whole URL, in quotes.');
  if (durations.length !== memory.length || prices.length !== memory.length) {
    throw invalidImport(
      `The share URL has ${memory.length} sizes, ${durations.length} times and ${prices.length} costs, which should be as many: copy the whole URL, in quotes.`,
    );
  }
  return memory.map((memoryMb, i) => checked({ memoryMb, durationMs: durations[i] ?? NaN, cost: prices[i] ?? NaN }));
}

function checked(size: TunedSize): TunedSize {
  const valid = size.memoryMb > 0 && isAmount(size.durationMs) && isAmount(size.cost);
  if (valid) return size;
  throw invalidImport(
    `The share URL says ${size.durationMs} ms and ${size.cost} of money at ${size.memoryMb} MB, which cannot be: copy the whole URL, in quotes.`,
  );
}

function isAmount(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}

function int16(memoryMb: number): number {
  if (Number.isInteger(memoryMb) && memoryMb > 0 && memoryMb < 2 ** 15) return memoryMb;
  throw invalidImport(
    `A share URL of Power Tuning holds whole sizes up to 32767 MB, not ${memoryMb} MB: export to another format.`,
  );
}

function decode(part: string, bytes: number, what: string, read: (view: DataView, at: number) => number): number[] {
  const view = new DataView(bytesOf(part, what).buffer);
  if (view.byteLength % bytes !== 0) {
    throw invalidImport(`The ${what} in the share URL end in the middle of a number: copy the whole URL, in quotes.`);
  }
  return Array.from({ length: view.byteLength / bytes }, (_, i) => read(view, i * bytes));
}

function bytesOf(part: string, what: string): Uint8Array<ArrayBuffer> {
  // As some programs write it into an address: percent signs, or the alphabet of URLs.
  const base64 = decodeText(part).replaceAll('-', '+').replaceAll('_', '/');
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw invalidImport(`The ${what} in the share URL are not base64: copy the whole URL, in quotes.`, cause);
  }
}

function encode(
  sizes: readonly TunedSize[],
  bytes: number,
  write: (view: DataView, at: number, size: TunedSize) => void,
): string {
  const view = new DataView(new ArrayBuffer(sizes.length * bytes));
  for (const [i, size] of sizes.entries()) write(view, i * bytes, size);
  return btoa(String.fromCharCode(...new Uint8Array(view.buffer)));
}

/** Percent-decoded where that is possible. */
function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
