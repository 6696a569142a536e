#define _GNU_SOURCE
#include "CPrivileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int result(long status) { return status == 0 ? 0 : errno; }

int shardway_forbid_new_privileges(void) {
  return result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

int shardway_forbid_core_files(void) { return result(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)); }

int shardway_limit_capabilities(void) {
  // A kernel that knows more capabilities than this header says EINVAL behind its last one.
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno != EPERM) return errno;
  }
  return result(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
}

int shardway_empty_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3];
  memset(none, 0, sizeof(none));
  return result(syscall(SYS_capset, &header, none));
}
