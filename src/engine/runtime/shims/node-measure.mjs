/** What one call used, from the process's own counters; Node has none for processes that a handler starts. */
import v8 from 'node:v8';
import { require } from './node-require.mjs';

const { readFileSync } = require('node:fs');
const { performance } = require('node:perf_hooks');

/** Measures one call: `start` just before the handler; the first `stop` ends it, later ones give the same. JSON by the engine's schema. */
export function createMeter() {
  let end;
  let measured;
  return {
    start() {
      end = startMeasurement();
    },
    stop: () => (measured ??= end?.() ?? '{}'),
  };
}

/** Wall time is taken innermost. */
function startMeasurement() {
  const collector = v8.GCProfiler === undefined ? undefined : new v8.GCProfiler();
  collector?.start();
  const loop = performance.eventLoopUtilization();
  const before = process.resourceUsage();
  const queuedBefore = runQueueMs();
  const startedAt = process.hrtime.bigint();
  return () => {
    const durationMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
    const queuedAfter = runQueueMs();
    const after = process.resourceUsage();
    const collections = collector?.stop()?.statistics;
    return JSON.stringify({
      durationMs: round(durationMs),
      cpuUserMs: round((after.userCPUTime - before.userCPUTime) / 1e3),
      cpuSystemMs: round((after.systemCPUTime - before.systemCPUTime) / 1e3),
      runQueueMs: queuedBefore === null || queuedAfter === null ? null : round(queuedAfter - queuedBefore),
      peakRssMb: round(peakRssMb(after)),
      minorFaults: after.minorPageFault - before.minorPageFault,
      majorFaults: after.majorPageFault - before.majorPageFault,
      voluntarySwitches: after.voluntaryContextSwitches - before.voluntaryContextSwitches,
      involuntarySwitches: after.involuntaryContextSwitches - before.involuntaryContextSwitches,
      gcMs: collections === undefined ? null : round(collections.reduce((sum, { cost }) => sum + cost, 0) / 1e3),
      eventLoopUtilization: round(performance.eventLoopUtilization(loop).utilization),
    });
  };
}

/** How long the main thread, which runs the handler, has waited for a core so far: second field of schedstat, ns. */
function runQueueMs() {
  if (process.platform !== 'linux') return null;
  try {
    return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return null; // A kernel built without it.
  }
}

/**
 * On Linux `maxRSS` also covers the process that started this one, up to the exec: /proc tells this program's own peak.
 */
function peakRssMb(usage) {
  if (process.platform === 'linux') {
    try {
      const kb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
      if (kb !== undefined) return Number(kb) / 1024;
    } catch {
      // No /proc: the other figure is still an upper bound.
    }
  }
  return usage.maxRSS / 1024;
}

function round(value) {
  return Math.round(value * 1e3) / 1e3;
}
