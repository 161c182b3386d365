/*
 * The decision of a run as text, in the order in which `decide`, `show`, `smoke` and `add` print
 * it.
 */
#include "report/result/decision_text.h"

#include "report/languages.h"
#include "report/result/verdict_text.h"

/* The weakest language always; every one if intervals are asked for. */
static void decision_write_languages(struct arena *a, const struct result *r, bool intervals,
				     FILE *out)
{
	int at = result_shown(r);
	struct languages l;

	if (at < 0)
		return;
	languages_of(a, r, (size_t)at, &l);
	if (!languages_worth(&l))
		return;
	putc('\n', out);
	languages_write(a, r, (size_t)at, intervals, out);
}

void decision_write(struct arena *a, const struct result *r, bool intervals, FILE *out)
{
	result_write_decision(a, r, out);
	verdict_write_warnings(a, r, out);
	putc('\n', out);
	verdict_write_table(a, r, out);
	if (intervals) {
		putc('\n', out);
		verdict_write_intervals(a, r, out);
	}
	if (r->n_tickets > r->n_ordinary)
		putc('\n', out);
	verdict_write_harder(a, r, out);
	if (result_shown(r) >= 0 && result_next_larger(r, (size_t)result_shown(r)) >= 0) {
		putc('\n', out);
		verdict_write_pair(a, r, (size_t)result_shown(r), out);
	}
	decision_write_languages(a, r, intervals, out);
	if (r->n_suspects)
		putc('\n', out);
	verdict_write_suspects(a, r, out);
}

int decision_exit_code(const struct result *r, bool strict)
{
	bool clears = false;

	for (size_t i = 0; i < r->n; i++)
		clears |= r->decision.verdicts[i].kind == VERDICT_CLEARS;
	return r->decision.pick >= 0 && (!strict || clears) ? 0 : 1;
}
