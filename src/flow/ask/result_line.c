/*
 * The names stand in a column that is as wide as the plan's longest name.
 */
#include "flow/ask/result_line.h"

#include "base/display.h"
#include "base/str.h"
#include "flow/say/say.h"
#include "judge/decide.h"
#include "report/words/words.h"

/* Columns, so that a line has at most 80. */
enum { NAME_MOST = 30 };

static int result_line_width(const struct run_events *e)
{
	size_t width = 0;

	for (size_t i = 0; i < e->n; i++) {
		size_t n = str_columns(e->rows[i].name);

		if (!e->rows[i].candidate->refused && n > width)
			width = n < NAME_MOST ? n : NAME_MOST;
	}
	return (int)width;
}

/*
 * What the score means. A missed bar needs no words: most candidates miss it. RULE: only the score
 * over all ordinary tickets meets the bar, never that of added ones alone.
 */
static const char *result_line_mark(const struct track *t)
{
	if (t->n_answered < t->n_items)
		return "  misses the bar (--race)";
	if (t->session->adds)
		return "";
	if (track_can_be_picked(t))
		return "  scores the bar";
	return clears_bar(t->n_right, t->n_items, t->session->prepared.job.bar) ?
		       "  licence forbids this use" :
		       "";
}

bool result_line_show(const struct track *t, int64_t since_us)
{
	const struct session *s = t->session;
	struct arena a = { 0 };
	struct tally score = { t->n_right, t->n_answered };
	const char *name;
	int pad;

	if (t->candidate->refused || (t->n_answered < t->n_items && !track_raced(t)))
		return false;
	if (s->events.live)
		return true;
	name = display_fit(&a, s->events.rows[t->no - 1].name, NAME_MOST);
	pad = result_line_width(&s->events) - (int)str_columns(name);
	say("%8s  %s%*s  %s%s\n", str_duration(&a, since_us), name, pad, "",
	    words_tally(&a, &score), result_line_mark(t));
	arena_release(&a);
	return true;
}
