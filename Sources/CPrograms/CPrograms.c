#define _GNU_SOURCE
#include "CPrograms.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int cprograms_memory_file(void) { return memfd_create("expunged", MFD_CLOEXEC); }

int cprograms_terminal(int *ours, int *theirs) {
  char name[64];
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0) return -1;
  if (grantpt(master) == 0 && unlockpt(master) == 0 && ptsname_r(master, name, sizeof name) == 0) {
    int slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave >= 0) {
      *ours = master;
      *theirs = slave;
      return 0;
    }
  }
  close(master);
  return -1;
}
