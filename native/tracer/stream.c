#include "stream.h"
#include "text.h"

/*
 * Pages are used only when a reader is slow. Standard error leaves room for some two seconds of readings: the program can wait
 * until its errors are read, its memory cannot. The last of the room is for the frame of the end.
 */
enum { BUFFER_SIZE = 64 * 1024, HEAD = 4, FOR_READINGS = 40 * 1024, FOR_END = 512 };

static char buffer[BUFFER_SIZE];
static u64 used;
static u64 openFrame; /* Start of the frame that samples are put in, or UNKNOWN. */
static int target;
static int isBroken;

static void putBytes(const void *from, u64 size) {
  memcpy(buffer + used, from, size);
  used += size;
}

static void putHead(enum Frame type, u64 size) {
  u16 head[2] = {(u16)type, (u16)size};
  putBytes(head, HEAD);
}

void openStream(int fd) {
  target = fd;
  openFrame = UNKNOWN;
  call3(SYS_fcntl, fd, F_SETFL, call3(SYS_fcntl, fd, F_GETFL, 0) | O_NONBLOCK);
  putBytes("REEFMEM1", 8);
}

static u64 roomBeside(u64 reserve) {
  u64 taken = used + HEAD + reserve;
  return taken < BUFFER_SIZE ? BUFFER_SIZE - taken : 0;
}

u64 roomForBytes(void) {
  return roomBeside(FOR_READINGS);
}

int putFrame(enum Frame type, const void *content, u64 size) {
  if (roomBeside(type == FRAME_END ? 0 : FOR_END) < size) return 0;
  openFrame = UNKNOWN;
  putHead(type, size);
  putBytes(content, size);
  return 1;
}

int putSample(const struct Sample *sample) {
  if (roomBeside(FOR_END) < sizeof *sample) return 0;
  if (openFrame == UNKNOWN) {
    u64 at = used;
    putHead(FRAME_SAMPLES, 0);
    openFrame = at;
  }
  putBytes(sample, sizeof *sample);
  u16 size = (u16)(used - openFrame - HEAD);
  memcpy(buffer + openFrame + 2, &size, sizeof size);
  return 1;
}

void flushStream(void) {
  if (used == 0) return;
  openFrame = UNKNOWN;
  long written = call3(SYS_write, target, buffer, used);
  if (written > 0) {
    used -= (u64)written;
    memmove(buffer, buffer + written, used);
  } else if (written != -EAGAIN && written != -EINTR) {
    isBroken = 1;
    used = 0;
  }
}

void drainStream(u64 patienceMs) {
  u64 end = clockNs(CLOCK_MONOTONIC) + patienceMs * 1000000;
  while (used > 0 && clockNs(CLOCK_MONOTONIC) < end) {
    struct pollfd writable = {target, POLLOUT, 0};
    struct timespec wait = {0, 100 * 1000000};
    call5(SYS_ppoll, &writable, 1, &wait, 0, 0);
    flushStream();
  }
}

u64 waitingBytes(void) {
  return used;
}

int isStreamBroken(void) {
  return isBroken;
}
