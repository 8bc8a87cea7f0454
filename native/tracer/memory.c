#include "memory.h"
#include "text.h"

enum { PATH_SIZE = 4096 };

/* The kernel's statistics of a group are some 60 lines. */
static char text[8192];
static u64 pageSize;

static const struct Memory none = {SOURCE_NONE, -1, -1, -1, -1, -1, -1};

static int openIn(const char *folder, const char *name) {
  char path[PATH_SIZE];
  return openFile(join(path, sizeof path, folder, name));
}

/* Reads a file of the kernel from its start; 0 when it cannot be read, as when the group is gone. */
static int readAgain(int fd) {
  if (fd < 0) return 0;
  long size = call4(SYS_pread64, fd, text, sizeof text - 1, 0);
  text[size > 0 ? size : 0] = 0;
  return size > 0;
}

static u64 numberIn(int fd) {
  return readAgain(fd) ? numberOf(text) : UNKNOWN;
}

struct Memory groupAt(const char *folder, const char *cpuFolder) {
  struct Memory memory = none;
  if ((memory.usage = openIn(folder, "/memory.current")) >= 0) {
    memory.source = SOURCE_CGROUP_V2;
    memory.detail = openIn(folder, "/memory.stat");
    memory.limit = openIn(folder, "/memory.max");
    memory.peak = openIn(folder, "/memory.peak");
    memory.cpu = openIn(folder, "/cpu.stat");
    memory.events = openIn(folder, "/memory.events");
  } else if ((memory.usage = openIn(folder, "/memory.usage_in_bytes")) >= 0) {
    memory.source = SOURCE_CGROUP_V1;
    memory.detail = openIn(folder, "/memory.stat");
    memory.limit = openIn(folder, "/memory.limit_in_bytes");
    memory.peak = openIn(folder, "/memory.max_usage_in_bytes");
    memory.cpu = openIn(cpuFolder, "/cpuacct.usage");
    memory.events = openIn(folder, "/memory.oom_control");
  }
  return memory;
}

/* In a container with the host's view of cgroup v2, the own group is a folder that /proc names. */
static struct Memory groupInHostView(void) {
  int fd = openFile("/proc/self/cgroup");
  if (!readAgain(fd)) return none;
  call1(SYS_close, fd);
  for (char *line = text; *line != 0;) {
    char *end = line;
    while (*end != 0 && *end != '\n') end++;
    if (startsWith(line, "0::/")) {
      char path[PATH_SIZE];
      *end = 0;
      return groupAt(join(path, sizeof path, "/sys/fs/cgroup", line + 3), "");
    }
    line = *end == 0 ? end : end + 1;
  }
  return none;
}

struct Memory ownGroup(void) {
  struct Memory memory = groupAt("/sys/fs/cgroup", "");
  if (memory.source == SOURCE_NONE) memory = groupAt("/sys/fs/cgroup/memory", "/sys/fs/cgroup/cpuacct");
  if (memory.source == SOURCE_NONE) memory = groupInHostView();
  return memory;
}

struct Memory ofProcess(int pid, u64 bytesInPage) {
  pageSize = bytesInPage;
  char path[64], number[21];
  struct Memory memory = none;
  memory.usage = openIn(join(path, sizeof path, "/proc/", digitsOf(number, (u64)pid)), "/statm");
  if (memory.usage >= 0) memory.source = SOURCE_PROCESS;
  return memory;
}

/* Of "size resident shared …", in pages. */
static u64 pagesAt(int field) {
  const char *at = text;
  for (; field > 0 && *at != 0; at++) {
    if (*at == ' ') field--;
  }
  u64 pages = numberOf(at);
  return pages == UNKNOWN ? UNKNOWN : pages * pageSize;
}

u64 usageOf(const struct Memory *memory) {
  if (!readAgain(memory->usage)) return UNKNOWN;
  return memory->source == SOURCE_PROCESS ? pagesAt(1) : numberOf(text);
}

u64 oomKillsOf(const struct Memory *memory) {
  return readAgain(memory->events) ? valueOf(text, "oom_kill") : UNKNOWN;
}

/* v1 counts the groups below only in the fields that start with "total_"; v2 in all. */
static void readDetail(const struct Memory *memory, struct Detail *to) {
  if (!readAgain(memory->detail)) return;
  int v2 = memory->source == SOURCE_CGROUP_V2;
  to->anonymous = valueOf(text, v2 ? "anon" : "total_rss");
  to->file = valueOf(text, v2 ? "file" : "total_cache");
  to->shared = valueOf(text, v2 ? "shmem" : "total_shmem");
  to->inactiveFile = valueOf(text, v2 ? "inactive_file" : "total_inactive_file");
}

static u64 cpuOf(const struct Memory *memory) {
  if (memory->source != SOURCE_CGROUP_V2) return numberIn(memory->cpu);
  u64 microseconds = readAgain(memory->cpu) ? valueOf(text, "usage_usec") : UNKNOWN;
  return microseconds == UNKNOWN ? UNKNOWN : microseconds * 1000;
}

void lookAt(const struct Memory *memory, u64 timeNs, struct Detail *to) {
  for (u64 i = 0; i < sizeof *to / sizeof(u64); i++) ((u64 *)to)[i] = UNKNOWN;
  to->timeNs = timeNs;
  to->usage = usageOf(memory);
  if (memory->source == SOURCE_PROCESS) {
    u64 mapped = to->usage == UNKNOWN ? UNKNOWN : pagesAt(2);
    if (mapped <= to->usage && mapped != UNKNOWN) {
      to->file = mapped;
      to->anonymous = to->usage - mapped;
    }
    return;
  }
  readDetail(memory, to);
  to->limit = numberIn(memory->limit);
  to->cpuNs = cpuOf(memory);
  to->peak = numberIn(memory->peak);
}
