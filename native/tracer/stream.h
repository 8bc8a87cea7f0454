/*
 * The stream of frames that the tracer writes, little-endian. It starts with the eight bytes "REEFMEM1"; each frame is a type
 * (u16), the length of its content in bytes (u16), and the content. Read by src/engine/runtime/tracer/frames.ts.
 */
#ifndef REEF_STREAM_H
#define REEF_STREAM_H
#include "memory.h"

enum Frame {
  FRAME_START = 1,   /* struct Start */
  FRAME_SAMPLES = 2, /* times struct Sample */
  FRAME_DETAIL = 3,  /* struct Detail */
  FRAME_STDERR = 4,  /* what the program wrote to its standard error */
  FRAME_END = 5      /* struct End */
};

/* `startNs` is the clock of the day; all other times count from that moment. */
struct Start { u64 source, periodNs, startNs; };
struct Sample { u64 timeNs, usage; };
enum How { EXITED = 0, KILLED = 1, NOT_STARTED = 2, GROUP_GONE = 3, STOPPED = 4 };
/* `code`: exit code, signal, or error number. `missed`: looks that came too late; `lost`: looks that nobody read in time. */
struct End { u64 timeNs, how, code, oomKills, missed, lost, ownCpuNs; };

/* Where frames go. */
void openStream(int fd);
/* So many bytes more of standard error may come. */
u64 roomForBytes(void);
/* Returns 0 when there is no room. */
int putFrame(enum Frame type, const void *content, u64 size);
/* Samples are gathered in one frame; returns 0 when there is no room. */
int putSample(const struct Sample *sample);
/* Writes what the reader takes now. */
void flushStream(void);
/* Writes all that there is, however slow the reader, for at most `patienceMs`. */
void drainStream(u64 patienceMs);
u64 waitingBytes(void);
/* Whether nobody reads any more. */
int isStreamBroken(void);

#endif
