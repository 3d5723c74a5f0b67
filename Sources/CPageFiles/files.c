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
#embed "../Listeners/Page/Templates/closed.mustache"
};

static const unsigned char file_8[] = {
#embed "../Listeners/Page/Templates/decisions.mustache"
};

static const unsigned char file_9[] = {
#embed "../Listeners/Page/Templates/evidence.mustache"
};

static const unsigned char file_10[] = {
#embed "../Listeners/Page/Templates/invite.mustache"
};

static const unsigned char file_11[] = {
#embed "../Listeners/Page/Templates/invited.mustache"
};

static const unsigned char file_12[] = {
#embed "../Listeners/Page/Templates/job-table.mustache"
};

static const unsigned char file_13[] = {
#embed "../Listeners/Page/Templates/job.mustache"
};

static const unsigned char file_14[] = {
#embed "../Listeners/Page/Templates/jobs-list.mustache"
};

static const unsigned char file_15[] = {
#embed "../Listeners/Page/Templates/jobs.mustache"
};

static const unsigned char file_16[] = {
#embed "../Listeners/Page/Templates/layout.mustache"
};

static const unsigned char file_17[] = {
#embed "../Listeners/Page/Templates/letter-fields.mustache"
};

static const unsigned char file_18[] = {
#embed "../Listeners/Page/Templates/letter.mustache"
};

static const unsigned char file_19[] = {
#embed "../Listeners/Page/Templates/letters.mustache"
};

static const unsigned char file_20[] = {
#embed "../Listeners/Page/Templates/live.mustache"
};

static const unsigned char file_21[] = {
#embed "../Listeners/Page/Templates/login.mustache"
};

static const unsigned char file_22[] = {
#embed "../Listeners/Page/Templates/no-plan.mustache"
};

static const unsigned char file_23[] = {
#embed "../Listeners/Page/Templates/package.mustache"
};

static const unsigned char file_24[] = {
#embed "../Listeners/Page/Templates/pager.mustache"
};

static const unsigned char file_25[] = {
#embed "../Listeners/Page/Templates/passkey.mustache"
};

static const unsigned char file_26[] = {
#embed "../Listeners/Page/Templates/plan-consequences.mustache"
};

static const unsigned char file_27[] = {
#embed "../Listeners/Page/Templates/plan-problem.mustache"
};

static const unsigned char file_28[] = {
#embed "../Listeners/Page/Templates/plan-summary.mustache"
};

static const unsigned char file_29[] = {
#embed "../Listeners/Page/Templates/plan-tables.mustache"
};

static const unsigned char file_30[] = {
#embed "../Listeners/Page/Templates/plan.mustache"
};

static const unsigned char file_31[] = {
#embed "../Listeners/Page/Templates/problem.mustache"
};

static const unsigned char file_32[] = {
#embed "../Listeners/Page/Templates/register.mustache"
};

static const unsigned char file_33[] = {
#embed "../Listeners/Page/Templates/report.mustache"
};

static const unsigned char file_34[] = {
#embed "../Listeners/Page/Templates/request-action.mustache"
};

static const unsigned char file_35[] = {
#embed "../Listeners/Page/Templates/request-actions.mustache"
};

static const unsigned char file_36[] = {
#embed "../Listeners/Page/Templates/request-found.mustache"
};

static const unsigned char file_37[] = {
#embed "../Listeners/Page/Templates/request-jobs.mustache"
};

static const unsigned char file_38[] = {
#embed "../Listeners/Page/Templates/request-next.mustache"
};

static const unsigned char file_39[] = {
#embed "../Listeners/Page/Templates/request.mustache"
};

static const unsigned char file_40[] = {
#embed "../Listeners/Page/Templates/requests.mustache"
};

static const unsigned char file_41[] = {
#embed "../Listeners/Page/Templates/said.mustache"
};

static const unsigned char file_42[] = {
#embed "../Listeners/Page/Templates/standstill-form.mustache"
};

static const unsigned char file_43[] = {
#embed "../Listeners/Page/Templates/standstill.mustache"
};

static const unsigned char file_44[] = {
#embed "../Listeners/Page/Templates/system.mustache"
};

static const unsigned char file_45[] = {
#embed "../Listeners/Page/Templates/systems.mustache"
};

static const unsigned char file_46[] = {
#embed "../Listeners/Page/Templates/task.mustache"
};

static const unsigned char file_47[] = {
#embed "../Listeners/Page/Templates/tasks.mustache"
};

static const unsigned char file_48[] = {
#embed "../Listeners/Page/Templates/today.mustache"
};

static const unsigned char file_49[] = {
#embed "../Listeners/Page/Words/approval.words"
};

static const unsigned char file_50[] = {
#embed "../Listeners/Page/Words/codes.words"
};

static const unsigned char file_51[] = {
#embed "../Listeners/Page/Words/common.words"
};

static const unsigned char file_52[] = {
#embed "../Listeners/Page/Words/desk.sentences"
};

static const unsigned char file_53[] = {
#embed "../Listeners/Page/Words/evidence.words"
};

static const unsigned char file_54[] = {
#embed "../Listeners/Page/Words/failures.words"
};

static const unsigned char file_55[] = {
#embed "../Listeners/Page/Words/invite.words"
};

static const unsigned char file_56[] = {
#embed "../Listeners/Page/Words/jobs.words"
};

static const unsigned char file_57[] = {
#embed "../Listeners/Page/Words/letters.words"
};

static const unsigned char file_58[] = {
#embed "../Listeners/Page/Words/live.words"
};

static const unsigned char file_59[] = {
#embed "../Listeners/Page/Words/package.words"
};

static const unsigned char file_60[] = {
#embed "../Listeners/Page/Words/plan.words"
};

static const unsigned char file_61[] = {
#embed "../Listeners/Page/Words/register.words"
};

static const unsigned char file_62[] = {
#embed "../Listeners/Page/Words/request.words"
};

static const unsigned char file_63[] = {
#embed "../Listeners/Page/Words/requests.words"
};

static const unsigned char file_64[] = {
#embed "../Listeners/Page/Words/systems.words"
};

static const unsigned char file_65[] = {
#embed "../Listeners/Page/Words/tasks.words"
};

static const unsigned char file_66[] = {
#embed "../Listeners/Page/Words/today.words"
};

static const struct page_file files[] = {
  {"Assets/page.css", file_1, sizeof file_1},
  {"Assets/page.js", file_2, sizeof file_2},
  {"Templates/answers.mustache", file_3, sizeof file_3},
  {"Templates/approval.mustache", file_4, sizeof file_4},
  {"Templates/attestation.mustache", file_5, sizeof file_5},
  {"Templates/bundle.mustache", file_6, sizeof file_6},
  {"Templates/closed.mustache", file_7, sizeof file_7},
  {"Templates/decisions.mustache", file_8, sizeof file_8},
  {"Templates/evidence.mustache", file_9, sizeof file_9},
  {"Templates/invite.mustache", file_10, sizeof file_10},
  {"Templates/invited.mustache", file_11, sizeof file_11},
  {"Templates/job-table.mustache", file_12, sizeof file_12},
  {"Templates/job.mustache", file_13, sizeof file_13},
  {"Templates/jobs-list.mustache", file_14, sizeof file_14},
  {"Templates/jobs.mustache", file_15, sizeof file_15},
  {"Templates/layout.mustache", file_16, sizeof file_16},
  {"Templates/letter-fields.mustache", file_17, sizeof file_17},
  {"Templates/letter.mustache", file_18, sizeof file_18},
  {"Templates/letters.mustache", file_19, sizeof file_19},
  {"Templates/live.mustache", file_20, sizeof file_20},
  {"Templates/login.mustache", file_21, sizeof file_21},
  {"Templates/no-plan.mustache", file_22, sizeof file_22},
  {"Templates/package.mustache", file_23, sizeof file_23},
  {"Templates/pager.mustache", file_24, sizeof file_24},
  {"Templates/passkey.mustache", file_25, sizeof file_25},
  {"Templates/plan-consequences.mustache", file_26, sizeof file_26},
  {"Templates/plan-problem.mustache", file_27, sizeof file_27},
  {"Templates/plan-summary.mustache", file_28, sizeof file_28},
  {"Templates/plan-tables.mustache", file_29, sizeof file_29},
  {"Templates/plan.mustache", file_30, sizeof file_30},
  {"Templates/problem.mustache", file_31, sizeof file_31},
  {"Templates/register.mustache", file_32, sizeof file_32},
  {"Templates/report.mustache", file_33, sizeof file_33},
  {"Templates/request-action.mustache", file_34, sizeof file_34},
  {"Templates/request-actions.mustache", file_35, sizeof file_35},
  {"Templates/request-found.mustache", file_36, sizeof file_36},
  {"Templates/request-jobs.mustache", file_37, sizeof file_37},
  {"Templates/request-next.mustache", file_38, sizeof file_38},
  {"Templates/request.mustache", file_39, sizeof file_39},
  {"Templates/requests.mustache", file_40, sizeof file_40},
  {"Templates/said.mustache", file_41, sizeof file_41},
  {"Templates/standstill-form.mustache", file_42, sizeof file_42},
  {"Templates/standstill.mustache", file_43, sizeof file_43},
  {"Templates/system.mustache", file_44, sizeof file_44},
  {"Templates/systems.mustache", file_45, sizeof file_45},
  {"Templates/task.mustache", file_46, sizeof file_46},
  {"Templates/tasks.mustache", file_47, sizeof file_47},
  {"Templates/today.mustache", file_48, sizeof file_48},
  {"Words/approval.words", file_49, sizeof file_49},
  {"Words/codes.words", file_50, sizeof file_50},
  {"Words/common.words", file_51, sizeof file_51},
  {"Words/desk.sentences", file_52, sizeof file_52},
  {"Words/evidence.words", file_53, sizeof file_53},
  {"Words/failures.words", file_54, sizeof file_54},
  {"Words/invite.words", file_55, sizeof file_55},
  {"Words/jobs.words", file_56, sizeof file_56},
  {"Words/letters.words", file_57, sizeof file_57},
  {"Words/live.words", file_58, sizeof file_58},
  {"Words/package.words", file_59, sizeof file_59},
  {"Words/plan.words", file_60, sizeof file_60},
  {"Words/register.words", file_61, sizeof file_61},
  {"Words/request.words", file_62, sizeof file_62},
  {"Words/requests.words", file_63, sizeof file_63},
  {"Words/systems.words", file_64, sizeof file_64},
  {"Words/tasks.words", file_65, sizeof file_65},
  {"Words/today.words", file_66, sizeof file_66},
};

const struct page_file *page_file_at(size_t index) {
  return index < sizeof files / sizeof *files ? &files[index] : NULL;
}
