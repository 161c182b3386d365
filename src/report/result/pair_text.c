/*
 * Words and numbers of a pair; the test is judge/measure/compare.h.
 */
#include "report/result/pair_text.h"

#include "base/display.h"
#include "base/json/json.h"
#include "base/terminal.h"
#include "judge/measure/compare.h"
#include "report/words/words.h"

void pair_write(struct arena *a, const struct result *r, size_t smaller, size_t larger, FILE *out)
{
	const char *lines[WORDS_PAIR_LINES];

	words_pair(a, r, smaller, larger, lines);
	for (size_t i = 0; i < WORDS_PAIR_LINES; i++) {
		fputs(i ? "  " : "", out);
		display_wrap(a, lines[i], i ? 2 : 0, terminal_text_columns(out), out);
	}
}

static json_t *pair_ids(const struct result *r, const size_t *tickets, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_any_text(r->tickets[tickets[i]].id));
	return list;
}

json_t *pair_to_json(struct arena *a, const struct result *r, size_t x, size_t y)
{
	const char *lines[WORDS_PAIR_LINES];
	struct pairing p;

	words_pair(a, r, x < y ? x : y, x < y ? y : x, lines);
	compare_pair(a, r->tickets, r->n_tickets, r->candidates[x].answers,
		     r->candidates[y].answers, &p);
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:f, s:o}", "a", json_any_text(r->candidates[x].row->name),
		"b", json_any_text(r->candidates[y].row->name), "only_a",
		pair_ids(r, p.only_a, p.n_only_a), "only_b", pair_ids(r, p.only_b, p.n_only_b),
		"mid_p", p.mid_p, "words", json_any_text(lines[WORDS_PAIR_LINES - 1]));
}
