/*
 * The foot-guns that only the answers show. Internal to check_guns.c.
 */
#ifndef REPORT_CARD_CHECK_ANSWERS_H
#define REPORT_CARD_CHECK_ANSWERS_H

#include "report/card/check_rows.h"

struct finding check_confident_wrong(const struct checker *k);
struct finding check_reasoning(const struct checker *k);
struct finding check_wordy(const struct checker *k);
struct finding check_languages(const struct checker *k);
struct finding check_leak(const struct checker *k);

#endif
