/*
 * The one screen. Decides what a manager reads first, which columns of the candidates are
 * essential, and which commands come next. The whole fits 24 lines of 80 columns with about eight
 * candidates.
 */
#include "report/result/screen_text.h"

#include <math.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "base/terminal.h"
#include "judge/recommend.h"
#include "report/advice.h"
#include "report/table/tables.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

/* Of a bar of accuracy; a step of the screen begins behind "1. ". */
enum { BAR_CELLS = 12, EIGHTHS = 8, STEP_COLUMNS = 3, MAX_STEPS = 5 };

struct screen {
	struct arena *a;
	const struct result *r;
	const struct screen_words *words;
	const char **names; /* short, safe to print */
	FILE *out;
	size_t n_steps; /* written so far */
};

static void screen_paragraph(const struct screen *s, const char *text)
{
	display_wrap(s->a, text, 0, terminal_text_columns(s->out), s->out);
}

static void screen_styled(const struct screen *s, enum terminal_style style, const char *text)
{
	size_t n;
	const char **lines = display_lines(s->a, text, terminal_text_columns(s->out), &n);

	for (size_t i = 0; i < n; i++)
		fprintf(s->out, "%s%s%s\n", terminal_begin(s->out, style), lines[i],
			terminal_end(s->out));
}

/* The pick, its score, one number for how unsure that is, and its verdict. */
static const char *screen_pick(const struct screen *s)
{
	const struct decision *d = &s->r->decision;
	const struct contender *c;

	if (d->pick >= 0) {
		c = &s->r->contenders[d->pick];
		return arena_printf(s->a, "PICK %s: %s, worst case %s. %s", s->names[d->pick],
				    words_right(s->a, &c->score),
				    words_at_least(s->a, d->verdicts[d->pick].at_least),
				    verdict_words(d->verdicts[d->pick].kind));
	}
	if (d->nothing_measured)
		return "NOT MEASURED";
	if (d->closest < 0)
		return "NO PICK";
	c = &s->r->contenders[d->closest];
	if (c->harder.n > 0 && clears_bar(c->score.right, c->score.n, s->r->standard.bar))
		return arena_printf(
			s->a,
			"NO PICK: with the harder tickets %zu of %zu are right; %zu would be "
			"enough",
			c->score.right + c->harder.right, c->score.n + c->harder.n,
			bar_needs(c->score.n + c->harder.n, s->r->standard.bar));
	return arena_printf(s->a, "NO PICK: %zu of %zu would be enough. %s: %s",
			    bar_needs(c->score.n, s->r->standard.bar), c->score.n,
			    s->names[d->closest], verdict_words(d->verdicts[d->closest].kind));
}

/* What the added tickets did to the pick. */
static const char *screen_change(const struct screen *s, const struct result *before)
{
	int was = before->decision.pick, now = s->r->decision.pick;
	const struct candidate_result *old;
	const char *from;

	old = was < 0 ? NULL : result_candidate(s->r, before->candidates[was].row->name);
	from = old ? s->names[old - s->r->candidates] : "another";
	if (was < 0 && now < 0)
		return "There was no pick, and there is none now";
	if (was < 0)
		return arena_printf(s->a, "There was no pick; now it is %s", s->names[now]);
	if (now < 0)
		return arena_printf(s->a, "There is no pick now; it was %s", from);
	if (old == &s->r->candidates[now])
		return arena_printf(s->a, "The pick stays %s", s->names[now]);
	return arena_printf(s->a, "The pick moves from %s to %s", from, s->names[now]);
}

static void screen_changes(const struct screen *s, const struct result *before)
{
	const struct decision *d = &s->r->decision;
	const char *change = before && !d->open ? screen_change(s, before) : "";
	const char *why = moved_words(s->a, s->r->contenders, &s->r->standard, d);
	const char *moved = why ? s->names[d->pick_ordinary] : "";

	if (!why || d->open)
		why = "";
	else if (*change && str_ends(change, arena_printf(s->a, "; it was %s", moved)))
		why = arena_printf(s->a, ", which %s", why);
	else
		why = arena_printf(s->a, "%s%s %s", *change ? ": " : "", moved, why);
	if (*change || *why)
		screen_paragraph(s, arena_printf(s->a, "%s%s.", change, why));
}

/* A lowered bar is said here; how many other remarks there are, and where. */
static void screen_warnings(const struct screen *s)
{
	const char *moved[WORDS_MAX_MOVED], *all[WORDS_MAX_WARNINGS];
	bool eased;
	size_t n_moved = words_moved(s->a, s->r, moved, &eased);
	size_t n = words_warnings(s->a, s->r, all) - n_moved;

	for (size_t i = 0; i < n_moved; i++)
		screen_styled(s, STYLE_WARNING, moved[i]);
	if (n)
		screen_styled(s, STYLE_WARNING,
			      arena_printf(s->a,
					   "%zu remark%s on the evidence: toehold show %s "
					   "--evidence",
					   n, n == 1 ? "" : "s", s->words->run));
}

static void screen_decision(const struct screen *s, const struct result *before)
{
	const struct decision *d = &s->r->decision;

	screen_styled(s, STYLE_STRONG, words_recommendation(s->a, s->r, s->names));
	if (!d->open) {
		if (d->n_unfinished)
			screen_styled(s, STYLE_WARNING, words_unfinished(s->a, s->r));
		screen_styled(s, d->pick >= 0 ? STYLE_GOOD : STYLE_WARNING, screen_pick(s));
	}
	screen_changes(s, before);
	screen_warnings(s);
}

/* "1,000 tickets" in at most six columns: "45 s", "7 min", "2.5 h". */
static const char *screen_thousand(struct arena *a, const struct candidate_result *c)
{
	double minutes = cost_per_1000(c).answer_minutes;

	if (minutes < 0)
		return "-";
	if (minutes < 1)
		return str_duration(a, (int64_t)(minutes * 60e6));
	return arena_printf(a, minutes < 100 ? "%.0f min" : "%.1f h",
			    minutes < 100 ? minutes : minutes / 60);
}

/* The share right as a bar, with a mark where the job's bar is: "█████████▎ ┃". */
static const char *screen_bar(struct arena *a, double share, double bar)
{
	static const char *const eighths[] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	bool blocks = terminal_has_blocks();
	int filled = (int)(share * BAR_CELLS * EIGHTHS + 0.5), mark = (int)ceil(bar * BAR_CELLS);
	const char *text = "";

	for (int i = 0; i <= BAR_CELLS; i++) {
		int rest = filled - i * EIGHTHS;
		const char *cell = rest >= EIGHTHS ? blocks ? "█" : "#" :
				   rest <= 0	   ? " " :
				   blocks	   ? eighths[rest] :
				   rest > 4	   ? "#" :
						     " ";

		if (i == mark)
			text = arena_printf(a, "%s%s", text, blocks ? "│" : "|");
		if (i < BAR_CELLS)
			text = arena_printf(a, "%s%s", text, cell);
	}
	return text;
}

static const char *screen_score(struct arena *a, const struct tally *t, bool unfinished)
{
	if (unfinished)
		return arena_printf(a, "%zu of %zu so far", t->right, t->n);
	return t->n == 0 ? "-" :
			   arena_printf(a, "%zu/%zu %4s", t->right, t->n,
					words_share(a, (double)t->right / (double)t->n));
}

static void screen_add_row(const struct screen *s, struct table *t, size_t at)
{
	const struct candidate_result *c = &s->r->candidates[at];
	const struct contender *k = &s->r->contenders[at];
	const struct verdict *v = &s->r->decision.verdicts[at];
	bool timed = c->score.n > 0 && !c->baseline;

	tables_add_candidate(t, s->r, at);
	table_add(t, screen_score(s->a, &k->score, c->unfinished));
	if (s->r->n_tickets > s->r->n_ordinary)
		table_add(t, k->harder.n ?
				     arena_printf(s->a, "%zu/%zu", k->harder.right, k->harder.n) :
				     "-");
	table_add(t, timed ? str_duration(s->a, c->score.ttft_p50_us) : "-");
	table_add(t, screen_thousand(s->a, c));
	table_add(t, c->peak_rss_bytes ? str_bytes(s->a, (uint64_t)c->peak_rss_bytes) : "-");
	tables_add_verdict(t, s->r, at);
	table_add(t, v->kind == VERDICT_NONE ? "-" : words_at_least(s->a, v->at_least));
	table_add(t, k->score.n == 0 ? "" :
				       screen_bar(s->a, (double)k->score.right / (double)k->score.n,
						  s->r->standard.bar));
	table_add(t, result_timing_mark(s->a, c));
}

/* The columns in the order of screen_add_row(). */
static const struct screen_column {
	const char *title;
	char rank; /* as table_rank() takes it */
	bool harder; /* only if there are harder tickets */
} screen_columns[] = {
	{ "candidate", 'n', false },
	{ ">right score|right", '0', false },
	{ ">harder", '0', true },
	{ ">first token|first", '0', false },
	{ ">1,000 tickets|1,000", '0', false },
	{ ">memory", '1', false },
	{ "verdict", '0', false },
	{ ">worst case|worst", '3', false },
	{ "against the bar", '2', false },
	{ "times", '4', false },
};

/* Candidates in size order, as they were asked. */
static void screen_table(const struct screen *s)
{
	const char *titles[COUNT_OF(screen_columns) + 1] = { NULL };
	char ranks[COUNT_OF(screen_columns) + 1] = "";
	bool harder = s->r->n_tickets > s->r->n_ordinary;
	struct table t;
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(screen_columns); i++) {
		if (screen_columns[i].harder && !harder)
			continue;
		titles[n] = screen_columns[i].title;
		ranks[n++] = screen_columns[i].rank;
	}
	table_init(&t, s->a, titles);
	table_rank(&t, ranks);
	for (size_t i = 0; i < s->r->n; i++)
		screen_add_row(s, &t, i);
	table_write(&t, s->out);
	result_write_notes(s->a, s->r, s->out);
}

/* A step and the command that does it, on one line if it fits. */
static void screen_step(struct screen *s, const char *text, const char *command)
{
	size_t columns = terminal_text_columns(s->out);

	if (s->n_steps == MAX_STEPS)
		return;
	if (s->n_steps == 0)
		fputs("What to do next\n", s->out);
	fprintf(s->out, "%zu. ", ++s->n_steps);
	if (STEP_COLUMNS + str_columns(text) + 2 + str_columns(command) <= columns)
		fprintf(s->out, "%s: %s\n", text, command);
	else {
		display_wrap(s->a, arena_printf(s->a, "%s:", text), STEP_COLUMNS, columns, s->out);
		fprintf(s->out, "   %s\n", command);
	}
}

/* Labelling: doubtful labels first, then what the recommendation asks for, then harder tickets. */
static void screen_label_steps(struct screen *s)
{
	const struct answer_words *of = answer_words(s->r);
	struct recommendation w;

	recommend(s->r->contenders, &s->r->standard, &s->r->decision, &w);
	if (s->r->n_suspects)
		screen_step(s,
			    arena_printf(s->a, "Check %zu label%s that may be wrong",
					 s->r->n_suspects, s->r->n_suspects == 1 ? "" : "s"),
			    arena_printf(s->a, "toehold show %s --evidence", s->words->run));
	if (w.maybe >= 0)
		screen_step(s,
			    arena_printf(s->a, "%s %s (%s), as %s", str_capital(s->a, of->label),
					 words_tickets_to_label(s->a, &w),
					 words_labelling_time(s->a, &w), of->more),
			    arena_printf(s->a, "toehold add %s %s --as ordinary%s", s->words->job,
					 of->more, s->words->of_job));
	if (s->r->n_tickets == s->r->n_ordinary && s->words->new_tickets &&
	    !task_writes(s->r->run->task))
		screen_step(s, "Find ten harder ones to label",
			    arena_printf(s->a, "toehold suggest %s --from %s -o hard.csv%s",
					 s->words->job, s->words->new_tickets, s->words->of_job));
}

static void screen_next(struct screen *s)
{
	const struct decision *d = &s->r->decision;
	const char *again = words_go_on(s->a, s->r);

	if (d->pick < 0 && !d->open && d->closest >= 0) {
		advice_write(s->a, s->r, s->out);
	} else {
		if (again)
			screen_step(s, d->n_unfinished ? "Go on with" : "Ask what was not measured",
				    again);
		if (d->pick >= 0) {
			screen_label_steps(s);
			screen_step(s, "Show it to a manager, on one page",
				    arena_printf(s->a, "toehold report %s", s->words->run));
			screen_step(s, "Put it to work",
				    s->words->new_tickets ?
					    arena_printf(s->a, "toehold %s %s --run %s",
							 answer_words(s->r)->work,
							 s->words->new_tickets, s->words->run) :
					    arena_printf(s->a, "toehold serve --run %s",
							 s->words->run));
		}
	}
	fprintf(s->out, "Everything else: toehold show %s --full\n", s->words->run);
}

void screen_write(struct arena *a, const struct result *r, const struct result *before,
		  const struct screen_words *words, FILE *out)
{
	struct screen s = { .a = a, .r = r, .words = words, .out = out };

	s.names = arena_array(a, r->n, sizeof(*s.names));
	for (size_t i = 0; i < r->n; i++)
		s.names[i] = words_name(a, r->candidates[i].short_name);
	screen_decision(&s, before);
	fputc('\n', out);
	screen_table(&s);
	fputc('\n', out);
	screen_next(&s);
}
