/*
 * Thinking as text and JSON.
 */
#include "report/thinking.h"

#include "base/json/json.h"
#include "base/str.h"

void thoughts_of(struct arena *a, const struct result *r, const struct candidate_result *c,
		 struct thought_figures *ret_figures)
{
	int64_t *us = arena_array(a, r->n_tickets, sizeof(*us));
	int64_t *tok = arena_array(a, r->n_tickets, sizeof(*tok));
	struct thought_figures f = { .cap_tok = c->pass ? c->pass->think_tok : 0 };

	for (size_t i = 0; i < r->n_tickets; i++) {
		const struct answer *answer = c->answers[i];

		if (!answer)
			continue;
		f.n_answers++;
		if (c->reasons[i])
			f.n_reason_tok += c->reasons[i]->think_tok;
		if (answer->think_tok <= 0)
			continue;
		f.n_cut += f.cap_tok > 0 && answer->think_tok >= f.cap_tok;
		f.n_tok += answer->think_tok;
		tok[f.n_thoughts] = answer->think_tok;
		us[f.n_thoughts++] = answer->think_us;
	}
	f.tok_p50 = percentile_us(tok, f.n_thoughts, 50);
	f.p50_us = percentile_us(us, f.n_thoughts, 50);
	f.p95_us = percentile_us(us, f.n_thoughts, 95);
	*ret_figures = f;
}

static const char *thinking_cut_words(struct arena *a, const struct thought_figures *f)
{
	if (f->cap_tok == 0)
		return ", without being asked to think";
	if (f->n_cut == 0)
		return "";
	return arena_printf(a, ", %zu cut at %lld tokens", f->n_cut, (long long)f->cap_tok);
}

const char *words_thoughts(struct arena *a, const struct thought_figures *f)
{
	const char *words = "";

	if (f->n_thoughts > 0)
		words = arena_printf(
			a,
			"%zu of %zu answers followed a thought of %lld tokens and %s (median; 95 "
			"of 100 within %s)%s; this is part of the time to the first token",
			f->n_thoughts, f->n_answers, (long long)f->tok_p50,
			str_duration(a, f->p50_us), str_duration(a, f->p95_us),
			thinking_cut_words(a, f));
	if (f->n_reason_tok > 0)
		words = arena_add_item(a, words, "; ",
				       "reasons contain %lld tokens of thought instead",
				       (long long)f->n_reason_tok);
	return words;
}

void thoughts_add_json(struct arena *a, const struct result *r, const struct candidate_result *c,
		       json_t *j)
{
	struct thought_figures f;

	thoughts_of(a, r, c, &f);
	if (f.n_thoughts == 0 && f.n_reason_tok == 0)
		return;
	json_object_set_new(j, "thoughts",
			    json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "answers",
				      (json_int_t)f.n_thoughts, "cut", (json_int_t)f.n_cut,
				      "cap_tok", (json_int_t)f.cap_tok, "think_tok",
				      (json_int_t)f.n_tok, "reason_think_tok",
				      (json_int_t)f.n_reason_tok, "think_tok_p50",
				      json_known(f.tok_p50), "think_p50_us", json_known(f.p50_us),
				      "think_p95_us", json_known(f.p95_us)));
}

void thought_add_json(const struct answer *answer, json_t *reply)
{
	if (answer->think_tok <= 0)
		return;
	json_object_set_new(reply, "first_us", json_integer(answer->first_us));
	json_object_set_new(reply, "think_tok", json_integer(answer->think_tok));
	json_object_set_new(reply, "think_us", json_integer(answer->think_us));
	json_object_set_new(reply, "thought", json_any_text(answer->thought));
}
