// What a process may give up of its rights, as far as Swift can't call it by itself.
#pragma once

#include <stdbool.h>

// Each returns 0, or the errno of what failed.

// Neither this thread nor what it starts can get more rights by running a program.
int shardway_forbid_new_privileges(void);

// No capability can be had any more that this thread doesn't have now. The bounding set stays as it is where the thread may not change it.
int shardway_limit_capabilities(void);

// Empties this thread's other capability sets.
int shardway_empty_capabilities(void);

// No core file is written, and no other process of the user can look into this one.
int shardway_forbid_core_files(void);

// What becomes of a system call that the filter doesn't allow.
enum shardway_filter_mode { SHARDWAY_FILTER_LOG, SHARDWAY_FILTER_ENFORCE };

// Installs the filter: for this thread, or for all of the process. `programs` allows to start other programs and what they need.
int shardway_filter_system_calls(enum shardway_filter_mode mode, bool programs, bool all_threads);
