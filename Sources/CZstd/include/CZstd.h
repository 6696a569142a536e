// Zstandard (RFC 8878): libzstd, as a module.
#pragma once
#include <zstd.h>
#include <zstd_errors.h>
