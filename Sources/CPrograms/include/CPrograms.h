#ifndef CPROGRAMS_H
#define CPROGRAMS_H

/// A file in memory without a name in any folder, closed in programs that are started (Swift does not see
/// `memfd_create`). -1 when there is none.
int cprograms_memory_file(void);

/// A terminal that nobody sees, for a program that reads a secret from a terminal only: `ours` is written to, `theirs`
/// is its standard input. Both are closed in other programs. 0, or -1 when there is none.
int cprograms_terminal(int *ours, int *theirs);

#endif
