// A server that is not the bottleneck: answers every request on 127.0.0.1 with 204, on one thread with epoll. Prints its
// port and runs until its standard input ends.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { largest = 16384 };

struct client {
  int socket;
  size_t filled;
  char bytes[largest + 1];
};

// The length of the whole request at the front of what has come; 0 while some of it is under way.
static size_t whole(struct client *client) {
  client->bytes[client->filled] = 0;
  char *end = strstr(client->bytes, "\r\n\r\n");
  if (!end) return 0;
  size_t head = (size_t)(end - client->bytes) + 4, body = 0;
  char *length = strcasestr(client->bytes, "\r\ncontent-length:");
  if (length && length < end) body = strtoul(length + 17, NULL, 10);
  return client->filled >= head + body ? head + body : 0;
}

// Reads and answers; 0 when the client is gone or sends more than is taken.
static int serve(struct client *client) {
  static const char answer[] = "HTTP/1.1 204 No Content\r\n\r\n";
  ssize_t count = recv(client->socket, client->bytes + client->filled, largest - client->filled, 0);
  if (count <= 0) return 0;
  client->filled += (size_t)count;
  size_t size;
  while ((size = whole(client)) != 0) {
    if (send(client->socket, answer, sizeof answer - 1, MSG_NOSIGNAL) != (ssize_t)(sizeof answer - 1)) return 0;
    memmove(client->bytes, client->bytes + size, client->filled - size);
    client->filled -= size;
  }
  return client->filled < largest;
}

int main(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), loop = epoll_create1(0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1024) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) != 0)
    return 1;
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  struct epoll_event events[64];
  // The listener has no client, standard input a number that is no address.
  struct epoll_event listening = {.events = EPOLLIN, .data.ptr = NULL};
  struct epoll_event input = {.events = EPOLLIN, .data.ptr = &input};
  epoll_ctl(loop, EPOLL_CTL_ADD, listener, &listening);
  epoll_ctl(loop, EPOLL_CTL_ADD, STDIN_FILENO, &input);
  for (;;) {
    int count = epoll_wait(loop, events, 64, -1);
    for (int i = 0; i < count; i++) {
      struct client *client = events[i].data.ptr;
      if ((void *)client == &input) return 0;
      if (!client) {
        int socket = accept(listener, NULL, NULL);
        if (socket < 0) continue;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        client = calloc(1, sizeof *client);
        client->socket = socket;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
        epoll_ctl(loop, EPOLL_CTL_ADD, socket, &event);
      } else if (!serve(client)) {
        close(client->socket);
        free(client);
      }
    }
  }
}
