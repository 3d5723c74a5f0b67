// Made by files.sh; a test compares it with the folders.
#include "CPageFiles.h"
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char file_1[] = {
#embed "../Listeners/Page/Assets/page.css"
};

static const unsigned char file_2[] = {
#embed "../Listeners/Page/Assets/page.js"
};

static const unsigned char file_3[] = {
#embed "../Listeners/Page/Templates/approval.mustache"
};

static const unsigned char file_4[] = {
#embed "../Listeners/Page/Templates/layout.mustache"
};

static const unsigned char file_5[] = {
#embed "../Listeners/Page/Templates/login.mustache"
};

static const unsigned char file_6[] = {
#embed "../Listeners/Page/Templates/passkey.mustache"
};

static const unsigned char file_7[] = {
#embed "../Listeners/Page/Templates/problem.mustache"
};

static const unsigned char file_8[] = {
#embed "../Listeners/Page/Templates/requests.mustache"
};

static const unsigned char file_9[] = {
#embed "../Listeners/Page/Templates/today.mustache"
};

static const unsigned char file_10[] = {
#embed "../Listeners/Page/Words/approval.words"
};

static const unsigned char file_11[] = {
#embed "../Listeners/Page/Words/common.words"
};

static const unsigned char file_12[] = {
#embed "../Listeners/Page/Words/requests.words"
};

static const unsigned char file_13[] = {
#embed "../Listeners/Page/Words/today.words"
};

static const struct page_file files[] = {
  {"Assets/page.css", file_1, sizeof file_1},
  {"Assets/page.js", file_2, sizeof file_2},
  {"Templates/approval.mustache", file_3, sizeof file_3},
  {"Templates/layout.mustache", file_4, sizeof file_4},
  {"Templates/login.mustache", file_5, sizeof file_5},
  {"Templates/passkey.mustache", file_6, sizeof file_6},
  {"Templates/problem.mustache", file_7, sizeof file_7},
  {"Templates/requests.mustache", file_8, sizeof file_8},
  {"Templates/today.mustache", file_9, sizeof file_9},
  {"Words/approval.words", file_10, sizeof file_10},
  {"Words/common.words", file_11, sizeof file_11},
  {"Words/requests.words", file_12, sizeof file_12},
  {"Words/today.words", file_13, sizeof file_13},
};

const struct page_file *page_file_at(size_t index) {
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
