#include "CLiburing.h"

#include <errno.h>
#include <linux/futex.h>
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

int shardway_futex_wake(const uint32_t *word) {
  return (int)syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, 0, 0, 0);
}

int shardway_io_uring_setup_errno(unsigned entries) {
  struct io_uring_params parameters = {0};
  int descriptor = (int)syscall(SYS_io_uring_setup, entries, &parameters);
  if (descriptor < 0) return errno;
  close(descriptor);
  return 0;
}

// Not every build of liburing exports its functions for these two.
int shardway_restrict_ring(const struct io_uring *ring, const struct io_uring_restriction *restrictions,
                           unsigned count) {
  long status = syscall(SYS_io_uring_register, ring->ring_fd, IORING_REGISTER_RESTRICTIONS, restrictions, count);
  return status == 0 ? 0 : -errno;
}

int shardway_enable_ring(const struct io_uring *ring) {
  long status = syscall(SYS_io_uring_register, ring->ring_fd, IORING_REGISTER_ENABLE_RINGS, 0, 0);
  return status == 0 ? 0 : -errno;
}
