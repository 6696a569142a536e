#include "CXXHash.h"

shardway_xxh3_stream *shardway_xxh3_stream_create(void) {
  XXH3_state_t *state = XXH3_createState();
  if (state != NULL) XXH3_64bits_reset(state);
  return (shardway_xxh3_stream *)state;
}

void shardway_xxh3_stream_update(shardway_xxh3_stream *stream, const void *bytes, size_t count) {
  XXH3_64bits_update((XXH3_state_t *)stream, bytes, count);
}

uint64_t shardway_xxh3_stream_digest(const shardway_xxh3_stream *stream) {
  return XXH3_64bits_digest((const XXH3_state_t *)stream);
}

void shardway_xxh3_stream_free(shardway_xxh3_stream *stream) {
  XXH3_freeState((XXH3_state_t *)stream);
}
