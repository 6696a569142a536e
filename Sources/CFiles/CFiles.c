#define _GNU_SOURCE
#include "CFiles.h"

#include <unistd.h>

ssize_t shardway_copy_range(int source, int target, int64_t offset, size_t count) {
  off64_t from = offset;
  off64_t to = offset;
  return copy_file_range(source, &from, target, &to, count, 0);
}
