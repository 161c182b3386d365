/*
 * Ranks tickets by one number, then chooses greedily, because each proposal changes what is rare.
 */
#include "judge/suggest.h"

#include "base/buf.h"
#include "base/display.h"
#include "job/ticket/leak_guard.h"
#include "judge/score.h"

enum { LABELS_WEIGHT = 4, SPLIT_WEIGHT = 2, RARITY_WEIGHT = 4, WHY_MAX_BYTES = 16384 };
static const double baseline_weight = 0.5;

/* A ticket that can be proposed. */
struct rankable {
	struct proposal proposal;
	double hardness; /* its rank without rarity */
	bool gone; /* proposed, or a near-duplicate of a proposal */
};

/* What the ranking uses. */
struct ranking {
	const struct suggest_question *q;
	struct rankable *items;
	size_t n;
	size_t *votes; /* of the current ticket, by label */
	double *probs; /* of the current ticket, by label: mean probabilities */
	size_t *have, n_have; /* tickets of the run and proposals so far, by label and in all */
	size_t *proposed; /* by label */
};

int suggest_label(const struct suggest_voter *voter, size_t ticket, size_t n_labels)
{
	const struct answer *answer = voter->answers[ticket];

	return answer ? answer_label(answer, n_labels) : -1;
}

static bool suggest_all_asked(const struct suggest_question *q, size_t ticket)
{
	for (size_t v = 0; v < q->n_voters; v++)
		if (!q->voters[v].answers[ticket])
			return false;
	return true;
}

/* Fills votes and returns the number of models that voted. */
static size_t suggest_count_votes(struct ranking *r, size_t ticket)
{
	const struct suggest_question *q = r->q;
	size_t n = 0;

	for (size_t l = 0; l < q->n_labels; l++)
		r->votes[l] = 0;
	for (size_t v = 0; v < q->n_voters; v++) {
		int label = suggest_label(&q->voters[v], ticket, q->n_labels);

		if (q->voters[v].baseline || label < 0)
			continue;
		r->votes[label]++;
		n++;
	}
	return n;
}

/* The label with the most votes, and the votes of the second. */
static int suggest_most_said(const struct ranking *r, size_t ticket, size_t *ret_second)
{
	const struct suggest_question *q = r->q;
	int most = -1;

	for (size_t v = 0; v < q->n_voters; v++) {
		int label = suggest_label(&q->voters[v], ticket, q->n_labels);

		if (!q->voters[v].baseline && label >= 0 &&
		    (most < 0 || r->votes[label] > r->votes[most]))
			most = label;
	}
	*ret_second = 0;
	for (size_t l = 0; l < q->n_labels; l++)
		if ((int)l != most && r->votes[l] > *ret_second)
			*ret_second = r->votes[l];
	return most;
}

static double suggest_margin_of(struct ranking *r, size_t ticket)
{
	const struct suggest_question *q = r->q;
	double first = 0, second = 0;
	size_t n = 0;

	for (size_t l = 0; l < q->n_labels; l++)
		r->probs[l] = 0;
	for (size_t v = 0; v < q->n_voters; v++) {
		const struct answer *answer = q->voters[v].answers[ticket];

		if (q->voters[v].baseline ||
		    suggest_label(&q->voters[v], ticket, q->n_labels) < 0 || !answer->probs ||
		    answer->n_probs != q->n_labels)
			continue;
		for (size_t l = 0; l < q->n_labels; l++)
			r->probs[l] += answer->probs[l];
		n++;
	}
	for (size_t l = 0; l < q->n_labels; l++) {
		if (r->probs[l] > first) {
			second = first;
			first = r->probs[l];
		} else if (r->probs[l] > second) {
			second = r->probs[l];
		}
	}
	return n ? (first - second) / (double)n : -1;
}

static bool suggest_baseline_differs(const struct suggest_question *q, size_t ticket, int label)
{
	for (size_t v = 0; v < q->n_voters; v++) {
		int said = suggest_label(&q->voters[v], ticket, q->n_labels);

		if (q->voters[v].baseline && said >= 0 && said != label)
			return true;
	}
	return false;
}

/* The part that a label lacks of an even share of n tickets: 0 none, 1 all. */
static double suggest_rarity(size_t n_of_label, size_t n, size_t n_labels)
{
	double lack = n ? 1 - (double)n_of_label * (double)n_labels / (double)n : 0;

	return lack > 0 ? lack : 0;
}

static void suggest_add_ticket(struct ranking *r, size_t ticket)
{
	struct rankable *item = &r->items[r->n];
	struct proposal *p = &item->proposal;
	size_t n_votes = suggest_count_votes(r, ticket), second;
	double split = 0;

	if (n_votes == 0 || !suggest_all_asked(r->q, ticket))
		return;
	*item = (struct rankable){ .proposal.ticket = ticket };
	p->label = suggest_most_said(r, ticket, &second);
	for (size_t l = 0; l < r->q->n_labels; l++)
		p->n_said += r->votes[l] > 0;
	if (second > 0)
		split = 1 - (double)(r->votes[p->label] - second) / (double)n_votes;
	p->margin = suggest_margin_of(r, ticket);
	p->rare = suggest_rarity(r->q->known[p->label], r->n_have, r->q->n_labels) > 0.5;
	item->hardness = LABELS_WEIGHT * (double)(p->n_said - 1) + SPLIT_WEIGHT * split;
	if (p->margin >= 0)
		item->hardness += 1 - p->margin;
	if (suggest_baseline_differs(r->q, ticket, p->label))
		item->hardness += baseline_weight;
	r->n++;
}

/* The best remaining ticket of the labels that have room, or NULL. */
static struct rankable *suggest_best_left(const struct ranking *r, size_t most_of_label)
{
	struct rankable *best = NULL;
	double best_rank = 0;

	for (size_t i = 0; i < r->n; i++) {
		struct rankable *item = &r->items[i];
		int label = item->proposal.label;
		double rank;

		if (item->gone || r->proposed[label] >= most_of_label)
			continue;
		rank = item->hardness +
		       RARITY_WEIGHT * suggest_rarity(r->have[label], r->n_have, r->q->n_labels);
		if (!best || rank > best_rank) {
			best = item;
			best_rank = rank;
		}
	}
	return best;
}

static bool suggest_repeats(const struct ranking *r, const struct rankable *item,
			    const struct proposal *proposals, size_t n)
{
	const struct ticket *tickets = r->q->tickets;

	for (size_t i = 0; i < n; i++)
		if (text_similarity(tickets[proposals[i].ticket].text,
				    tickets[item->proposal.ticket].text) >= LEAK_GUARD_NEAR)
			return true;
	return false;
}

void suggest_rank(struct arena *a, const struct suggest_question *q, size_t n_wanted,
		  struct proposal **ret_proposals, size_t *ret_n)
{
	size_t most_of_label = n_wanted > 1 ? n_wanted / 2 : 1, n = 0;
	struct ranking r = { .q = q };
	struct proposal *proposals;
	struct rankable *best;

	r.items = arena_array(a, q->n, sizeof(*r.items));
	r.votes = arena_array(a, q->n_labels, sizeof(*r.votes));
	r.probs = arena_array(a, q->n_labels, sizeof(*r.probs));
	r.have = arena_array(a, q->n_labels, sizeof(*r.have));
	r.proposed = arena_array(a, q->n_labels, sizeof(*r.proposed));
	for (size_t l = 0; l < q->n_labels; l++)
		r.n_have += r.have[l] = q->known[l];
	for (size_t i = 0; i < q->n; i++)
		suggest_add_ticket(&r, i);
	proposals = arena_array(a, r.n < n_wanted ? r.n : n_wanted, sizeof(*proposals));
	while (n < n_wanted && (best = suggest_best_left(&r, most_of_label))) {
		best->gone = true;
		if (suggest_repeats(&r, best, proposals, n))
			continue;
		proposals[n++] = best->proposal;
		r.proposed[best->proposal.label]++;
		r.have[best->proposal.label]++;
		r.n_have++;
	}
	*ret_proposals = proposals;
	*ret_n = n;
}

static void suggest_say(struct buf *b, struct arena *a, const char *before, const char *name,
			const char *label)
{
	buf_addf(b, "%s%s %s%s", before, display_text(a, name), label ? "says " : "gave no label",
		 label ? display_text(a, label) : "");
}

/* What the models said; one by one if they differ. */
static void suggest_say_models(struct buf *b, struct arena *a, const struct suggest_question *q,
			       const struct label *labels, const struct proposal *p)
{
	size_t n_models = 0, n_agree = 0;
	bool first = true;

	for (size_t v = 0; v < q->n_voters; v++) {
		n_models += !q->voters[v].baseline;
		n_agree += !q->voters[v].baseline &&
			   suggest_label(&q->voters[v], p->ticket, q->n_labels) == p->label;
	}
	if (n_models > 1 && n_agree == n_models) {
		buf_addf(b, "%s say %s",
			 n_models == 2 ? "both" : arena_printf(a, "all %zu", n_models),
			 display_text(a, labels[p->label].name));
		return;
	}
	for (size_t v = 0; v < q->n_voters; v++) {
		int label = suggest_label(&q->voters[v], p->ticket, q->n_labels);

		if (q->voters[v].baseline)
			continue;
		suggest_say(b, a, first ? "" : ", ", q->voters[v].name,
			    label < 0 ? NULL : labels[label].name);
		first = false;
	}
}

const char *suggest_why(struct arena *a, const struct suggest_question *q,
			const struct label *labels, const struct proposal *p)
{
	struct buf b;

	buf_init(&b, WHY_MAX_BYTES);
	suggest_say_models(&b, a, q, labels, p);
	if (p->margin >= 0)
		buf_addf(&b, "; margin %.2f", p->margin);
	for (size_t v = 0; v < q->n_voters; v++) {
		int label = suggest_label(&q->voters[v], p->ticket, q->n_labels);

		if (q->voters[v].baseline && label >= 0 && label != p->label)
			suggest_say(&b, a, "; ", q->voters[v].name, labels[label].name);
	}
	if (p->rare)
		buf_adds(&b, "; rare label");
	return buf_to_arena(&b, a);
}

const char *suggest_why_unnamed(struct arena *a, const struct proposal *p)
{
	const char *said =
		p->n_said > 1 ? arena_printf(a, "%zu different labels", p->n_said) : "one label";

	return p->margin < 0 ? said : arena_printf(a, "%s; margin %.2f", said, p->margin);
}
