#pragma once

#include <stddef.h>

/// Sends `count` POSTs by nothing but libcurl's multi interface, `concurrent` at a time over kept connections, with the
/// header lines and the body given. Returns how many were answered 204.
size_t bare_curl_post(
    const char *url, const char *const *headers, size_t header_count, const void *body, size_t size, size_t count,
    size_t concurrent);
