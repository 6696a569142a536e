#ifndef SHARDWAY_CLIBURING_H
#define SHARDWAY_CLIBURING_H

#include <liburing.h>

#endif
