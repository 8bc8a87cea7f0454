#include "program.h"
#include "text.h"

enum { PATH_SIZE = 4096 };

static const char *pathOf(char **environment) {
  for (; *environment != 0; environment++) {
    if (startsWith(*environment, "PATH=")) return *environment + 5;
  }
  return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

/* As execvpe: a name without a slash is looked for in the path. Returns only on failure, with the error number. */
static int execute(char **arguments, char **environment) {
  const char *name = arguments[0];
  for (const char *at = name; *at != 0; at++) {
    if (*at == '/') return (int)-call3(SYS_execve, name, arguments, environment);
  }
  int failure = ENOENT;
  for (const char *path = pathOf(environment);;) {
    char folder[PATH_SIZE], file[PATH_SIZE];
    u64 length = 0;
    while (*path != 0 && *path != ':' && length + 2 < sizeof folder) folder[length++] = *path++;
    if (length == 0) folder[length++] = '.';
    folder[length++] = '/';
    folder[length] = 0;
    int result = (int)-call3(SYS_execve, join(file, sizeof file, folder, name), arguments, environment);
    if (result != ENOENT) failure = result;
    if (*path == 0) return failure;
    path++;
  }
}

static void runProgram(char **arguments, char **environment, int stderrEnd, int failureEnd) {
  u64 all = ~0ul;
  call4(SYS_rt_sigprocmask, SIG_UNBLOCK, &all, 0, sizeof all);
  if (stderrEnd >= 0) call3(SYS_dup3, stderrEnd, 2, 0);
  int failure = execute(arguments, environment);
  call3(SYS_write, failureEnd, &failure, sizeof failure);
  exitWith(failure == ENOENT ? 127 : 126);
}

struct Program startProgram(char **arguments, char **environment, int takesStderr) {
  int errors[2] = {-1, -1}, failure[2];
  if (takesStderr) call2(SYS_pipe2, errors, O_CLOEXEC);
  call2(SYS_pipe2, failure, O_CLOEXEC);
  long pid = call5(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) runProgram(arguments, environment, errors[1], failure[1]);
  if (takesStderr) call1(SYS_close, errors[1]);
  call1(SYS_close, failure[1]);
  struct Program program = {(int)pid, errors[0], failure[0]};
  return program;
}

u64 startFailure(const struct Program *program) {
  int failure = 0;
  return call3(SYS_read, program->failurePipe, &failure, sizeof failure) == sizeof failure ? (u64)failure : 0;
}
