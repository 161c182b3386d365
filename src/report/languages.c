/*
 * Languages as sentences, table rows and JSON.
 */
#include "report/languages.h"

#include "base/display.h"
#include "base/json/json.h"
#include "base/lang/language_name.h"
#include "report/words/words.h"

enum { CROSSINGS_NAMED = 5 };

/* The weakest language differs from the others if languages.p is below this. */
static const double significance = 0.05;

bool languages_worth(const struct languages *l)
{
	return l->n >= 2;
}

void languages_of(struct arena *a, const struct result *r, size_t candidate,
		  struct languages *ret_languages)
{
	languages_sum(a, r->tickets, r->n_tickets, r->candidates[candidate].answers, ret_languages);
}

const char *words_language(struct arena *a, const char *tag)
{
	const char *name = language_name(tag);

	return name == tag ? display_text(a, tag) :
			     arena_printf(a, "%s (%s)", display_text(a, tag), name);
}

const char *words_weakest(struct arena *a, const struct languages *l)
{
	const struct language *weak = &l->rows[l->weakest];
	double share = (double)weak->tally.right / (double)weak->tally.n;

	return arena_printf(
		a, "Weakest of %zu languages: %s, %zu of %zu right (%s, 95%% interval %s), %s.",
		l->n, words_language(a, weak->tag), weak->tally.right, weak->tally.n,
		words_share(a, share), words_interval(a, weak->interval),
		l->p < significance ? "weaker than the others by more than chance" :
				      "too few tickets to tell it apart from the others");
}

const char *words_silent(struct arena *a, const struct languages *l)
{
	if (l->n_silent == 0)
		return "";
	return arena_printf(a, "%zu %s.", l->n_silent,
			    l->n_silent == 1 ? "ticket has no language" :
					       "tickets have no language");
}

/* "12 of 25 reasons are in English, their tickets in German." */
static const char *languages_one_crossing(struct arena *a, const struct reason_languages *l)
{
	const struct crossing *c = &l->crossings[0];

	return arena_printf(a, "%zu of %zu reasons %s in %s, %s in %s.", l->n_other, l->n_reasons,
			    l->n_other == 1 ? "is" : "are",
			    display_text(a, language_name(c->reason)),
			    l->n_other == 1 ? "its ticket" : "their tickets",
			    display_text(a, language_name(c->ticket)));
}

const char *words_crossings(struct arena *a, const struct reason_languages *l)
{
	const char *list = "";

	if (l->n_compared == 0)
		return "";
	if (l->n_other == 0)
		return arena_printf(
			a, "None of the %zu reasons was found in another language than its ticket.",
			l->n_reasons);
	if (l->n_crossings == 1)
		return languages_one_crossing(a, l);
	for (size_t i = 0; i < l->n_crossings && i < CROSSINGS_NAMED; i++)
		list = arena_add_item(a, list, ", ", "%zu in %s for %s", l->crossings[i].n,
				      display_text(a, language_name(l->crossings[i].reason)),
				      display_text(a, language_name(l->crossings[i].ticket)));
	if (l->n_crossings > CROSSINGS_NAMED)
		list = arena_printf(a, "%s, and %zu more kinds", list,
				    l->n_crossings - CROSSINGS_NAMED);
	return arena_printf(a, "%zu of %zu reasons are in another language than their ticket: %s.",
			    l->n_other, l->n_reasons, list);
}

const char *words_reason_counts(struct arena *a, const struct reason_languages *l)
{
	const char *list = "";

	for (size_t i = 0; i < l->n_counts; i++)
		list = arena_add_item(a, list, ", ", "%s %zu",
				      *l->counts[i].lang ? display_text(a, l->counts[i].lang) :
							   "not detected",
				      l->counts[i].n);
	return list;
}

void languages_table(struct arena *a, const struct languages *l, struct table *ret_table)
{
	static const char *const titles[] = { "language", ">tickets",	   ">right",
					      ">share",	  ">95% interval", NULL };

	table_init(ret_table, a, titles);
	for (size_t i = 0; i < l->n; i++) {
		const struct language *row = &l->rows[i];

		table_add(ret_table, words_language(a, row->tag));
		table_mark(ret_table, i == l->weakest ? "weakest" : NULL);
		table_addf(ret_table, "%zu", row->tally.n);
		table_addf(ret_table, "%zu", row->tally.right);
		table_add(ret_table,
			  words_share(a, (double)row->tally.right / (double)row->tally.n));
		table_add(ret_table, words_interval(a, row->interval));
	}
}

static void languages_write_line(const char *text, FILE *out)
{
	if (*text)
		fprintf(out, "%s\n", text);
}

void languages_write(struct arena *a, const struct result *r, size_t candidate, bool table,
		     FILE *out)
{
	struct reason_languages reasons;
	struct languages l;
	struct table t;

	languages_of(a, r, candidate, &l);
	languages_of_reasons(a, r->tickets, r->n_tickets, r->candidates[candidate].reasons,
			     &reasons);
	if (languages_worth(&l)) {
		if (table) {
			languages_table(a, &l, &t);
			table_write(&t, out);
		}
		languages_write_line(words_weakest(a, &l), out);
		languages_write_line(words_silent(a, &l), out);
	}
	languages_write_line(words_crossings(a, &reasons), out);
}

static json_t *languages_rows_json(const struct languages *l)
{
	json_t *list = json_array();

	for (size_t i = 0; i < l->n; i++) {
		const struct language *row = &l->rows[i];

		json_array_append_new(list,
				      json_pack("{s:o, s:I, s:I, s:[f, f]}", "lang",
						json_any_text(row->tag), "tickets",
						(json_int_t)row->tally.n, "right",
						(json_int_t)row->tally.right, "clopper_pearson_95",
						row->interval.low, row->interval.high));
	}
	return list;
}

static json_t *languages_reasons_json(const struct reason_languages *l)
{
	json_t *counts = json_array(), *crossings = json_array();

	for (size_t i = 0; i < l->n_counts; i++)
		json_array_append_new(counts, json_pack("{s:o, s:I}", "lang",
							json_any_text(l->counts[i].lang), "reasons",
							(json_int_t)l->counts[i].n));
	for (size_t i = 0; i < l->n_crossings; i++)
		json_array_append_new(crossings,
				      json_pack("{s:o, s:o, s:I}", "ticket",
						json_any_text(l->crossings[i].ticket), "reason",
						json_any_text(l->crossings[i].reason), "reasons",
						(json_int_t)l->crossings[i].n));
	return json_pack("{s:I, s:I, s:I, s:o, s:o}", "reasons", (json_int_t)l->n_reasons,
			 "compared", (json_int_t)l->n_compared, "other_than_ticket",
			 (json_int_t)l->n_other, "by_language", counts, "other", crossings);
}

void languages_add_json(struct arena *a, const struct result *r, size_t candidate, json_t *j)
{
	struct reason_languages reasons;
	struct languages l;
	json_t *found;

	languages_of(a, r, candidate, &l);
	if (l.n == 0)
		return;
	languages_of_reasons(a, r->tickets, r->n_tickets, r->candidates[candidate].reasons,
			     &reasons);
	found = json_pack("{s:o, s:I}", "rows", languages_rows_json(&l), "tickets_without",
			  (json_int_t)l.n_silent);
	if (languages_worth(&l)) {
		json_object_set_new(found, "weakest", json_any_text(l.rows[l.weakest].tag));
		json_object_set_new(found, "weakest_p", json_real(l.p));
	}
	if (reasons.n_reasons)
		json_object_set_new(found, "reasons", languages_reasons_json(&reasons));
	json_object_set_new(j, "languages", found);
}
