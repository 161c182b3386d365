/*
 * Before and after: a row for each candidate, and the change of the pick.
 */
#include "report/diff/changes_text.h"

#include <math.h>
#include <string.h>

#include "base/display.h"
#include "base/json/json.h"
#include "base/terminal.h"
#include "report/table/tables.h"

static const struct slice *changes_added(const struct result *after)
{
	return &after->slices[after->n_slices - 1];
}

/* A candidate's result on the added tickets. */
static struct tally changes_on_added(const struct result *after, size_t candidate)
{
	const struct candidate_result *c = &after->candidates[candidate];
	struct tally t = { 0 };

	for (size_t i = 0; i < after->n_tickets; i++) {
		if (after->slice_of[i] + 1 != after->n_slices || !c->answers[i])
			continue;
		t.n++;
		t.right += answer_is_right(c->answers[i], &after->tickets[i]);
	}
	return t;
}

static int changes_find(const struct result *r, const char *name)
{
	const struct candidate_result *c = result_candidate(r, name);

	return c ? (int)(c - r->candidates) : -1;
}

static const char *changes_of(struct arena *a, struct tally t)
{
	return t.n ? arena_printf(a, "%zu/%zu", t.right, t.n) : "not asked";
}

static void changes_write_table(struct arena *a, const struct result *before,
				const struct result *after, FILE *out)
{
	static const char *const headers[] = {
		"what changed",	  ">before",	 ">added", ">ordinary now",
		"verdict before", "verdict now", NULL
	};
	struct table t;

	table_init(&t, a, headers);
	for (size_t i = 0; i < after->n; i++) {
		int was = changes_find(before, after->candidates[i].row->name);

		if (was < 0 || after->decision.verdicts[i].kind == VERDICT_NONE)
			continue;
		tables_add_candidate(&t, after, i);
		table_add(&t, changes_of(a, before->contenders[was].score));
		table_add(&t, changes_of(a, changes_on_added(after, i)));
		table_add(&t, changes_of(a, after->contenders[i].score));
		tables_add_verdict(&t, before, (size_t)was);
		tables_add_verdict(&t, after, i);
	}
	table_write(&t, out);
}

static void changes_say(struct arena *a, const char *text, FILE *out)
{
	display_wrap(a, text, 0, terminal_text_columns(out), out);
}

static void changes_write_same_pick(struct arena *a, const struct result *before,
				    const struct result *after, int was, FILE *out)
{
	int now = after->decision.pick;
	const struct verdict *v = &before->decision.verdicts[was], *w;
	const char *text;

	w = &after->decision.verdicts[now];
	text = arena_printf(a, "The pick stays %s.", display_text(a, after->contenders[now].name));
	if (changes_added(after)->role == SLICE_ORDINARY)
		text = arena_printf(a, "%s The guaranteed share goes from %d%% to %d%%.", text,
				    (int)(100 * v->at_least), (int)(100 * w->at_least));
	changes_say(a, text, out);
}

/* Why the old pick is no longer the pick. */
static void changes_write_lost(struct arena *a, const struct result *after, const char *name,
			       FILE *out)
{
	int now = changes_find(after, name);
	const struct contender *c;
	struct tally t;

	if (now < 0)
		return;
	c = &after->contenders[now];
	if (c->not_measured) {
		changes_say(a,
			    arena_printf(a, "%s is out: it answered none of the added tickets.",
					 display_text(a, c->name)),
			    out);
		return;
	}
	if (now == after->decision.pick_ordinary)
		return; /* the harder tickets did it, and the line above says so */
	t = changes_on_added(after, (size_t)now);
	changes_say(a,
		    arena_printf(
			    a,
			    "%s is out: with %zu of the %zu added tickets right it has %zu of %zu, "
			    "and the bar needs %zu.",
			    display_text(a, c->name), t.right, t.n, c->score.right, c->score.n,
			    bar_needs(c->score.n, after->standard.bar)),
		    out);
}

/* What moved the pick, for the end of a sentence: "" if nothing. `named`: who ends it, or NULL. */
static const char *changes_why(struct arena *a, const struct result *after, const char *named)
{
	const struct decision *d = &after->decision;
	const char *why = moved_words(a, after->contenders, &after->standard, d), *name;

	if (!why)
		return "";
	name = after->contenders[d->pick_ordinary].name;
	return named && strcmp(named, name) == 0 ?
		       arena_printf(a, ", which %s", why) :
		       arena_printf(a, ": %s %s", display_text(a, name), why);
}

static void changes_write_pick(struct arena *a, const struct result *before,
			       const struct result *after, FILE *out)
{
	int was = before->decision.pick, now = after->decision.pick;
	const char *old = was >= 0 ? before->contenders[was].name : NULL;
	const char *why;
	struct pairing p;
	int old_now;

	if (was >= 0 && now >= 0 && strcmp(old, after->contenders[now].name) == 0) {
		changes_write_same_pick(a, before, after, was, out);
		return;
	}
	if (after->decision.open) {
		fputs("The decision is open until the added tickets are asked.\n", out);
		return;
	}
	if (was < 0 && now < 0) {
		fputs("There was no pick, and there is none now.\n", out);
		return;
	}
	why = changes_why(a, after, now < 0 ? old : NULL);
	if (was < 0)
		changes_say(a,
			    arena_printf(a, "There was no pick; now it is %s%s.",
					 display_text(a, after->contenders[now].name), why),
			    out);
	else if (now < 0)
		changes_say(a,
			    arena_printf(a, "There is no pick now; it was %s%s.",
					 display_text(a, old), why),
			    out);
	else
		changes_say(a,
			    arena_printf(a, "The pick moves from %s to %s%s.", display_text(a, old),
					 display_text(a, after->contenders[now].name), why),
			    out);
	if (was < 0)
		return;
	changes_write_lost(a, after, old, out);
	old_now = changes_find(after, old);
	if (now < 0 || old_now < 0)
		return;
	compare_pair(a, after->tickets,
		     after->standard.harder_shown ? after->n_ordinary : after->n_tickets,
		     after->candidates[old_now].answers, after->candidates[now].answers, &p);
	changes_say(
		a,
		arena_printf(
			a,
			"Ticket by ticket: only the old pick is right on %zu, only the new one on "
			"%zu (mid-p McNemar %.2g; e-value for the new one %.3g: 20 is strong).",
			p.n_only_a, p.n_only_b, p.mid_p, exp(p.ln_e)),
		out);
}

void changes_write_text(struct arena *a, const struct result *before, const struct result *after,
			FILE *out)
{
	const struct slice *slice = changes_added(after);

	changes_write_table(a, before, after, out);
	fputc('\n', out);
	changes_write_pick(a, before, after, out);
	if (slice->role == SLICE_HARDER)
		fputs(after->standard.harder_shown ?
			      "Harder tickets are only shown: they do not change the pick.\n" :
			      "Harder tickets count for the pick. Verdicts stay on the ordinary "
			      "ones.\n",
		      out);
}

static json_t *changes_name_of(const struct result *r, int at)
{
	return at >= 0 ? json_any_text(r->contenders[at].name) : json_null();
}

json_t *changes_to_json(const struct result *before, const struct result *after)
{
	json_t *j = json_object(), *list = json_array();

	for (size_t i = 0; i < after->n; i++) {
		struct tally t = changes_on_added(after, i);
		json_t *row = json_object();

		json_object_set_new(row, "name", changes_name_of(after, (int)i));
		json_object_set_new(row, "added_right", json_integer((json_int_t)t.right));
		json_object_set_new(row, "added_tickets", json_integer((json_int_t)t.n));
		json_array_append_new(list, row);
	}
	json_object_set_new(j, "role", json_string(slice_role_name(changes_added(after)->role)));
	json_object_set_new(j, "tickets", json_integer((json_int_t)changes_added(after)->n));
	json_object_set_new(j, "pick_before", changes_name_of(before, before->decision.pick));
	json_object_set_new(j, "pick_now", changes_name_of(after, after->decision.pick));
	json_object_set_new(j, "candidates", list);
	return j;
}
