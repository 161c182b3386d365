/*
 * Runs the checks, row by row, and counts them.
 */
#include "report/card/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "report/card/check_rows.h"

/* Longer than any line of the card. */
enum { EVIDENCE_MAX_BYTES = 2048 };

static struct finding check_finding(const struct checker *k, enum check_state state,
				    const char *fmt, va_list args)
{
	char text[EVIDENCE_MAX_BYTES];

	vsnprintf(text, sizeof(text), fmt, args);
	return (struct finding){ state, arena_strdup(k->a, text) };
}

struct finding finding_kept(const struct checker *k, const char *fmt, ...)
{
	struct finding found;
	va_list args;

	va_start(args, fmt);
	found = check_finding(k, CHECK_KEPT, fmt, args);
	va_end(args);
	return found;
}

struct finding finding_broken(const struct checker *k, const char *fmt, ...)
{
	struct finding found;
	va_list args;

	va_start(args, fmt);
	found = check_finding(k, CHECK_BROKEN, fmt, args);
	va_end(args);
	return found;
}

struct finding finding_none(const struct checker *k, const char *fmt, ...)
{
	struct finding found;
	va_list args;

	va_start(args, fmt);
	found = check_finding(k, CHECK_NOT_APPLICABLE, fmt, args);
	va_end(args);
	return found;
}

struct finding finding_of(bool broken, const char *evidence)
{
	return (struct finding){ broken ? CHECK_BROKEN : CHECK_KEPT, evidence };
}

int check_subject(const struct result *r)
{
	return r->decision.pick < 0 && r->decision.blocked >= 0 ? r->decision.blocked :
								  result_shown(r);
}

static struct check check_look(const struct checker *k, const struct check_row *row,
			       const char *const *state_words)
{
	struct finding found = row->look(k);

	return (struct check){ row->name, row->words, found.state, state_words[found.state],
			       found.evidence };
}

void check_run(struct arena *a, const struct check_facts *facts, struct card *ret_card)
{
	static const char *const of_rules[] = { "kept", "broken", "not applicable" };
	static const char *const of_guns[] = { "clear", "look", "not applicable" };
	struct checker k = { a, facts, facts->r, check_subject(facts->r), NULL };

	if (k.subject >= 0)
		k.c = &k.r->candidates[k.subject];
	*ret_card = (struct card){ .subject = k.subject };
	for (size_t i = 0; i < CHECK_N_RULES; i++) {
		ret_card->rules[i] = check_look(&k, &check_rules[i], of_rules);
		ret_card->n_kept += ret_card->rules[i].state == CHECK_KEPT;
		ret_card->n_broken += ret_card->rules[i].state == CHECK_BROKEN;
	}
	for (size_t i = 0; i < CHECK_N_GUNS; i++) {
		ret_card->guns[i] = check_look(&k, &check_guns[i], of_guns);
		ret_card->n_guns_broken += ret_card->guns[i].state == CHECK_BROKEN;
	}
}

const char *check_summary(struct arena *a, const struct card *card)
{
	size_t n_none = CHECK_N_RULES - card->n_kept - card->n_broken;
	const char *none = n_none ? arena_printf(a, ", %zu not applicable", n_none) : "";

	return arena_printf(a, "%zu of %d rules kept, %zu broken%s; %zu of %d foot-guns to look at",
			    card->n_kept, CHECK_N_RULES, card->n_broken, none, card->n_guns_broken,
			    CHECK_N_GUNS);
}
