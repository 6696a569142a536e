#ifndef SHARDWAY_CFILES_H
#define SHARDWAY_CFILES_H

#include <stdint.h>
#include <sys/types.h>

// File operations that Swift can't import: glibc declares them for _GNU_SOURCE only.

// copy_file_range(2) at one offset of both files. The number of bytes, 0 at the end, or -1 with errno.
ssize_t shardway_copy_range(int source, int target, int64_t offset, size_t count);

#endif
