#ifndef SHARDWAY_CXXHASH_H
#define SHARDWAY_CXXHASH_H

// XXH3 is compiled into the caller: a look-up hashes a short id, and a call into a shared library
// costs more than the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>
#include <stddef.h>
#include <stdint.h>

static inline uint64_t shardway_xxh3_64(const void *bytes, size_t count, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, count, seed);
}

// Starts to bring a cache line in and doesn't wait; Swift has no such operation. Any address may be
// given.
static inline void shardway_prefetch(const void *address) {
  __builtin_prefetch(address);
}

// The streaming state is opaque here: its alignment (64) is not something Swift can declare.
typedef struct shardway_xxh3_stream shardway_xxh3_stream;

// NULL when memory is out.
shardway_xxh3_stream *shardway_xxh3_stream_create(void);
void shardway_xxh3_stream_update(shardway_xxh3_stream *stream, const void *bytes, size_t count);
uint64_t shardway_xxh3_stream_digest(const shardway_xxh3_stream *stream);
void shardway_xxh3_stream_free(shardway_xxh3_stream *stream);

#endif
