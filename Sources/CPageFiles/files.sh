#!/usr/bin/env bash
# Writes files.c: run it after a file of Sources/Listeners/Page was added or taken away. A test compares.
set -euo pipefail
cd "$(dirname "$0")"
{
  echo '// Made by files.sh; a test compares it with the folders.'
  echo '#include "CPageFiles.h"'
  echo '#pragma clang diagnostic ignored "-Wc23-extensions"'
  number=0
  rows=
  for file in ../Listeners/Page/{Assets,Templates,Words}/*; do
    name=${file#../Listeners/Page/}
    number=$((number + 1))
    printf '\nstatic const unsigned char file_%d[] = {\n#embed "%s"\n};\n' "$number" "$file"
    rows+="  {\"$name\", file_$number, sizeof file_$number},"$'\n'
  done
  printf '\nstatic const struct page_file files[] = {\n%s};\n' "$rows"
  echo
  echo 'const struct page_file *page_file_at(size_t index) {'
  echo '  return index < sizeof files / sizeof *files ? &files[index] : NULL;'
  echo '}'
} > files.c
