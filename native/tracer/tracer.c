/*
 * Reef's memory tracer: reads what a container, group or process uses, at a steady rate, and writes it as frames (stream.h).
 *
 *   tracer run <period µs> <descriptor> group|process <program> [argument …]
 *     Runs the program and traces its container, or itself. As a container's first process it passes signals on, reaps, and
 *     ends as the program does (128 + n after signal n). On descriptor 2 the program's standard error comes in frames.
 *   tracer watch <period µs> <descriptor> <folder> <CPU folder> [<folder> <CPU folder> …]
 *     Waits until one of the groups is there and traces it until it is gone, or standard input ends.
 */
#include "program.h"
#include "stream.h"
#include "text.h"

/* A detailed look costs some ten plain ones: it is taken every tenth time, or when usage moved by so much since the last. */
enum { PLAIN_LOOKS = 10, MOVED_BYTES = 512 * 1024 };
/* Frames are written this often, and at once when so many bytes wait. */
enum { WRITE_EVERY_NS = 32 * 1000000, WRITE_AT_BYTES = 4096, PATIENCE_MS = 2000 };
enum { WAIT_FOR_GROUP_NS = 200 * 1000 };

static u64 startNs, periodNs, nextNs, writtenNs;
static u64 looks, missed, lost, usageAtDetail;
static struct Memory memory;

static u64 sinceStart(void) {
  return clockNs(CLOCK_MONOTONIC) - startNs;
}

static void putDetail(u64 timeNs) {
  struct Detail detail;
  lookAt(&memory, timeNs, &detail);
  usageAtDetail = detail.usage;
  if (!putFrame(FRAME_DETAIL, &detail, sizeof detail)) lost++;
}

/* Returns 0 when the group or process is gone. */
static int look(u64 now) {
  struct Sample sample = {now, usageOf(&memory)};
  if (sample.usage == UNKNOWN) return 0;
  if (!putSample(&sample)) lost++;
  u64 moved = sample.usage > usageAtDetail ? sample.usage - usageAtDetail : usageAtDetail - sample.usage;
  if (looks++ % PLAIN_LOOKS == 0 || moved >= MOVED_BYTES) putDetail(sample.timeNs);
  return 1;
}

/* Plans the next look on the grid of the period; those whose time has passed are counted. */
static void plan(u64 now) {
  nextNs += periodNs;
  if (nextNs <= now) {
    u64 late = (now - nextNs) / periodNs + 1;
    missed += late;
    nextNs += late * periodNs;
  }
}

static void begin(int fd) {
  struct Start start = {memory.source, periodNs, clockNs(CLOCK_REALTIME) - sinceStart()};
  openStream(fd);
  putFrame(FRAME_START, &start, sizeof start);
  nextNs = sinceStart();
}

static void finish(enum How how, u64 code) {
  struct End end = {sinceStart(), how, code, oomKillsOf(&memory), missed, lost, clockNs(CLOCK_PROCESS_CPUTIME_ID)};
  drainStream(PATIENCE_MS);
  putFrame(FRAME_END, &end, sizeof end);
  drainStream(PATIENCE_MS);
}

static void writeWhenDue(u64 now) {
  if (now - writtenNs < WRITE_EVERY_NS && waitingBytes() < WRITE_AT_BYTES) return;
  flushStream();
  writtenNs = now;
}

/* Sleeps until the next look is due or a descriptor is ready; returns the time. */
static u64 sleepUntilDue(struct pollfd *descriptors, u64 count) {
  u64 now = sinceStart();
  struct timespec wait = {0, nextNs > now ? (i64)(nextNs - now) : 0};
  call5(SYS_ppoll, descriptors, count, &wait, 0, 0);
  return sinceStart();
}

/* Wakes up on time and, on kernels that take a slice from anyone (6.12), before those who compute for long. */
static void bePunctual(void) {
  struct { u32 size, policy; u64 flags; int nice; u32 priority; u64 sliceNs, deadlineNs, periodNs; } wish = {48, 0, 0, 0, 0, 100000, 0, 0};
  call3(SYS_sched_setattr, 0, &wish, 0);
  call2(SYS_prctl, PR_SET_TIMERSLACK, 1);
}

/* Passes on what the program wrote; returns 0 at its end. */
static int passErrors(int fd) {
  static char bytes[4096];
  u64 room = roomForBytes();
  if (room == 0) return 1;
  long size = call3(SYS_read, fd, bytes, room < sizeof bytes ? room : sizeof bytes);
  if (size > 0) putFrame(FRAME_STDERR, bytes, (u64)size);
  return size > 0 || size == -EINTR || size == -EAGAIN;
}

/* Takes the ends of all processes; whether the program's was among them. */
static int reap(int pid, int *status) {
  int isOver = 0, one;
  long ended;
  while ((ended = call4(SYS_wait4, -1, &one, WNOHANG, 0)) > 0) {
    if (ended != pid) continue;
    *status = one;
    isOver = 1;
  }
  return isOver;
}

/* What is still in the pipe after the end; other processes may hold it open, so its end is not waited for. */
static void passLastErrors(int fd) {
  struct pollfd errors = {fd, POLLIN, 0};
  struct timespec now = {0, 0};
  while (fd >= 0 && call5(SYS_ppoll, &errors, 1, &now, 0, 0) > 0 && (errors.revents & POLLIN) != 0) {
    if (roomForBytes() == 0) drainStream(PATIENCE_MS);
    if (roomForBytes() == 0 || !passErrors(fd)) return;
  }
}

/* Behind the environment, the kernel tells a program about the machine in pairs of a kind and a value, up to kind 0. */
static u64 pageSizeOf(char **environment) {
  while (*environment != 0) environment++;
  for (u64 *pair = (u64 *)(environment + 1); pair[0] != 0; pair += 2) {
    if (pair[0] == AT_PAGESZ) return pair[1];
  }
  return 4096;
}

static int run(int fd, int wantsProcess, char **arguments, char **environment) {
  u64 all = ~0ul;
  memory = wantsProcess ? (struct Memory){SOURCE_NONE, -1, -1, -1, -1, -1, -1} : ownGroup();
  int hasGroup = memory.source != SOURCE_NONE;
  if (hasGroup) {
    begin(fd);
    look(nextNs);
    plan(nextNs);
  }
  call4(SYS_rt_sigprocmask, SIG_BLOCK, &all, 0, sizeof all);
  int signals = (int)call4(SYS_signalfd4, -1, &all, sizeof all, O_NONBLOCK | O_CLOEXEC);
  struct Program program = startProgram(arguments, environment, fd == 2);
  bePunctual();
  if (!hasGroup) {
    memory = ofProcess(program.pid, pageSizeOf(environment));
    begin(fd);
  }
  flushStream();

  int status = 0, isOver = 0;
  while (!isOver) {
    struct pollfd ready[2] = {{signals, POLLIN, 0}, {roomForBytes() > 0 ? program.stderrPipe : -1, POLLIN, 0}};
    u64 now = sleepUntilDue(ready, 2);
    if (now >= nextNs) {
      look(now);
      plan(now);
    }
    if (ready[1].revents != 0 && !passErrors(program.stderrPipe)) program.stderrPipe = -1;
    struct { u32 number; u8 rest[124]; } signal;
    while (ready[0].revents != 0 && call3(SYS_read, signals, &signal, sizeof signal) == sizeof signal) {
      if (signal.number == SIGCHLD) isOver |= reap(program.pid, &status);
      else if (signal.number != SIGPIPE) call2(SYS_kill, program.pid, signal.number);
    }
    writeWhenDue(now);
  }
  passLastErrors(program.stderrPipe);
  if (memory.source != SOURCE_PROCESS) putDetail(sinceStart());
  u64 failure = startFailure(&program);
  int signal = status & 0x7f, code = signal != 0 ? 128 + signal : (status >> 8) & 0xff;
  if (failure != 0) finish(NOT_STARTED, failure);
  else finish(signal != 0 ? KILLED : EXITED, (u64)(signal != 0 ? signal : code));
  return code;
}

static int inputEnded(const struct pollfd *input) {
  char byte;
  return input->revents != 0 && call3(SYS_read, 0, &byte, 1) <= 0;
}

static int watch(int fd, char **folders) {
  struct pollfd input = {0, POLLIN, 0};
  bePunctual();
  while (memory.source == SOURCE_NONE) {
    for (char **at = folders; at[0] != 0 && at[1] != 0 && memory.source == SOURCE_NONE; at += 2) memory = groupAt(at[0], at[1]);
    if (memory.source != SOURCE_NONE) break;
    struct timespec wait = {0, WAIT_FOR_GROUP_NS};
    call5(SYS_ppoll, &input, 1, &wait, 0, 0);
    if (inputEnded(&input)) return 0;
  }
  startNs = clockNs(CLOCK_MONOTONIC);
  begin(fd);
  enum How how = GROUP_GONE;
  for (u64 now = nextNs; now < nextNs || look(now); now = sleepUntilDue(&input, 1)) {
    if (now >= nextNs) plan(now);
    if (inputEnded(&input) || isStreamBroken()) {
      how = STOPPED;
      break;
    }
    writeWhenDue(now);
  }
  finish(how, 0);
  return 0;
}

static int fail(const char *why) {
  call3(SYS_write, 2, why, lengthOf(why));
  return 125;
}

__attribute__((used)) static void start(long *stack) {
  startNs = clockNs(CLOCK_MONOTONIC);
  long count = stack[0];
  char **arguments = (char **)(stack + 1), **environment = arguments + count + 1;
  if (count < 6) exitWith(fail("tracer: run|watch <period µs> <descriptor> …\n"));
  u64 periodUs = numberOf(arguments[2]), fd = numberOf(arguments[3]);
  if (periodUs - 1 >= 999999 || fd > 1023) exitWith(fail("tracer: the period is 1 to 999999 µs, the descriptor a number\n"));
  periodNs = periodUs * 1000;
  if (isSame(arguments[1], "watch")) exitWith(watch((int)fd, arguments + 4));
  exitWith(run((int)fd, isSame(arguments[4], "process"), arguments + 5, environment));
}

REEF_START(start);
