/*
 * The rows of the card: one function per rule or foot-gun, and the figures that several of them
 * use. Internal to check*.c.
 */
#ifndef REPORT_CARD_CHECK_ROWS_H
#define REPORT_CARD_CHECK_ROWS_H

#include "report/card/check.h"

struct checker {
	struct arena *a;
	const struct check_facts *f;
	const struct result *r;
	int subject; /* check_subject(): index of the candidate, or -1 */
	const struct candidate_result *c; /* that candidate, or NULL */
};

struct finding {
	enum check_state state;
	const char *evidence;
};

struct check_row {
	const char *name, *words;
	struct finding (*look)(const struct checker *k);
};

extern const struct check_row check_rules[CHECK_N_RULES];
extern const struct check_row check_guns[CHECK_N_GUNS];

/* Thresholds that several rows use; docs/rules.md explains each. */
enum {
	SCREEN_LINES = 60,
	LEAST_TICKETS = 10,
	LEAST_OF_A_LABEL = 2,
	FIRST_LABEL_MAX_S = 60,
	MANY_MODELS = 8,
	MANY_MINUTES = 60,
};

struct finding finding_kept(const struct checker *k, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct finding finding_broken(const struct checker *k, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct finding finding_none(const struct checker *k, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Broken if `broken`, otherwise kept. */
struct finding finding_of(bool broken, const char *evidence);

/* The lines of the job file; 0 if its text was removed. */
size_t figure_job_lines(const struct result *r);
struct finding figure_job_screen(const struct checker *k);

/*
 * The time to the first label of a language model: from the start of the run's first session, with
 * load, prefix and first answer. -1 if no model answered in this run.
 */
int64_t figure_first_label_us(const struct result *r);

/* True for a language model that gave at least one answer. */
bool figure_is_measured_model(const struct candidate_result *c);

/* The number of different weights among the measured candidates. */
size_t figure_n_models(const struct result *r);

/* The working time of this run's own sessions, with load and prefix. */
int64_t figure_spent_us(const struct result *r);

/* The number of answers, of all candidates and tickets, with this outcome. */
size_t figure_n_outcome(const struct result *r, enum outcome outcome);

size_t figure_n_events(const struct result *r, enum event_kind kind);

/* "1 label", "6 labels". */
const char *figure_count(struct arena *a, size_t n, const char *singular, const char *plural);

/* A name for a sentence: one line, cut if it is long. */
const char *figure_name(const struct checker *k, size_t candidate);

#endif
