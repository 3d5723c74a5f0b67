#pragma once

#include <stddef.h>
#include <sys/types.h>

/// Who is at the other end of a connected Unix socket, as the kernel saw them when they connected. Swift's Glibc lacks
/// `struct ucred`, so this is one of our own.
struct peer_credentials {
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

/// Fills `credentials` (SO_PEERCRED). Returns 0, or the errno of the failure.
int peer_credentials_get(int socket, struct peer_credentials *credentials);

/// Fills `groups` with the supplementary groups of the peer (SO_PEERGROUPS, Linux 4.13) and `count` with their number.
/// Returns 0, or the errno of the failure; ERANGE says that `capacity` is too small and `count` what is needed.
int peer_credentials_groups(int socket, gid_t *groups, size_t capacity, size_t *count);
