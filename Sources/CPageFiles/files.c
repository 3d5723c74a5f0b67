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
#embed "../Listeners/Page/Templates/answers.mustache"
};

static const unsigned char file_4[] = {
#embed "../Listeners/Page/Templates/approval.mustache"
};

static const unsigned char file_5[] = {
#embed "../Listeners/Page/Templates/attestation.mustache"
};

static const unsigned char file_6[] = {
#embed "../Listeners/Page/Templates/bundle.mustache"
};

static const unsigned char file_7[] = {
#embed "../Listeners/Page/Templates/evidence.mustache"
};

static const unsigned char file_8[] = {
#embed "../Listeners/Page/Templates/job-table.mustache"
};

static const unsigned char file_9[] = {
#embed "../Listeners/Page/Templates/job.mustache"
};

static const unsigned char file_10[] = {
#embed "../Listeners/Page/Templates/jobs-list.mustache"
};

static const unsigned char file_11[] = {
#embed "../Listeners/Page/Templates/jobs.mustache"
};

static const unsigned char file_12[] = {
#embed "../Listeners/Page/Templates/layout.mustache"
};

static const unsigned char file_13[] = {
#embed "../Listeners/Page/Templates/live.mustache"
};

static const unsigned char file_14[] = {
#embed "../Listeners/Page/Templates/login.mustache"
};

static const unsigned char file_15[] = {
#embed "../Listeners/Page/Templates/pager.mustache"
};

static const unsigned char file_16[] = {
#embed "../Listeners/Page/Templates/passkey.mustache"
};

static const unsigned char file_17[] = {
#embed "../Listeners/Page/Templates/problem.mustache"
};

static const unsigned char file_18[] = {
#embed "../Listeners/Page/Templates/report.mustache"
};

static const unsigned char file_19[] = {
#embed "../Listeners/Page/Templates/request-jobs.mustache"
};

static const unsigned char file_20[] = {
#embed "../Listeners/Page/Templates/standstill-form.mustache"
};

static const unsigned char file_21[] = {
#embed "../Listeners/Page/Templates/standstill.mustache"
};

static const unsigned char file_22[] = {
#embed "../Listeners/Page/Templates/system.mustache"
};

static const unsigned char file_23[] = {
#embed "../Listeners/Page/Templates/systems.mustache"
};

static const unsigned char file_24[] = {
#embed "../Listeners/Page/Templates/task.mustache"
};

static const unsigned char file_25[] = {
#embed "../Listeners/Page/Templates/tasks.mustache"
};

static const unsigned char file_26[] = {
#embed "../Listeners/Page/Templates/today.mustache"
};

static const unsigned char file_27[] = {
#embed "../Listeners/Page/Words/approval.words"
};

static const unsigned char file_28[] = {
#embed "../Listeners/Page/Words/codes.words"
};

static const unsigned char file_29[] = {
#embed "../Listeners/Page/Words/common.words"
};

static const unsigned char file_30[] = {
#embed "../Listeners/Page/Words/evidence.words"
};

static const unsigned char file_31[] = {
#embed "../Listeners/Page/Words/failures.words"
};

static const unsigned char file_32[] = {
#embed "../Listeners/Page/Words/jobs.words"
};

static const unsigned char file_33[] = {
#embed "../Listeners/Page/Words/live.words"
};

static const unsigned char file_34[] = {
#embed "../Listeners/Page/Words/systems.words"
};

static const unsigned char file_35[] = {
#embed "../Listeners/Page/Words/tasks.words"
};

static const unsigned char file_36[] = {
#embed "../Listeners/Page/Words/today.words"
};

static const struct page_file files[] = {
  {"Assets/page.css", file_1, sizeof file_1},
  {"Assets/page.js", file_2, sizeof file_2},
  {"Templates/answers.mustache", file_3, sizeof file_3},
  {"Templates/approval.mustache", file_4, sizeof file_4},
  {"Templates/attestation.mustache", file_5, sizeof file_5},
  {"Templates/bundle.mustache", file_6, sizeof file_6},
  {"Templates/evidence.mustache", file_7, sizeof file_7},
  {"Templates/job-table.mustache", file_8, sizeof file_8},
  {"Templates/job.mustache", file_9, sizeof file_9},
  {"Templates/jobs-list.mustache", file_10, sizeof file_10},
  {"Templates/jobs.mustache", file_11, sizeof file_11},
  {"Templates/layout.mustache", file_12, sizeof file_12},
  {"Templates/live.mustache", file_13, sizeof file_13},
  {"Templates/login.mustache", file_14, sizeof file_14},
  {"Templates/pager.mustache", file_15, sizeof file_15},
  {"Templates/passkey.mustache", file_16, sizeof file_16},
  {"Templates/problem.mustache", file_17, sizeof file_17},
  {"Templates/report.mustache", file_18, sizeof file_18},
  {"Templates/request-jobs.mustache", file_19, sizeof file_19},
  {"Templates/standstill-form.mustache", file_20, sizeof file_20},
  {"Templates/standstill.mustache", file_21, sizeof file_21},
  {"Templates/system.mustache", file_22, sizeof file_22},
  {"Templates/systems.mustache", file_23, sizeof file_23},
  {"Templates/task.mustache", file_24, sizeof file_24},
  {"Templates/tasks.mustache", file_25, sizeof file_25},
  {"Templates/today.mustache", file_26, sizeof file_26},
  {"Words/approval.words", file_27, sizeof file_27},
  {"Words/codes.words", file_28, sizeof file_28},
  {"Words/common.words", file_29, sizeof file_29},
  {"Words/evidence.words", file_30, sizeof file_30},
  {"Words/failures.words", file_31, sizeof file_31},
  {"Words/jobs.words", file_32, sizeof file_32},
  {"Words/live.words", file_33, sizeof file_33},
  {"Words/systems.words", file_34, sizeof file_34},
  {"Words/tasks.words", file_35, sizeof file_35},
  {"Words/today.words", file_36, sizeof file_36},
};

const struct page_file *page_file_at(size_t index) {
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
