import { launchChromium } from '../test/support/chromium.ts';
import { PageHost } from '../test/support/page-host.ts';
import { pageThemes } from '../test/support/page-themes.ts';
import { reportOf, tracedRun } from '../test/support/traces.ts';
import { quantile } from '../src/engine/numerics/statistics.ts';
import { packPoints } from '../src/protocol/trace-points.ts';
import type { Table } from './table.ts';

const readings = 1_000_000;
const frames = 120;
const opens = 5;

type Taken = { paintMs: number; panMs: number[]; zoomMs: number[] };

/** Opens the page with a million readings; times are the page's own, from the message to the frame that shows it. */
async function take(points: number): Promise<Taken> {
  const browser = await launchChromium();
  const host = await PageHost.start('memory');
  const trace = tracedRun(points);
  const hosted = await host.open(browser, pageThemes.light);
  try {
    return await hosted.page.evaluate(
      async ({ report, packed, frames }) => {
        const columns = Object.fromEntries(
          Object.entries(packed).map(([name, value]) => [name, isCurve(value) ? unpack(value) : value]),
        );
        const painted = (): Promise<void> =>
          new Promise((resolve) => {
            requestAnimationFrame(() => setTimeout(resolve));
          });
        const started = performance.now();
        window.postMessage({ type: 'report', runId: 'r', target: 'docker', report }, '*');
        window.postMessage({ type: 'points', runId: 'r', run: 0, whole: true, points: columns }, '*');
        await new Promise((resolve) => {
          window.addEventListener('message', ({ data }) => data.type === 'points' && resolve(undefined));
        });
        await painted();
        const paintMs = performance.now() - started;
        const canvas = document.querySelector('canvas[role=img]');
        const press = async (key: string): Promise<number> => {
          const from = performance.now();
          canvas?.dispatchEvent(new KeyboardEvent('keydown', { key }));
          const worked = performance.now() - from;
          await painted();
          return worked;
        };
        const zoomMs = [await press('+'), await press('+')];
        const panMs: number[] = [];
        for (let i = 0; i < frames; i++) panMs.push(await press(i % 20 < 10 ? 'ArrowRight' : 'ArrowLeft'));
        return { paintMs, panMs, zoomMs };

        function isCurve(value: unknown): value is { timeMs: string; values: string } {
          return typeof value === 'object' && value !== null && 'timeMs' in value;
        }
        function unpack({ timeMs, values }: { timeMs: string; values: string }) {
          return { timeMs: doubles(timeMs), values: doubles(values) };
        }
        function doubles(text: string): Float64Array {
          const decoded = atob(text);
          return new Float64Array(Uint8Array.from(decoded, (c) => c.codePointAt(0) ?? 0).buffer);
        }
      },
      { report: reportOf([trace]), packed: packPoints(trace), frames },
    );
  } finally {
    await hosted.close();
    await browser.close();
    await host[Symbol.asyncDispose]();
  }
}

async function run(): Promise<Table[]> {
  const taken: Taken[] = [];
  for (let i = 0; i < opens; i++) taken.push(await take(readings));
  const floor = await take(1000);
  const ms = (value: number): string => value.toFixed(1);
  const row = (name: string, of: Taken[]): string[] => {
    const paint = of.map(({ paintMs }) => paintMs);
    const pan = of.flatMap(({ panMs }) => panMs);
    return [name, ms(quantile(paint, 0.5)), ms(Math.max(...paint)), ms(quantile(pan, 0.5)), ms(quantile(pan, 0.99))];
  };
  return [
    {
      title: 'Memory page',
      columns: ['points', 'first paint p50 (ms)', 'first paint max', 'pan frame p50 (ms)', 'pan frame p99'],
      rows: [row('1,000,000', taken), row('1,000 (floor)', [floor])],
      notes: [
        `${opens} pages in Chromium; first paint from the message with the readings to the frame that shows them, ` +
          `pan over ${frames} key presses at four times zoom. Aims: at most 500 ms and 32 ms.`,
      ],
    },
  ];
}

export const bench = { name: 'memory-page', summary: 'the page of memory over time with a million points', run };
