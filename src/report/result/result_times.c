/*
 * When the first results of a run were known, from the times of its sessions.
 */
#include "base/display.h"
#include "base/str.h"
#include "base/terminal.h"
#include "judge/decide.h"
#include "report/result/result.h"
#include "report/words/words.h"

/* When the last answer about the run's first slice came; -1 if another run asked it. */
static int64_t result_answered_us(const struct result *r, const struct candidate_result *c)
{
	int64_t us = -1;

	for (size_t i = 0; c->pass && i < c->n_segments; i++) {
		const struct segment_row *s = &c->segments[i];
		const struct pass_report *p = &s->report;

		if (s->run_id != r->run->id || s->pass_id != c->pass->id || p->n_answers == 0)
			continue;
		us = s->started_us - r->run->created_us + p->load_us + p->prefix_us + p->answer_us;
		if (r->run->mode == MODE_ONE_AT_A_TIME)
			us += p->reason_us;
	}
	return us;
}

static bool result_is_complete(const struct candidate_result *c)
{
	return c->pass && c->score.n == c->score.n_tickets;
}

static void result_keep_earlier(struct first_result *first, int64_t us, size_t candidate)
{
	if (us >= 0 && (first->us < 0 || us < first->us))
		*first = (struct first_result){ us, candidate };
}

void result_first_times(const struct result *r, struct first_result *ret_any,
			struct first_result *ret_scored)
{
	*ret_any = *ret_scored = (struct first_result){ -1, 0 };
	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];
		int64_t us = result_is_complete(c) ? result_answered_us(r, c) : -1;

		result_keep_earlier(ret_any, us, i);
		if (!c->blocked && clears_bar(c->score.n_right, c->score.n_tickets, r->run->bar))
			result_keep_earlier(ret_scored, us, i);
	}
}

/* The candidate's name, and that its time was not one from a cold start. */
static const char *result_first_name(struct arena *a, const struct candidate_result *c)
{
	const char *name = words_name(a, c->short_name), *mark = result_prefix_mark(c);

	return mark ? arena_printf(a, "%s, %s", name, mark) : name;
}

void result_write_first_times(struct arena *a, const struct result *r, FILE *out)
{
	struct first_result any, scored;
	const char *text;

	result_first_times(r, &any, &scored);
	if (any.us < 0)
		return;
	text = arena_printf(a, "First result after %s (%s)", str_duration(a, any.us),
			    result_first_name(a, &r->candidates[any.candidate]));
	if (scored.us >= 0)
		text = arena_printf(a, "%s; first that scored the bar after %s (%s)", text,
				    str_duration(a, scored.us),
				    result_first_name(a, &r->candidates[scored.candidate]));
	display_wrap(a, arena_printf(a, "%s.", text), 0, terminal_text_columns(out), out);
}
