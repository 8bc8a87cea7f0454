import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../src/engine/targets/target.ts';
import { callOnce, functionOf, openSandbox, send } from './support.ts';

describe('what a function prints', () => {
  it.for([
    ['node', 'output.js'],
    ['python', 'output.py'],
  ] as const)('is there line by line when the call returns: %s', async ([language, file]) => {
    const { lines, response } = await callOnce(language, file, 'lines');
    const texts = (stream: LogLine['stream']) => lines.filter((line) => line.stream === stream).map(({ text }) => text);
    expect(texts('stdout')).toEqual(['first ✓', 'no line end']);
    expect(texts('stderr')).toEqual(['to stderr']);
    expect(response).toBe('null');
  });

  it.for([
    ['node', 'output.js'],
    ['python', 'output.py'],
  ] as const)('may be 100 MB: it neither blocks nor is it all kept: %s', async ([language, file]) => {
    const live: LogLine[] = [];
    const sandbox = await openSandbox(functionOf(language, file, 'floods', { timeoutS: 60 }), {
      onOutput: (_fn, line) => live.push(line),
    });
    await send(sandbox, { megabytes: 1 });
    const before = process.memoryUsage().rss;
    const { measurement, response } = await send(sandbox, { megabytes: 100 });
    expect(measurement.outcome).toBe('ok');
    expect(response).toBe('"done"');
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(300);

    const lines = sandbox.logs();
    expect(lines[0]).toMatchObject({
      stream: 'reef',
      text: expect.stringMatching(/^9[89],\d{3} earlier line\(s\) of output, 9\d\.\d MB/) as unknown,
    });
    expect(lines.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(1.1 * 2 ** 20);
    expect(lines.at(-1)?.text).toBe('x'.repeat(999));
    expect(live.length).toBeLessThan(2_200);
    expect(live.at(-1)?.text).toMatch(/prints more than is shown/);
  });

  it('is cut where a line is longer than 256 KB', async () => {
    const { lines } = await callOnce('node', 'output.js', 'longLine');
    expect(lines.map(({ text }) => text.length)).toEqual([256 * 1024 + ' … [line cut at 256 KB]'.length, 5]);
  });

  it('goes to who listens while the function runs', async () => {
    const live: string[] = [];
    const sandbox = await openSandbox(functionOf('node', 'output.js', 'prints'), {
      onOutput: (fn, line) => live.push(`${fn.name} ${line.stream} ${line.text}`),
    });
    await send(sandbox, { text: 'one\ntwo' });
    expect(live).toEqual(['fn stdout one', 'fn stdout two']);
  });

  it('is kept when the function dies', async () => {
    const { lines } = await callOnce('node', 'faults.js', 'spawnsAndSpins', {}, { timeoutS: 2.5 });
    expect(lines[0]?.text).toMatch(/^child \d+$/);
  });
});
