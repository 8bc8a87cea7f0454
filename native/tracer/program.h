/* The program that the tracer runs. */
#ifndef REEF_PROGRAM_H
#define REEF_PROGRAM_H
#include "system.h"

struct Program {
  int pid;
  int stderrPipe;  /* To read what it writes to standard error; -1 when that goes past the tracer. */
  int failurePipe; /* Holds an error number when the program could not be started. */
};

struct Program startProgram(char **arguments, char **environment, int takesStderr);
/* Error number when the program could not be started, else 0; after its end. */
u64 startFailure(const struct Program *program);

#endif
