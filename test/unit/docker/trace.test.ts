import { describe, expect, it } from 'vitest';
import { TraceGatherer } from '../../../src/engine/runtime/tracer/gather.ts';
import { groupFolders } from '../../../src/engine/targets/docker/trace/cgroup-paths.ts';
import { createOptions } from '../../../src/engine/targets/docker/trace/request.ts';
import { addStatistics } from '../../../src/engine/targets/docker/trace/statistics.ts';
import { wrapped } from '../../../src/engine/targets/docker/trace/wrapper.ts';

const entry = { program: ['app', 'a b'], healthChecked: true };
const request = { image: 'i', args: [] };
const wish = { program: entry.program, periodUs: 1000, engineCores: 2 };

describe('the container of a trace', () => {
  it('has what was asked for, as arguments and without a shell', () => {
    const mounts = [{ source: '/a', target: '/b', readOnly: true }];
    const options = createOptions({ ...request, memoryMb: 64, cpus: 0.5, env: ['A=1'], workdir: '/w', mounts }, entry);
    expect(options).toMatchObject({
      Entrypoint: ['app', 'a b'],
      Env: ['A=1'],
      WorkingDir: '/w',
      Healthcheck: { Test: ['NONE'] },
      HostConfig: { Memory: 67_108_864, MemorySwap: 67_108_864, NanoCpus: 5e8, Mounts: [{ Source: '/a', ReadOnly: true }] },
    });
    expect(options).not.toHaveProperty('User');
  });

  it('with the tracer in front of the program gets its CPU on top, up to what the engine has', () => {
    const traced = (cpus: number): unknown => wrapped(createOptions({ ...request, cpus }, entry), wish).HostConfig?.NanoCpus;
    expect([traced(0.5), traced(1.99)]).toEqual([5.3e8, 2e9]);
    const quota = { Image: 'i', HostConfig: { CpuQuota: 1447, CpuPeriod: 20_000 } };
    expect(wrapped(quota, wish).HostConfig).toEqual({ CpuQuota: 2047, CpuPeriod: 20_000 });
    expect(wrapped({ Image: 'i' }, wish)).toEqual({
      Image: 'i',
      Entrypoint: ['/__reef/tracer', 'run', '1000', '2', 'group', 'app', 'a b'],
      Cmd: [],
      Volumes: { '/__reef': {} },
      HostConfig: {},
    });
  });
});

describe('the groups of a container', () => {
  it('are looked for where each driver of both versions has them', () => {
    const folders = groupFolders('/sys/fs/cgroup', 'abc');
    expect(folders).toContainEqual({ memory: '/sys/fs/cgroup/memory/docker/abc', cpu: '/sys/fs/cgroup/cpuacct/docker/abc' });
    expect(folders).toContainEqual({ memory: '/sys/fs/cgroup/system.slice/docker-abc.scope', cpu: '-' });
  });
});

describe('statistics of an engine', () => {
  const read = '2026-11-20T10:00:00.5Z';
  const cpu_stats = { cpu_usage: { total_usage: 2_000_000 } };
  const seen = (...frames: object[]): object => {
    const gatherer = new TraceGatherer();
    for (const frame of frames) addStatistics(gatherer, frame);
    const trace = gatherer.trace('stream', { startedAtMs: Date.parse('2026-11-20T10:00:00Z'), isOom: false, phases: [] });
    return Object.fromEntries(
      Object.entries(trace).map(([name, value]) => [name, (value as { values?: unknown })?.values ?? value]),
    );
  };

  it('are read of cgroup v2', () => {
    const stats = { anon: 50, file: 40, shmem: 10, inactive_file: 20 };
    const trace = seen({ read, cpu_stats, memory_stats: { usage: 100, limit: 1000, stats } });
    expect(trace).toMatchObject({
      usage: new Float64Array([100]),
      workingSet: new Float64Array([80]),
      file: new Float64Array([30]),
    });
    expect(trace).toMatchObject({ anonymous: new Float64Array([50]), cpu: new Float64Array([2]), kernelPeakBytes: null });
  });

  it('are read of cgroup v1', () => {
    const stats = { total_rss: 50, total_cache: 40, total_inactive_file: 20, rss: 1 };
    const trace = seen({ read, cpu_stats, memory_stats: { usage: 100, max_usage: 120, limit: 1000, stats } });
    expect(trace).toMatchObject({
      usage: new Float64Array([100]),
      workingSet: new Float64Array([80]),
      file: new Float64Array([40]),
    });
  });

  it('of a container that does not run, or that are none, are left out', () => {
    expect(seen({ read, cpu_stats, memory_stats: {} }, { nonsense: 1 })).toMatchObject({ usage: new Float64Array() });
  });
});
