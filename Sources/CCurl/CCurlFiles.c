#define _GNU_SOURCE
#include "CCurlFiles.h"

#include <sys/mman.h>

int ccurl_memory_file(void) { return memfd_create("expunged", MFD_CLOEXEC); }
