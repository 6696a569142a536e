#define _GNU_SOURCE
#include "CPrivileges.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter knows x86-64 and AArch64"
#endif

// What a rule asks of one argument besides the call's number. Pointers can't be followed, so only plain numbers are asked about.
enum condition { ANY, EQUALS, HAS_BITS, LACKS_BITS };

struct rule {
  int number;
  enum condition condition;
  int argument;
  uint32_t value;
};

#define ALLOW(name) {SYS_##name, ANY, 0, 0}

// What the router does after its start. The first are called for each turn of a worker.
static const struct rule always[] = {
    ALLOW(io_uring_enter), ALLOW(clock_gettime), ALLOW(futex), ALLOW(epoll_pwait), ALLOW(read),
    ALLOW(write),
#ifdef SYS_epoll_wait
    ALLOW(epoll_wait),
#endif
#ifdef SYS_epoll_pwait2
    ALLOW(epoll_pwait2),
#endif
    // Rings, sockets, and what waits for them.
    ALLOW(io_uring_register), ALLOW(close), ALLOW(accept), ALLOW(accept4), ALLOW(connect),
    ALLOW(bind), ALLOW(listen), ALLOW(shutdown), ALLOW(getsockname), ALLOW(getpeername),
    ALLOW(setsockopt), ALLOW(getsockopt), ALLOW(sendto), ALLOW(recvfrom), ALLOW(sendmsg),
    ALLOW(recvmsg), ALLOW(sendmmsg), ALLOW(recvmmsg), ALLOW(socketpair), ALLOW(epoll_create1),
    ALLOW(epoll_ctl), ALLOW(eventfd2), ALLOW(timerfd_create), ALLOW(timerfd_settime), ALLOW(ppoll),
    ALLOW(pselect6), ALLOW(pipe2), ALLOW(dup), ALLOW(dup3), ALLOW(fcntl), ALLOW(ioctl),
    {SYS_socket, EQUALS, 0, AF_UNIX}, {SYS_socket, EQUALS, 0, AF_INET},
    {SYS_socket, EQUALS, 0, AF_INET6}, {SYS_socket, EQUALS, 0, AF_NETLINK},
    // Files: the map, the freshness page, the configuration when it is read again.
    ALLOW(openat), ALLOW(readv), ALLOW(writev), ALLOW(pread64), ALLOW(pwrite64), ALLOW(lseek),
    ALLOW(fstat), ALLOW(newfstatat), ALLOW(statx), ALLOW(faccessat), ALLOW(readlinkat),
    ALLOW(getdents64), ALLOW(getcwd), ALLOW(flock), ALLOW(ftruncate), ALLOW(fsync),
    ALLOW(fdatasync), ALLOW(unlinkat), ALLOW(renameat2), ALLOW(fchmod), ALLOW(fchmodat),
    ALLOW(statfs), ALLOW(fstatfs), ALLOW(inotify_init1), ALLOW(inotify_add_watch),
    ALLOW(inotify_rm_watch),
#ifdef SYS_faccessat2
    ALLOW(faccessat2),
#endif
#ifdef SYS_renameat
    ALLOW(renameat),
#endif
#ifdef SYS_close_range
    ALLOW(close_range),
#endif
    // Memory. Nothing becomes code that was not at the start.
    ALLOW(munmap), ALLOW(mremap), ALLOW(madvise), ALLOW(brk), ALLOW(msync), ALLOW(mincore),
    {SYS_mmap, LACKS_BITS, 2, PROT_EXEC}, {SYS_mprotect, LACKS_BITS, 2, PROT_EXEC},
    // Threads of this process, and their signals.
    {SYS_clone, HAS_BITS, 0, CLONE_THREAD}, {SYS_prctl, EQUALS, 0, PR_SET_NAME},
    {SYS_prctl, EQUALS, 0, PR_GET_NAME}, ALLOW(exit), ALLOW(exit_group), ALLOW(set_robust_list),
    ALLOW(get_robust_list), ALLOW(rseq), ALLOW(membarrier), ALLOW(gettid), ALLOW(getpid),
    ALLOW(getppid), ALLOW(getuid), ALLOW(geteuid), ALLOW(getgid), ALLOW(getegid),
    ALLOW(getgroups), ALLOW(getresuid), ALLOW(getresgid), ALLOW(tgkill), ALLOW(rt_sigaction),
    ALLOW(rt_sigprocmask), ALLOW(rt_sigreturn), ALLOW(rt_sigtimedwait), ALLOW(rt_sigpending),
    ALLOW(sigaltstack), ALLOW(restart_syscall), ALLOW(sched_yield), ALLOW(sched_getaffinity),
    ALLOW(sched_setaffinity), {SYS_setpriority, EQUALS, 1, 0}, ALLOW(getpriority), ALLOW(sched_getparam), ALLOW(sched_getscheduler),
    // Time, limits, chance.
    ALLOW(clock_getres), ALLOW(clock_nanosleep), ALLOW(nanosleep), ALLOW(gettimeofday),
    ALLOW(getrandom), ALLOW(getrusage), ALLOW(getrlimit), ALLOW(sysinfo), ALLOW(uname),
    ALLOW(getcpu), ALLOW(times),
    // AArch64 has only the newer forms of these.
#ifdef SYS_open
    ALLOW(open), ALLOW(stat), ALLOW(lstat), ALLOW(access), ALLOW(readlink), ALLOW(unlink),
    ALLOW(rename), ALLOW(poll), ALLOW(select), ALLOW(pipe), ALLOW(dup2), ALLOW(time), ALLOW(chmod),
    ALLOW(epoll_create), ALLOW(eventfd), ALLOW(inotify_init), ALLOW(getdents),
#endif
};

// What the next router needs, which runs under this filter too when this one starts it.
static const struct rule programs_too[] = {
    ALLOW(execve), ALLOW(execveat), ALLOW(clone), ALLOW(clone3), ALLOW(wait4), ALLOW(waitid),
    ALLOW(mmap), ALLOW(mprotect), ALLOW(io_uring_setup), ALLOW(prctl), ALLOW(seccomp),
    ALLOW(capset), ALLOW(capget), ALLOW(kill), ALLOW(setpgid), ALLOW(getpgid), ALLOW(setsid),
    ALLOW(set_tid_address), ALLOW(rt_sigsuspend), ALLOW(prlimit64), ALLOW(chdir), ALLOW(umask),
#ifdef SYS_fork
    ALLOW(fork), ALLOW(vfork), ALLOW(arch_prctl),
#endif
};

// A program is put together in one pass: no rule is longer than this, and the frame around them not either.
enum { RULE_LENGTH = 5, FRAME_LENGTH = 16 };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CAPACITY (RULE_LENGTH * (COUNT(always) + COUNT(programs_too) + 4) + FRAME_LENGTH)

struct program {
  struct sock_filter steps[CAPACITY];
  unsigned short count;
};

static void step(struct program *program, uint16_t code, uint32_t value, uint8_t yes, uint8_t no) {
  program->steps[program->count++] = (struct sock_filter)BPF_JUMP(code, value, yes, no);
}

static void load(struct program *program, size_t offset) {
  step(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct program *program, uint32_t action) {
  step(program, BPF_RET | BPF_K, action, 0, 0);
}

// Numbers and flags are in the lower half of an argument's 64 bits, which comes first on the machines that are known.
static size_t argument_offset(int argument) {
  return offsetof(struct seccomp_data, args) + (size_t)argument * sizeof(uint64_t);
}

static void add(struct program *program, const struct rule *rule) {
  if (rule->condition == ANY) {
    step(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)rule->number, 0, 1);
    return answer(program, SECCOMP_RET_ALLOW);
  }
  step(program, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)rule->number, 0, RULE_LENGTH - 1);
  load(program, argument_offset(rule->argument));
  switch (rule->condition) {
    case EQUALS: step(program, BPF_JMP | BPF_JEQ | BPF_K, rule->value, 0, 1); break;
    case HAS_BITS: step(program, BPF_JMP | BPF_JSET | BPF_K, rule->value, 0, 1); break;
    default: step(program, BPF_JMP | BPF_JSET | BPF_K, rule->value, 1, 0); break;
  }
  answer(program, SECCOMP_RET_ALLOW);
  load(program, offsetof(struct seccomp_data, nr));
}

static void add_all(struct program *program, const struct rule *rules, size_t count) {
  for (size_t index = 0; index < count; index++) add(program, &rules[index]);
}

int shardway_filter_system_calls(enum shardway_filter_mode mode, bool programs, bool all_threads) {
  struct program program = {.count = 0};
  load(&program, offsetof(struct seccomp_data, arch));
  step(&program, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
  answer(&program, SECCOMP_RET_KILL_PROCESS);
  load(&program, offsetof(struct seccomp_data, nr));
  add_all(&program, always, COUNT(always));
  // Itself only: who is one of the same user's other processes is none of the router's business.
  struct rule own[] = {{SYS_kill, EQUALS, 0, (uint32_t)getpid()},
                       {SYS_prlimit64, EQUALS, 0, 0},
                       {SYS_rt_sigqueueinfo, EQUALS, 0, (uint32_t)getpid()}};
  add_all(&program, own, COUNT(own));
  if (programs) {
    add_all(&program, programs_too, COUNT(programs_too));
  } else {
    // Its flags are behind a pointer. Told that the kernel doesn't have it, the C library uses clone, whose flags are seen.
    step(&program, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1);
    answer(&program, SECCOMP_RET_ERRNO | ENOSYS);
  }
  answer(&program, mode == SHARDWAY_FILTER_ENFORCE ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_LOG);
  struct sock_fprog filter = {.len = program.count, .filter = program.steps};
  unsigned long flags = SECCOMP_FILTER_FLAG_LOG;
  if (all_threads) flags |= SECCOMP_FILTER_FLAG_TSYNC;
  long status = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
  // A positive number is the thread that could not be brought along: it has a filter of its own.
  if (status > 0) return EBUSY;
  return status == 0 ? 0 : errno;
}
