/* What a group of processes, or one process, uses of memory. */
#ifndef REEF_MEMORY_H
#define REEF_MEMORY_H
#include "system.h"

/* Where figures come from, as the header of a stream tells. */
enum Source { SOURCE_NONE = 0, SOURCE_CGROUP_V1 = 1, SOURCE_CGROUP_V2 = 2, SOURCE_PROCESS = 3 };

/* One look, bytes and ns; UNKNOWN where the kernel does not say. */
struct Detail { u64 timeNs, usage, anonymous, file, shared, inactiveFile, limit, cpuNs, peak; };

struct Memory { enum Source source; int usage, detail, limit, peak, cpu, events; };

/* The memory of the container that the tracer is in. */
struct Memory ownGroup(void);
/* The memory of a group by its folder; `cpuFolder` is that of the CPU controller of cgroup v1. */
struct Memory groupAt(const char *folder, const char *cpuFolder);
/* The memory of one process, which the kernel counts in pages of so many bytes. */
struct Memory ofProcess(int pid, u64 bytesInPage);
/* Bytes in use; UNKNOWN when the group or process is gone. */
u64 usageOf(const struct Memory *memory);
/* Times that the kernel ended a process of the group for want of memory. */
u64 oomKillsOf(const struct Memory *memory);
void lookAt(const struct Memory *memory, u64 timeNs, struct Detail *to);

#endif
