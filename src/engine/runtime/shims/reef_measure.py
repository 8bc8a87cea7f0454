"""What one call used, from the process's own counters."""
import gc
import json
import os
import sys
import time

try:
    import resource
except ImportError:  # Windows
    resource = None


class Meter:
    """What one call used, children that it waited for included. Wall time is taken innermost."""

    def __init__(self):
        self.gc_seconds = 0.0
        self.gc_started = 0.0
        gc.callbacks.append(self.on_gc)

    def on_gc(self, phase, _info):
        if phase == "start":
            self.gc_started = time.perf_counter()
        else:
            self.gc_seconds += time.perf_counter() - self.gc_started

    def start(self):
        self.gc_seconds = 0.0
        self.usage = usage()
        self.queued_ms = run_queue_ms()
        self.started = time.perf_counter()

    def stop(self):
        seconds = time.perf_counter() - self.started
        queued_ms = run_queue_ms()
        measured = {"durationMs": round(seconds * 1e3, 3), "gcMs": round(self.gc_seconds * 1e3, 3)}
        for name, before, after in zip(COUNTERS, self.usage, usage()):
            measured[name] = round(after - before, 3)
        if queued_ms is not None and self.queued_ms is not None:
            measured["runQueueMs"] = round(queued_ms - self.queued_ms, 3)
        if resource is not None:
            measured["peakRssMb"] = peak_rss_mb()
        return json.dumps(measured)


COUNTERS = ("cpuUserMs", "cpuSystemMs", "minorFaults", "majorFaults", "voluntarySwitches", "involuntarySwitches")


def usage():
    """As many of COUNTERS as the platform has, since the process started."""
    if resource is None:
        times = os.times()
        return times.user * 1e3, times.system * 1e3
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    # How often the handler's own thread waited (Linux): other threads and children wait beside it.
    thread = resource.getrusage(resource.RUSAGE_THREAD) if hasattr(resource, "RUSAGE_THREAD") else own
    return (
        (own.ru_utime + children.ru_utime) * 1e3,
        (own.ru_stime + children.ru_stime) * 1e3,
        own.ru_minflt + children.ru_minflt,
        own.ru_majflt + children.ru_majflt,
        thread.ru_nvcsw,
        own.ru_nivcsw + children.ru_nivcsw,
    )


def run_queue_ms():
    """How long the main thread, which runs the handler, has waited for a core so far: second field of schedstat, ns (Linux)."""
    try:
        with open("/proc/self/schedstat", "rb") as schedstat:
            return int(schedstat.read().split()[1]) / 1e6
    except (OSError, IndexError, ValueError):
        return None


def peak_rss_mb():
    """On Linux ru_maxrss also covers the process that started this one, up to the exec: /proc tells this program's own peak."""
    try:
        with open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return round(int(line.split()[1]) / 1024, 3)
    except OSError:
        pass
    unit = 2**20 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 3)
