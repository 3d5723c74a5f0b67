#include "BareCurl.h"

#include <curl/curl.h>
#include <stdlib.h>

static size_t ignore(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes, (void)context;
  return size * count;
}

size_t bare_curl_post(
    const char *url, const char *const *headers, size_t header_count, const void *body, size_t size, size_t count,
    size_t concurrent) {
  CURLM *multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)concurrent);
  struct curl_slist *list = curl_slist_append(NULL, "Expect:");
  for (size_t i = 0; i < header_count; i++) list = curl_slist_append(list, headers[i]);
  CURL **all = calloc(concurrent, sizeof *all);
  size_t begun = 0, ended = 0, good = 0;
  for (size_t i = 0; i < concurrent && begun < count; i++) {
    CURL *easy = all[i] = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
    curl_multi_add_handle(multi, easy);
    begun++;
  }
  while (ended < begun) {
    int running = 0, left = 0;
    curl_multi_perform(multi, &running);
    CURLMsg *message;
    int finished = 0;
    while ((message = curl_multi_info_read(multi, &left))) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL *easy = message->easy_handle;
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      if (message->data.result == CURLE_OK && status == 204) good++;
      ended++;
      finished = 1;
      curl_multi_remove_handle(multi, easy);
      if (begun < count) {
        curl_multi_add_handle(multi, easy);
        begun++;
      }
    }
    if (!finished) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  for (size_t i = 0; i < concurrent; i++) {
    if (all[i]) curl_easy_cleanup(all[i]);
  }
  free(all);
  curl_slist_free_all(list);
  curl_multi_cleanup(multi);
  return good;
}
