#ifndef SHARDWAY_CXXHASH_H
#define SHARDWAY_CXXHASH_H

// XXH3 is compiled into the caller: a look-up hashes a short id, and a call into a shared library costs more than the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>
#include <stddef.h>
#include <stdint.h>

static inline uint64_t shardway_xxh3_64(const void *bytes, size_t count, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, count, seed);
}

#endif
