import type { Curve, Trace } from '../../studies/tracing/trace.ts';

type Family = {
  name: string;
  unit: string;
  type: 'gauge' | 'counter';
  help: string;
  curve: (trace: Trace) => Curve;
  scale?: number;
};

const families: readonly Family[] = [
  {
    name: 'reef_memory_usage_bytes',
    unit: 'bytes',
    type: 'gauge',
    help: 'Memory charged to the container',
    curve: (t) => t.usage,
  },
  {
    name: 'reef_memory_working_set_bytes',
    unit: 'bytes',
    type: 'gauge',
    help: 'Usage without inactive file cache',
    curve: (t) => t.workingSet,
  },
  { name: 'reef_memory_anonymous_bytes', unit: 'bytes', type: 'gauge', help: 'Anonymous memory', curve: (t) => t.anonymous },
  { name: 'reef_memory_file_bytes', unit: 'bytes', type: 'gauge', help: 'File cache', curve: (t) => t.file },
  { name: 'reef_memory_limit_bytes', unit: 'bytes', type: 'gauge', help: 'Limit in force', curve: (t) => t.limit },
  { name: 'reef_cpu_seconds', unit: 'seconds', type: 'counter', help: 'CPU time used', curve: (t) => t.cpu, scale: 1e-3 },
];

/** Runs in the text format of OpenMetrics 1.0: each reading with its time, a label for the run. Pieces end with a line break. */
export function* openMetrics(runs: readonly Trace[]): Generator<string> {
  for (const { name, unit, type, help, curve, scale = 1 } of families) {
    yield `# TYPE ${name} ${type}\n# UNIT ${name} ${unit}\n# HELP ${name} ${help}.\n`;
    for (const [index, run] of runs.entries()) {
      const { timeMs, values } = curve(run);
      const series = `${name}${type === 'counter' ? '_total' : ''}{run="${index + 1}"}`;
      for (const [i, time] of timeMs.entries()) {
        const value = (values[i] ?? 0) * scale;
        yield `${series} ${value === Infinity ? '+Inf' : value} ${((run.startedAtMs + time) / 1000).toFixed(6)}\n`;
      }
    }
  }
  yield '# EOF\n';
}
