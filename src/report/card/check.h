/*
 * The rules card: checks a run against ten rules and the foot-guns. Decides what keeps a rule and
 * what breaks it (docs/rules.md), with the run's own figures as evidence. Pure: must not know where
 * a run came from, or how the card is shown.
 */
#ifndef REPORT_CARD_CHECK_H
#define REPORT_CARD_CHECK_H

#include <jansson.h>

#include "report/result/result.h"

enum check_state { CHECK_KEPT, CHECK_BROKEN, CHECK_NOT_APPLICABLE };

/* A run, and facts from outside it. Borrowed. */
struct check_facts {
	const struct result *r; /* loaded with its texts */
	const struct result *before; /* the previous smoke test of the same job, or NULL */
	const struct model_facts *model; /* of the candidate that the card is about, or NULL */
	int64_t n_chain_rows; /* of the store */
	const char *chain_problem; /* why the chain does not verify, or NULL */
	unsigned store_mode; /* permission bits of the store's file */
};

struct check {
	const char *name; /* "mind-the-memory": for machines; static */
	const char *words; /* "Mind the memory"; static */
	enum check_state state;
	const char *state_words; /* "kept" or "broken", of a foot-gun "clear" or "look"; static */
	const char *evidence; /* one line; may quote names unescaped; owned by the arena */
};

enum { CHECK_N_RULES = 10, CHECK_N_GUNS = 16 };

struct card {
	struct check rules[CHECK_N_RULES];
	struct check guns[CHECK_N_GUNS];
	int subject; /* check_subject() */
	size_t n_kept, n_broken; /* of the rules */
	size_t n_guns_broken;
};

/*
 * The candidate that a card is about: the pick, or the one that only its licence excludes, or the
 * closest, or -1.
 */
int check_subject(const struct result *r);

void check_run(struct arena *a, const struct check_facts *facts, struct card *ret_card);

/* "8 of 10 rules kept, 1 broken, 1 not applicable; 3 of 16 foot-guns to look at". */
const char *check_summary(struct arena *a, const struct card *card);

/* The card on a terminal, at most 100 columns. */
void check_write_text(struct arena *a, const struct check_facts *facts, const struct card *card,
		      FILE *out);

/* The card as JSON: a new reference. */
json_t *check_to_json(struct arena *a, const struct check_facts *facts, const struct card *card);

#endif
