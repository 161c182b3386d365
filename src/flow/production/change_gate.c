/*
 * Chooses the tickets, asks them as the run did, and compares. Must not know which verb waits.
 */
#include "flow/production/change_gate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "flow/ask/written.h"
#include "flow/say/say.h"

enum { GATE_TICKETS = 5 };

/*
 * RULE: the same build on the same kind of machine repeats every answer to the bit. Another one
 * rounds differently: its probabilities may move as far as those of the engine's variants do
 * (docs/change-gate.md).
 */
#define GATE_TOLERANCE .15

/* A ticket that the candidate answered in the run. */
struct gate_ticket {
	size_t at; /* in the run and, as it is of the run's first slice, in that slice */
	double sureness; /* of its label; without probabilities the bytes of its answer */
};

struct gate {
	struct labeller *labeller;
	struct arena *arena;
	struct gate_ticket *tickets;
	size_t n;
	size_t n_compared, n_differ;
	double apart; /* the largest difference of a probability */
	bool exact; /* the same build and machine as the run's, and each ticket asked alone */
};

static double gate_probability(const struct gate *g, const struct answer *answer)
{
	return answer_probability(answer, g->labeller->run.n_labels);
}

static int gate_by_sureness(const void *x, const void *y)
{
	const struct gate_ticket *a = x, *b = y;

	if (a->sureness != b->sureness)
		return a->sureness < b->sureness ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

/*
 * RULE: the least sure tickets, since a change moves those first. Without probabilities: the
 * shortest answers, which cost the least.
 */
static void gate_choose(struct gate *g)
{
	const struct result *r = &g->labeller->run;

	g->tickets = arena_array(g->arena, r->n_ordinary, sizeof(*g->tickets));
	for (size_t i = 0; i < r->n_ordinary; i++) {
		const struct answer *was = g->labeller->was->answers[i];
		double probability;

		if (!was || was->outcome != OUTCOME_OK || r->slice_of[i] != 0 ||
		    r->tickets[i].text == store_purged || was->raw == store_purged)
			continue;
		probability = gate_probability(g, was);
		g->tickets[g->n++] =
			(struct gate_ticket){ i, probability >= 0 ? probability :
								    (double)was->raw_len };
	}
	if (g->n > 1)
		qsort(g->tickets, g->n, sizeof(*g->tickets), gate_by_sureness);
	if (g->n > GATE_TICKETS)
		g->n = GATE_TICKETS;
}

static bool gate_same_probs(struct gate *g, const struct answer *was,
			    const struct production_row *now)
{
	double apart = 0;

	for (size_t i = 0; i < was->n_probs; i++)
		apart = fmax(apart, fabs(was->probs[i] - now->probs[i]));
	g->apart = fmax(g->apart, apart);
	return g->exact ? apart == 0 && was->label == now->label : apart <= GATE_TOLERANCE;
}

/* RULE: another build may word an answer differently, but not so that its mark is another. */
static bool gate_same_text(const struct gate *g, size_t at, const struct answer *was,
			   const struct production_row *now)
{
	struct answer again = { .ticket = at,
				.outcome = now->outcome,
				.label = -1,
				.raw = now->answer,
				.raw_len = strlen(now->answer),
				.detail = "" };

	if (g->exact)
		return was->raw_len == again.raw_len &&
		       memcmp(was->raw, again.raw, again.raw_len) == 0;
	written_mark(g->arena, &g->labeller->session.prepared, &again);
	return was->label == again.label;
}

static bool gate_is_same(struct gate *g, size_t at, const struct production_row *now)
{
	const struct answer *was = g->labeller->was->answers[at];

	if (now->outcome != OUTCOME_OK)
		return false;
	if (now->writes)
		return now->answer && gate_same_text(g, at, was, now);
	if (gate_probability(g, was) >= 0 && now->probs)
		return gate_same_probs(g, was, now);
	return was->label == now->label;
}

/* "billing 81%" */
static const char *gate_label_words(struct gate *g, int label, double probability)
{
	const char *name = display_text(g->arena, g->labeller->run.labels[label].name);

	return probability < 0 ? name :
				 arena_printf(g->arena, "%s %.4g%%", name, 100 * probability);
}

static const char *gate_difference_words(struct gate *g, size_t at,
					 const struct production_row *now)
{
	const struct answer *was = g->labeller->was->answers[at];
	const char *id = display_text(g->arena, g->labeller->run.tickets[at].id);

	if (now->outcome != OUTCOME_OK)
		return arena_printf(g->arena, "%s: now %s", id, outcome_words(now->outcome));
	if (now->writes)
		return arena_printf(g->arena, "%s: another text", id);
	return arena_printf(g->arena, "%s: %s, now %s", id,
			    gate_label_words(g, was->label, gate_probability(g, was)),
			    gate_label_words(g, now->label, now->probability));
}

/* Asks the tickets again. Images that are gone are no difference: they cannot be compared. */
static int gate_ask(struct gate *g, const char **ret_differences)
{
	struct labeller *l = g->labeller;
	const char *beside = l->beside, *words = "";
	struct ticket tickets[GATE_TICKETS];
	struct production_row *now;
	int r;

	for (size_t i = 0; i < g->n; i++)
		tickets[i] = l->run.tickets[g->tickets[i].at];
	l->beside = l->run.slices[0].path;
	r = labeller_ask_as_run(l, g->arena, tickets, g->n, &now);
	l->beside = beside;
	for (size_t i = 0; r == 0 && i < g->n; i++) {
		if (now[i].outcome == OUTCOME_BAD_IMAGE)
			continue;
		g->n_compared++;
		if (gate_is_same(g, g->tickets[i].at, &now[i]))
			continue;
		g->n_differ++;
		words = arena_add_item(g->arena, words, "; ", "%s",
				       gate_difference_words(g, g->tickets[i].at, &now[i]));
	}
	*ret_differences = words;
	return r;
}

/* What the run and the present have to do with each other, before anything is asked. */
static int gate_look(struct gate *g, const char **ret_change)
{
	struct labeller *l = g->labeller;

	if (labeller_difference(l, ret_change) < 0)
		return -1;
	/* RULE: texts that were written in a batch may differ from those written one by one. */
	g->exact = !*ret_change && !l->run_together && l->candidate->model->engine != ENGINE_HTTP;
	if (*ret_change)
		say("note: since run '%s' %s: this alone may change answers.\n", l->run.run->name,
		    *ret_change);
	return 0;
}

/* What was found equal; nothing if the engine is the run's, which is the ordinary case. */
static void gate_say_same(const struct gate *g)
{
	if (g->n_compared == 0)
		say("note: no ticket of run '%s' can be asked again, so nothing shows whether %s "
		    "still answers as it was measured.\n",
		    g->labeller->run.run->name, g->labeller->was->row->name);
	else if (!g->exact && g->apart > 0)
		say("%zu ticket%s of run '%s' asked again: probabilities are at most %.2g apart "
		    "(tolerance %.2g).\n",
		    g->n_compared, g->n_compared == 1 ? "" : "s", g->labeller->run.run->name,
		    g->apart, GATE_TOLERANCE);
}

/* RULE: a candidate that answers otherwise is not the one that was measured. */
static int gate_judge(struct gate *g, const char *differences, const char *change)
{
	struct labeller *l = g->labeller;
	const char *words;

	if (g->n_differ == 0) {
		gate_say_same(g);
		return 0;
	}
	words = arena_printf(&l->cmd->arena,
			     "%s does not answer as in run '%s': asked again, %zu of %zu tickets "
			     "differ (%s)",
			     l->was->row->name, l->run.run->name, g->n_differ, g->n_compared,
			     differences);
	if (l->accept_change) {
		say("note: %s; accepted with --accept-change\n", words);
		return 0;
	}
	return err_set(&l->cmd->err, ERR_REFUSED,
		       "%s%s%s; put back what was changed%s start a new run%s", words,
		       change ? "; " : "", change ? change : "", l->strict ? ", or" : ",",
		       l->strict ? "" : ", or accept it with --accept-change");
}

int change_gate(struct labeller *l)
{
	const char *differences = "", *change;
	struct arena a = { 0 };
	struct gate g = { .labeller = l, .arena = &a };
	int r = 0;

	if (l->was->baseline)
		return 0;
	gate_choose(&g);
	r = gate_look(&g, &change);
	if (r == 0 && g.n > 0)
		r = gate_ask(&g, &differences);
	if (r == 0)
		r = gate_judge(&g, differences, change);
	arena_release(&a);
	return r;
}
