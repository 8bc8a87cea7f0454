/*
 * The kernel, without a C library: what the tracer needs of it on Linux for x86-64 and arm64 (both little-endian, LP64).
 * Numbers and layouts are the kernel's own and never change.
 */
#ifndef REEF_SYSTEM_H
#define REEF_SYSTEM_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef long i64;

#if defined(__x86_64__)
enum {
  SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_rt_sigprocmask = 14, SYS_pread64 = 17, SYS_clone = 56,
  SYS_execve = 59, SYS_wait4 = 61, SYS_kill = 62, SYS_fcntl = 72, SYS_prctl = 157, SYS_clock_gettime = 228,
  SYS_exit_group = 231, SYS_openat = 257, SYS_ppoll = 271, SYS_signalfd4 = 289, SYS_dup3 = 292, SYS_pipe2 = 293,
  SYS_sched_setattr = 314
};

static inline long system6(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

/* The kernel starts a program with its arguments on the stack. */
#define REEF_START(main)                                                                                                  \
  __asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall " #main "\n\thlt\n")

#elif defined(__aarch64__)
enum {
  SYS_dup3 = 24, SYS_fcntl = 25, SYS_openat = 56, SYS_close = 57, SYS_pipe2 = 59, SYS_read = 63, SYS_write = 64,
  SYS_pread64 = 67, SYS_ppoll = 73, SYS_signalfd4 = 74, SYS_exit_group = 94, SYS_clock_gettime = 113, SYS_kill = 129,
  SYS_rt_sigprocmask = 135, SYS_prctl = 167, SYS_clone = 220, SYS_execve = 221, SYS_wait4 = 260,
  SYS_sched_setattr = 274
};

static inline long system6(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}

#define REEF_START(main) __asm__(".globl _start\n_start:\n\tmov x29, #0\n\tmov x30, #0\n\tmov x0, sp\n\tbl " #main "\n\tbrk #0\n")

#else
#error "The tracer is built for x86-64 and arm64 only."
#endif

#define call1(n, a) system6(n, (long)(a), 0, 0, 0, 0, 0)
#define call2(n, a, b) system6(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define call3(n, a, b, c) system6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define call4(n, a, b, c, d) system6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define call5(n, a, b, c, d, e) system6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

enum { ENOENT = 2, EINTR = 4, EAGAIN = 11 };
enum { O_RDONLY = 0, O_NONBLOCK = 04000, O_CLOEXEC = 02000000, AT_FDCWD = -100 };
enum { F_GETFL = 3, F_SETFL = 4 };
enum { POLLIN = 1, POLLOUT = 4 };
enum { SIGPIPE = 13, SIGCHLD = 17, SIG_BLOCK = 0, SIG_UNBLOCK = 1 };
enum { CLOCK_REALTIME = 0, CLOCK_MONOTONIC = 1, CLOCK_PROCESS_CPUTIME_ID = 2, PR_SET_TIMERSLACK = 29, WNOHANG = 1, AT_PAGESZ = 6 };

struct timespec { i64 seconds, nanoseconds; };
struct pollfd { int fd; short events, revents; };

static inline u64 clockNs(int clock) {
  struct timespec now;
  call2(SYS_clock_gettime, clock, &now);
  return (u64)now.seconds * 1000000000ul + (u64)now.nanoseconds;
}

/* Descriptor, or a negative error. */
static inline int openFile(const char *path) {
  return (int)call4(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
}

static inline void exitWith(int code) {
  for (;;) call1(SYS_exit_group, code);
}

#endif
