#ifndef SHARDWAY_CALLGRIND_REQUESTS_H
#define SHARDWAY_CALLGRIND_REQUESTS_H

#include <stdbool.h>

/// Whether the process runs under valgrind.
bool callgrind_is_there(void);

/// Begins to count instructions from zero.
void callgrind_start(void);

/// Writes what was counted since the beginning, or since the last time, and counts on from zero.
void callgrind_write_counts(void);

/// Counts no more.
void callgrind_stop(void);

#endif
