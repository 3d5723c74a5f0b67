// Files of the officer's page as bytes of the program, so that the program is one file. Swift has no such thing yet.
#ifndef C_PAGE_FILES_H
#define C_PAGE_FILES_H
#include <stddef.h>

struct page_file {
  const char *name;
  const unsigned char *bytes;
  size_t count;
};

/// The file at an index; a null pointer after the last one.
const struct page_file *page_file_at(size_t index);

#endif
