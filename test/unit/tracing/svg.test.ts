import { describe, expect, it } from 'vitest';
import { traceSvg } from '../../../src/engine/report/trace-svg.ts';
import { reportOf, tracedRun } from '../../support/traces.ts';

const traces = [tracedRun(4000), tracedRun(3000)];
const input = { title: 'a <b> & "c"', traces, hull: reportOf(traces).hull, fromMs: 0, toMs: 4000 };

describe('the picture of a trace', () => {
  const svg = traceSvg(input);

  it('holds every curve once, and names each', () => {
    expect(svg.match(/<path d="M[^"]+" stroke="#(?!ddd)/g)).toHaveLength(5);
    for (const name of ['Total', 'Working set', 'Anonymous', 'Upscaling limits', 'Other runs'])
      expect(svg).toContain(`>${name}<`);
  });

  it('shows a title that looks like markup as text', () => {
    expect(svg).toContain('a &lt;b&gt; &amp; "c"');
  });

  it('has no figure that is none', () => {
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});
