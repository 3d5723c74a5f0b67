#pragma once

#include <curl/curl.h>

// What transfers of files need beside CCurl.h: sending bytes, stopping in the middle, commands before a transfer.

/// The shape of libcurl's read callback: fills at most size * count bytes and returns how many; 0 is the end.
typedef size_t (*ccurl_supply)(char *bytes, size_t size, size_t count, void *context);

/// Sends a file of `size` bytes that `supply` hands out.
static inline CURLcode ccurl_set_upload(CURL *easy, ccurl_supply supply, void *context, curl_off_t size) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_READFUNCTION, supply);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_READDATA, context);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, size);
  return code;
}

/// The shape of libcurl's progress callback; called about once a second at least. Another value than 0 ends the transfer.
typedef int (*ccurl_watch)(void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

static inline CURLcode ccurl_set_watch(CURL *easy, ccurl_watch watch, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, watch);
  if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_XFERINFODATA, context);
  return code;
}

/// Commands of the file protocol that are carried out before the transfer. The list must outlive it.
static inline CURLcode ccurl_set_commands(CURL *easy, struct curl_slist *commands) {
  return curl_easy_setopt(easy, CURLOPT_QUOTE, commands);
}

/// Who gets a mail. The list must outlive the transfer.
static inline CURLcode ccurl_set_recipients(CURL *easy, struct curl_slist *recipients) {
  return curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
}

/// A file in memory without a name in any folder, closed in programs that are started (Swift does not see
/// `memfd_create`): for keys that libcurl reads from a path only. -1 when there is none.
int ccurl_memory_file(void);
