import { bars } from './bars.js';

type Parcel = { to: string[]; number: string };

/** Draws a label of 400 × 240 points: the address, and the number as bars. */
export const handler = async ({ to, number }: Parcel): Promise<{ svg: string; bars: number }> => {
  const lines = to.map((line, index) => `<text x="20" y="${40 + 24 * index}">${escaped(line)}</text>`);
  const code = bars(number);
  const drawn = code.map(({ x, width }) => `<rect x="${20 + x}" y="160" width="${width}" height="60"/>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="240">${lines.join('')}${drawn.join('')}</svg>`;
  return { svg, bars: code.length };
};

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
