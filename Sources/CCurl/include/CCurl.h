#pragma once

#include <curl/curl.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#include "CCurlFiles.h"

// libcurl's setters and getters are variadic, which Swift does not import. Each wrapper below names one argument type,
// so that a value of the wrong width cannot be passed.

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

/// Copies `size` bytes, as a file of that content would be read.
static inline CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t size) {
  struct curl_blob blob = {(void *)bytes, size, CURL_BLOB_COPY};
  return curl_easy_setopt(easy, option, &blob);
}

static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

/// Copies `size` bytes as the request body; the caller keeps its own.
static inline CURLcode ccurl_set_body(CURL *easy, const void *bytes, size_t size) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_POST, 1L);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, size == 0 ? "" : (const char *)bytes);
  return code;
}

static inline CURLcode ccurl_set_headers(CURL *easy, struct curl_slist *headers) {
  return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
}

/// The shape of libcurl's write and header callbacks: returns the number of bytes taken, fewer to stop the transfer.
typedef size_t (*ccurl_receive)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode ccurl_set_receivers(CURL *easy, ccurl_receive body, ccurl_receive header, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
  return code;
}

static inline CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

/// A union member, which Swift sees only as raw bytes.
static inline CURLcode ccurl_message_result(const CURLMsg *message) { return message->data.result; }

static inline int ccurl_message_is_done(const CURLMsg *message) { return message->msg == CURLMSG_DONE; }

/// What one transfer may dial, and what became of it. libcurl answers CURLE_COULDNT_CONNECT both when we refuse an
/// address and when nobody listens there; the counts tell the two apart.
struct ccurl_dial_guard {
  int public_only;
  unsigned allowed;
  unsigned blocked;
  /// How often the request itself was begun: on a connection that stands, behind tunnel and TLS.
  unsigned begun;
};

/// Macros with casts, which Swift does not import.
static const long ccurl_auth_basic = CURLAUTH_BASIC;

/// Whether an address belongs to the public internet: not loopback, private, link-local, shared (100.64/10),
/// unique-local, multicast, reserved or documentation, also when it is wrapped in an IPv6 form.
int ccurl_is_public(const struct sockaddr *address);

/// Installs the guard: it sees the address that is really dialled, after name resolution, so a name that resolves
/// differently the second time does not pass. `guard` must outlive the transfer.
CURLcode ccurl_set_dial_guard(CURL *easy, struct ccurl_dial_guard *guard);
