#ifndef SHARDWAY_CTHREADS_H
#define SHARDWAY_CTHREADS_H

#include <stdint.h>

// Swift can't import cpu_set_t's macros, nor syscall(2), which takes any number of arguments.

// Writes the numbers of the cores this thread may run on, at most `capacity`; returns how many there are, or -1.
int shardway_allowed_cores(int *cores, int capacity);

// Binds the calling thread to one core; returns 0 or an errno.
int shardway_pin_to_core(int core);

// Has the kernel end the calling thread's sleeps when they should end, not up to 50 microseconds later.
void shardway_sleep_exactly(void);

// Sleeps while the word is `seen`, in memory that processes share; at most so long, less when a signal comes.
void shardway_futex_wait_shared(uint32_t *word, uint32_t seen, int64_t seconds, int64_t nanoseconds);

// Wakes everybody who waits for the word, in whichever process.
void shardway_futex_wake_shared(uint32_t *word);

#endif
