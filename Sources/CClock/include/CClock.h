// What the kernel knows of its clock, which Swift's Glibc leaves out.
#pragma once

#include <sys/timex.h>

// 1 when something holds the clock right, 0 when nothing does, -1 when the kernel doesn't tell.
static inline int shardway_clock_is_synchronized(void) {
  struct timex question = {0};
  int state = adjtimex(&question);
  if (state < 0) return -1;
  return state != TIME_ERROR && !(question.status & STA_UNSYNC);
}
