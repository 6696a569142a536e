#ifndef SHARDWAY_CLIBURING_H
#define SHARDWAY_CLIBURING_H

// First, so that glibc's feature macros are settled before liburing sets _XOPEN_SOURCE: else fd_set
// looks different here than in other C modules, and whether they can be imported together is luck.
#include <stdlib.h>

#include <liburing.h>

// Newer than liburing 2.3. The values are the kernel's ABI (include/uapi/linux/io_uring.h);
// whether the running kernel knows them is probed at start.
#ifndef IOU_PBUF_RING_INC
#define IOU_PBUF_RING_INC 2
#endif
#ifndef IORING_CQE_F_BUF_MORE
#define IORING_CQE_F_BUF_MORE (1U << 4)
#endif

enum {
  SHARDWAY_OP_FUTEX_WAIT = 51,
  SHARDWAY_FUTEX2_SIZE_U32 = 0x02,
  SHARDWAY_FUTEX2_PRIVATE = 128,
};

// liburing defines these by macros over an enum, which Swift does not import.
enum {
  SHARDWAY_SQE_LINK = IOSQE_IO_LINK,
  SHARDWAY_SQE_BUFFER_SELECT = IOSQE_BUFFER_SELECT,
  SHARDWAY_SQE_SKIP_SUCCESS = IOSQE_CQE_SKIP_SUCCESS,
};

// Swift cannot import the function-like atomics of <liburing/barrier.h>.
static inline unsigned shardway_cq_tail(const struct io_uring *ring) {
  return io_uring_smp_load_acquire(ring->cq.ktail);
}

static inline unsigned shardway_sq_flags(const struct io_uring *ring) {
  return IO_URING_READ_ONCE(*ring->sq.kflags);
}

static inline void shardway_prep_futex_wait(struct io_uring_sqe *sqe, const uint32_t *word,
                                            uint32_t expected, uint64_t mask) {
  io_uring_prep_rw(SHARDWAY_OP_FUTEX_WAIT, sqe, SHARDWAY_FUTEX2_SIZE_U32 | SHARDWAY_FUTEX2_PRIVATE,
                   word, 0, expected);
  sqe->addr3 = mask;
}

// The buffer ring overlays its tail on the first entry, which Swift cannot express.
static inline void shardway_buffer_ring_add(struct io_uring_buf_ring *ring, void *address,
                                            unsigned length, unsigned short id, int mask) {
  io_uring_buf_ring_add(ring, address, length, id, mask, 0);
  io_uring_buf_ring_advance(ring, 1);
}

// System calls without a wrapper in glibc 2.36, or variadic and so out of Swift's reach.
int shardway_futex_wake(const uint32_t *word);
int shardway_io_uring_setup_errno(unsigned entries);
// 0, or a negated errno.
int shardway_restrict_ring(const struct io_uring *ring, const struct io_uring_restriction *restrictions,
                           unsigned count);
int shardway_enable_ring(const struct io_uring *ring);

#endif
