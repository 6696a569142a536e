#ifndef SHARDWAY_CPROCESSES_H
#define SHARDWAY_CPROCESSES_H

// What Swift can't import of starting processes: glibc declares it for _GNU_SOURCE only.

// Has the child close every descriptor from `first` on when `actions`, a posix_spawn_file_actions_t, get there; returns 0 or an errno.
int shardway_spawn_close_from(void *actions, int first);

#endif
