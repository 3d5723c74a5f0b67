#define _GNU_SOURCE
#include "CCurl.h"

#include <stdint.h>
#include <string.h>

struct range4 {
  uint32_t network;
  int bits;
};

// IANA's special-purpose registry for IPv4 (RFC 6890 and later), what is not globally reachable.
static const struct range4 not_public4[] = {
    {0x00000000, 8},   // 0/8 this network; Linux dials 0.0.0.0 as loopback
    {0x0A000000, 8},   // 10/8 private
    {0x64400000, 10},  // 100.64/10 shared (carrier NAT)
    {0x7F000000, 8},   // 127/8 loopback
    {0xA9FE0000, 16},  // 169.254/16 link-local, also cloud metadata
    {0xAC100000, 12},  // 172.16/12 private
    {0xC0000000, 24},  // 192.0.0/24 protocol assignments
    {0xC0000200, 24},  // 192.0.2/24 documentation
    {0xC0586300, 24},  // 192.88.99/24 former 6to4 relays
    {0xC0A80000, 16},  // 192.168/16 private
    {0xC6120000, 15},  // 198.18/15 benchmarking
    {0xC6336400, 24},  // 198.51.100/24 documentation
    {0xCB007100, 24},  // 203.0.113/24 documentation
    {0xE0000000, 4},   // 224/4 multicast
    {0xF0000000, 4},   // 240/4 reserved, broadcast
};

static int is_public4(uint32_t address) {
  for (size_t i = 0; i < sizeof not_public4 / sizeof not_public4[0]; i++) {
    uint32_t mask = ~(uint32_t)0 << (32 - not_public4[i].bits);
    if ((address & mask) == not_public4[i].network) return 0;
  }
  return 1;
}

static uint32_t word(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int is_public6(const uint8_t *bytes) {
  static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  static const uint8_t nat64[12] = {0x00, 0x64, 0xFF, 0x9B};
  if (memcmp(bytes, mapped, 12) == 0 || memcmp(bytes, nat64, 12) == 0) return is_public4(word(bytes + 12));
  // Everything that is handed out lies in 2000::/3: loopback, unique-local, link-local and multicast do not.
  if ((bytes[0] & 0xE0) != 0x20) return 0;
  uint32_t top = word(bytes);
  if ((top & 0xFFFFFE00) == 0x20010000) return 0;  // 2001::/23 protocol assignments, Teredo
  if (top == 0x20010DB8) return 0;                 // 2001:db8::/32 documentation
  if ((top & 0xFFFF0000) == 0x20020000) return 0;  // 2002::/16 6to4
  if ((top & 0xFFFFF000) == 0x3FFF0000) return 0;  // 3fff::/20 documentation
  return 1;
}

int ccurl_is_public(const struct sockaddr *address) {
  if (address->sa_family == AF_INET) {
    struct sockaddr_in in;
    memcpy(&in, address, sizeof in);
    return is_public4(ntohl(in.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    struct sockaddr_in6 in6;
    memcpy(&in6, address, sizeof in6);
    return is_public6(in6.sin6_addr.s6_addr);
  }
  return 0;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
  struct ccurl_dial_guard *guard = context;
  if (purpose != CURLSOCKTYPE_IPCXN || (guard->public_only && !ccurl_is_public(&address->addr))) {
    guard->blocked++;
    return CURL_SOCKET_BAD;
  }
  guard->allowed++;
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static int begin(void *context, char *peer, char *own, int peer_port, int own_port) {
  (void)peer, (void)own, (void)peer_port, (void)own_port;
  struct ccurl_dial_guard *guard = context;
  guard->begun++;
  return CURL_PREREQFUNC_OK;
}

CURLcode ccurl_set_dial_guard(CURL *easy, struct ccurl_dial_guard *guard) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, guard);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, begin);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PREREQDATA, guard);
  return code;
}
