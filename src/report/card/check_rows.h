/*
 * The rows of the card, for check*.c alone: one function a rule or foot-gun, and the figures that
 * several of them tell.
 */
#ifndef REPORT_CARD_CHECK_ROWS_H
#define REPORT_CARD_CHECK_ROWS_H

#include "report/card/check.h"

struct checker {
	struct arena *a;
	const struct check_facts *f;
	const struct result *r;
	int subject; /* index of the candidate that is looked at, or -1 */
	const struct candidate_result *c; /* the same, or NULL */
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

/* What several rows measure against; docs/rules.md says each. */
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
/* Broken where `broken`, otherwise kept. */
struct finding finding_of(bool broken, const char *evidence);

/* Lines of the job file; 0 where its text was removed. */
size_t figure_job_lines(const struct result *r);
struct finding figure_job_screen(const struct checker *k);

/*
 * From the making of the run to the first label of a language model: start of the first session
 * of the run, load, prefix and first answer. -1 where no model answered in this run.
 */
int64_t figure_first_label_us(const struct result *r);

/* Whether it is a language model that gave at least one answer. */
bool figure_is_measured_model(const struct candidate_result *c);

/* Different weights among the candidates that were measured. */
size_t figure_n_models(const struct result *r);

/* Working time of all sessions that were this run's own, with load and prefix. */
int64_t figure_spent_us(const struct result *r);

/* Answers of all candidates and tickets that ended so. */
size_t figure_n_outcome(const struct result *r, enum outcome outcome);

size_t figure_n_events(const struct result *r, enum event_kind kind);

/* "1 label", "6 labels". */
const char *figure_count(struct arena *a, size_t n, const char *singular, const char *plural);

/* A name in a sentence: one line, cut where it is long. */
const char *figure_name(const struct checker *k, size_t candidate);

#endif
