#ifndef SHARDWAY_CALLOCATOR_H
#define SHARDWAY_CALLOCATOR_H

// What glibc's allocator and the kernel are told about memory that isn't needed any more; Swift has no way to say it.

// Lets all threads share one arena; to be called before any thread starts.
void shardway_use_one_arena(void);

// Gives freed memory back to the kernel.
void shardway_trim_heap(void);

// Gives code and constants that are in memory back to the kernel; what is needed again is read from the page cache.
void shardway_drop_code(void);

#endif
