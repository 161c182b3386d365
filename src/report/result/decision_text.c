/*
 * The evidence of a decision as text: what `show --evidence` prints.
 */
#include "report/result/decision_text.h"

#include "base/display.h"
#include "base/terminal.h"
#include "report/languages.h"
#include "report/result/verdict_text.h"
#include "report/words/words.h"

/* The weakest language; with `intervals`, all of them. */
static void decision_write_languages(struct arena *a, const struct result *r, size_t shown,
				     bool intervals, FILE *out)
{
	struct languages l;

	languages_of(a, r, shown, &l);
	if (!languages_worth(&l))
		return;
	putc('\n', out);
	languages_write(a, r, shown, intervals, out);
}

void decision_write_evidence(struct arena *a, const struct result *r, bool intervals, FILE *out)
{
	int shown = result_shown(r);

	display_wrap(a, words_why(a, r), 0, terminal_text_columns(out), out);
	verdict_write_warnings(a, r, out);
	if (r->decision.open)
		return;
	putc('\n', out);
	verdict_write_table(a, r, out);
	if (intervals) {
		putc('\n', out);
		verdict_write_intervals(a, r, out);
	}
	verdict_write_harder(a, r, out);
	if (shown >= 0) {
		verdict_write_pair(a, r, (size_t)shown, out);
		decision_write_languages(a, r, (size_t)shown, intervals, out);
	}
	verdict_write_suspects(a, r, out);
}

int decision_exit_code(const struct result *r, bool strict)
{
	bool clears = false;

	for (size_t i = 0; i < r->n; i++)
		clears |= r->decision.verdicts[i].kind == VERDICT_CLEARS &&
			  !r->contenders[i].blocked && scored_bar(&r->contenders[i], &r->standard);
	if (r->decision.open)
		return DECISION_UNFINISHED;
	if (r->decision.nothing_measured)
		return DECISION_NOT_MEASURED;
	return r->decision.pick >= 0 && (!strict || clears) ? 0 : 1;
}
