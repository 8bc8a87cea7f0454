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
  const switchesBefore = mainThread().switches;
  const queuedBefore = runQueueMs();
  const startedAt = process.hrtime.bigint();
  return () => {
    const durationMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
    const queuedAfter = runQueueMs();
    const after = process.resourceUsage();
    const main = mainThread();
    const collections = collector?.stop()?.statistics;
    return JSON.stringify({
      durationMs: round(durationMs),
      cpuUserMs: round((after.userCPUTime - before.userCPUTime) / 1e3),
      cpuSystemMs: round((after.systemCPUTime - before.systemCPUTime) / 1e3),
      runQueueMs: queuedBefore === null || queuedAfter === null ? null : round(queuedAfter - queuedBefore),
      peakRssMb: round(main.peakRssMb ?? after.maxRSS / 1024),
      minorFaults: after.minorPageFault - before.minorPageFault,
      majorFaults: after.majorPageFault - before.majorPageFault,
      voluntarySwitches:
        main.switches === null || switchesBefore === null
          ? after.voluntaryContextSwitches - before.voluntaryContextSwitches
          : main.switches - switchesBefore,
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
 * Of the main thread, which runs the handler: how often it gave up its core to wait. `resourceUsage` counts the threads of
 * the collector and the compiler too, and its `maxRSS` also covers the process that started this one, up to the exec:
 * /proc tells this program's own. Null where there is no /proc.
 */
function mainThread() {
  if (process.platform !== 'linux') return { switches: null, peakRssMb: null };
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    const switches = /^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1];
    const kb = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return { switches: switches === undefined ? null : Number(switches), peakRssMb: kb === undefined ? null : Number(kb) / 1024 };
  } catch {
    return { switches: null, peakRssMb: null };
  }
}

function round(value) {
  return Math.round(value * 1e3) / 1e3;
}
