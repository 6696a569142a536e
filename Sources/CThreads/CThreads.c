#define _GNU_SOURCE
#include "CThreads.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int shardway_allowed_cores(int *cores, int capacity) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return -1;
  int count = 0;
  for (int core = 0; core < CPU_SETSIZE; core++) {
    if (!CPU_ISSET(core, &set)) continue;
    if (count < capacity) cores[count] = core;
    count++;
  }
  return count;
}

int shardway_pin_to_core(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  return pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

void shardway_sleep_exactly(void) { prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }

void shardway_futex_wait_shared(uint32_t *word, uint32_t seen, int64_t seconds, int64_t nanoseconds) {
  struct timespec limit = {.tv_sec = seconds, .tv_nsec = nanoseconds};
  syscall(SYS_futex, word, FUTEX_WAIT, seen, &limit, NULL, 0);
}

void shardway_futex_wake_shared(uint32_t *word) {
  syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}
