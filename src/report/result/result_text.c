/*
 * A run in the terminal: table, decision, confusion, missed tickets.
 */
#include "report/result/result.h"

#include <ctype.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/lang/script.h"
#include "base/str.h"
#include "base/terminal.h"
#include "report/images.h"
#include "report/table/tables.h"
#include "report/text/answer_text.h"
#include "report/words/words.h"

/* docs/timing.md says what each number includes. */
enum { HEADER_SAID = 6 }; /* named as the task names an answer */
static const char *const headers[] = {
	"candidate", ">size",	">right",   ">score",  ">TTFT p50|TTFT", ">p95", "",
	">full run", ">prompt", ">written", ">memory", "timing",	 NULL
};

enum { TEXT_MAX = 4096 };

/* A wider confusion is not printed. */
enum { CONFUSION_MAX_COLUMNS = 24 };

/* Text on one line, cut at a whole character. */
static const char *result_one_line(struct arena *a, const char *text, size_t max_bytes)
{
	const char *line = display_cut(a, text, max_bytes);

	return script_runs_left(line) ?
		       arena_printf(a, SCRIPT_ISOLATE "%s" SCRIPT_ISOLATE_END, line) :
		       line;
}

const char *result_timing_mark(struct arena *a, const struct candidate_result *c)
{
	if (result_untimed(c) && result_prefix_mark(c))
		return arena_printf(a, "%s, %s", result_untimed(c), result_prefix_mark(c));
	return words_timing(c);
}

static const char *result_timing_words(struct arena *a, const struct result *r,
				       const struct candidate_result *c)
{
	const struct score *s = &c->score;

	if (c->raced)
		return arena_printf(a, "raced: stopped at %zu of %zu", s->n, s->n_tickets);
	if (c->unfinished)
		return arena_printf(a, "unfinished: %zu of %zu", s->n, s->n_tickets);
	if (c->not_measured)
		return "not measured on all tickets";
	if (c->n_slices < r->n_slices)
		return "out of play";
	if (s->n < s->n_tickets)
		return arena_printf(a, "%zu not asked", s->n_tickets - s->n);
	return result_timing_mark(a, c);
}

/* A server may not report a size. */
static const char *result_size_text(struct arena *a, const struct candidate_row *row)
{
	if (row->size_bytes == 0 && row->engine == ENGINE_HTTP)
		return "unknown";
	return str_bytes(a, (uint64_t)row->size_bytes);
}

static void result_add_not_run(struct arena *a, struct table *t, const struct result *r, size_t at)
{
	tables_add_candidate(t, r, at);
	table_add(t, result_size_text(a, r->candidates[at].row));
	for (size_t i = 2; headers[i + 1]; i++)
		table_add(t, "-");
	table_add(t, result_not_run(&r->candidates[at]));
}

static const char *result_loud(struct arena *a, const char *word)
{
	char *text = arena_strdup(a, word);

	for (char *p = text; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return text;
}

static void result_add_candidate(struct arena *a, struct table *t, const struct result *r,
				 size_t at)
{
	const struct candidate_result *c = &r->candidates[at];
	const struct score *s = &c->score;
	size_t n = s->n;

	tables_add_candidate(t, r, at);
	table_add(t, result_size_text(a, c->row));
	table_addf(t, c->unfinished ? "%zu of %zu so far" : "%zu/%zu", s->n_right, n);
	table_add(t, words_share(a, n ? (double)s->n_right / (double)n : 0));
	table_add(t, str_duration(a, s->ttft_p50_us));
	table_add(t, str_duration(a, s->ttft_p95_us));
	table_add(t, str_duration(a, s->label_p50_us));
	table_add(t, str_duration(a, c->full_run_us));
	table_addf(t, "%lld", (long long)s->prompt_tok);
	table_addf(t, "%lld", (long long)(s->chosen_tok + s->reason_tok));
	table_add(t, c->peak_rss_bytes ? str_bytes(a, (uint64_t)c->peak_rss_bytes) : "-");
	table_add(t, result_timing_words(a, r, c));
}

static void result_paragraph(struct arena *a, const char *text, FILE *out)
{
	display_wrap(a, text, 0, terminal_text_columns(out), out);
}

void result_write_notes(struct arena *a, const struct result *r, FILE *out)
{
	for (size_t i = 0; i < r->n_events; i++)
		if (r->events[i].kind == EVENT_LADDER)
			result_paragraph(
				a,
				arena_printf(a, "ladder: %s",
					     result_one_line(a, r->events[i].text, TEXT_MAX)),
				out);
	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];
		const char *name = words_name(a, c->short_name);

		if (c->not_measured)
			result_paragraph(
				a,
				arena_printf(a, "%s not measured: %s", name,
					     result_one_line(a, c->not_measured, TEXT_MAX)),
				out);
		else if (c->blocked)
			result_paragraph(
				a,
				arena_printf(a,
					     "! %s: LICENCE FORBIDS %s USE (%s): measured, but "
					     "never picked",
					     name, result_loud(a, result_use(r)),
					     result_one_line(a, c->row->licence_id, TEXT_MAX)),
				out);
	}
}

void result_write_table(struct arena *a, const struct result *r, FILE *out)
{
	const char *const *extras;
	size_t n_extras = words_extras(a, r, &extras);
	const char *titles[COUNT_OF(headers)], *said = answer_words(r)->said;
	struct table t;

	memcpy(titles, headers, sizeof(headers));
	titles[HEADER_SAID] = arena_printf(a, ">%s p50|%s", said, said);
	table_init(&t, a, titles);
	for (size_t i = 0; i < r->n; i++) {
		if (result_not_run(&r->candidates[i]))
			result_add_not_run(a, &t, r, i);
		else
			result_add_candidate(a, &t, r, i);
	}
	table_rank(&t, "n50003217842t"); /* as many as headers */
	table_write(&t, out);
	for (size_t i = 0; i < n_extras; i++)
		result_paragraph(a, extras[i], out);
	result_write_notes(a, r, out);
	result_write_first_times(a, r, out);
}

void result_write_confusion(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	const struct score *s = &r->candidates[candidate].score;
	const char **head = arena_array(a, r->n_labels + 3, sizeof(*head));
	struct table t;

	if (r->n_labels + 2 > CONFUSION_MAX_COLUMNS)
		return;
	head[0] = "expected \\ said";
	for (size_t i = 0; i < r->n_labels; i++)
		head[i + 1] = arena_printf(a, ">%s", r->labels[i].name);
	head[r->n_labels + 1] = ">(none)";
	table_init(&t, a, head);
	for (size_t g = 0; g < r->n_labels; g++) {
		table_add(&t, r->labels[g].name);
		for (size_t i = 0; i <= r->n_labels; i++) {
			size_t n = s->confusion[g * (r->n_labels + 1) + i];

			table_add(&t, n ? arena_printf(a, "%zu", n) : ".");
		}
	}
	table_write(&t, out);
}

static void result_text_write_missed(struct arena *a, const struct result *r,
				     const struct candidate_result *c, size_t at, FILE *out)
{
	const struct ticket *ticket = &r->tickets[at];
	const struct answer *answer = c->answers[at];

	fprintf(out, "%s  expected %s, said %s%s\n", result_one_line(a, ticket->id, 64),
		result_one_line(a, answer_expected_words(a, r, ticket), TEXT_MAX),
		result_one_line(a, answer_missed(a, r, answer), TEXT_MAX),
		at >= r->n_ordinary ? " (harder)" : "");
	fprintf(out, "  ticket  %s\n", result_one_line(a, ticket->text, 160));
	if (ticket->image)
		fprintf(out, "  image   %s\n", words_image(a, ticket));
	if (answer->think_tok > 0 && answer->thought)
		fprintf(out, "  thought %s\n", result_one_line(a, answer->thought, 240));
	if (*words_reason(r, c->reasons[at]))
		fprintf(out, "  reason  %s\n",
			result_one_line(a, words_reason(r, c->reasons[at]), 240));
	if (*answer->detail)
		fprintf(out, "  detail  %s\n", result_one_line(a, answer->detail, 240));
}

void result_write_missed(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	const struct candidate_result *c = &r->candidates[candidate];

	for (size_t i = 0; i < r->n_tickets; i++)
		if (c->answers[i] && !answer_is_right(c->answers[i], &r->tickets[i]))
			result_text_write_missed(a, r, c, i, out);
}
