#ifndef SHARDWAY_ALLOCATION_COUNT_H
#define SHARDWAY_ALLOCATION_COUNT_H

#include <stdint.h>

/// How often this thread has asked the heap for memory since it began.
///
/// Linking this library puts counting functions in the place of malloc, calloc, realloc,
/// posix_memalign and aligned_alloc.
uint64_t allocation_count(void);

#endif
