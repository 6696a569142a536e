#include "CallgrindRequests.h"

// From the Debian package valgrind, which Tools/count-paths installs.
#include <valgrind/callgrind.h>

bool callgrind_is_there(void) { return RUNNING_ON_VALGRIND != 0; }

void callgrind_start(void) {
  CALLGRIND_START_INSTRUMENTATION;
  CALLGRIND_ZERO_STATS;
}

void callgrind_write_counts(void) { CALLGRIND_DUMP_STATS; }

void callgrind_stop(void) { CALLGRIND_STOP_INSTRUMENTATION; }
