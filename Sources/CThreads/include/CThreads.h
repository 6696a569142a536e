#ifndef SHARDWAY_CTHREADS_H
#define SHARDWAY_CTHREADS_H

// Swift can't import cpu_set_t's macros.

// Writes the numbers of the cores this thread may run on, at most `capacity`; returns how many there are, or -1.
int shardway_allowed_cores(int *cores, int capacity);

// Binds the calling thread to one core; returns 0 or an errno.
int shardway_pin_to_core(int core);

#endif
