#define _GNU_SOURCE
#include "CPeerCredentials.h"

#include <errno.h>
#include <sys/socket.h>

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

int peer_credentials_get(int socket, struct peer_credentials *credentials) {
  struct ucred seen;
  socklen_t length = sizeof seen;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &seen, &length) != 0) return errno;
  // A socket that is not a connected Unix socket answers with pid 0 and nobody's ids instead of an error.
  if (length != sizeof seen || seen.uid == (uid_t)-1) return ENOTCONN;
  credentials->pid = seen.pid;
  credentials->uid = seen.uid;
  credentials->gid = seen.gid;
  return 0;
}

int peer_credentials_groups(int socket, gid_t *groups, size_t capacity, size_t *count) {
  socklen_t length = (socklen_t)(capacity * sizeof(gid_t));
  int status = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &length);
  int reason = status == 0 ? 0 : errno;
  *count = reason == 0 || reason == ERANGE ? length / sizeof(gid_t) : 0;
  return reason;
}
