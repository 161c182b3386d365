/*
 * Suggestions: tickets without labels, the sample of a pool, the ranking by made-up probabilities,
 * and the words for it.
 */
#include "unit/store_fixture.h"

#include "job/ticket/pool.h"
#include "judge/suggest.h"
#include "unit/scratch.h"

enum { N = 3, MAX_TICKETS = 16, MAX_VOTERS = 5 };

static struct label labels[N] = { { .name = "card" }, { .name = "top_up" }, { .name = "other" } };
static const struct job job = { .labels = labels, .n_labels = N, .other = 2, .seed = 7 };

/* No two texts have anything in common, so that no proposal is dropped as a near-duplicate. */
static const char *const texts[MAX_TICKETS] = {
	"lost my card abroad",	 "how are fees computed",    "weather in Lisbon",
	"transfer is pending",	 "jobs for students",	     "PIN does not work",
	"opening hours please",	 "exchange rates yesterday", "verify identity passport",
	"app crashes at launch", "closing everything now",   "interest on savings",
	"birthday gift voucher", "standing orders weekly",   "receipt for taxes",
	"who founded the bank",
};

/* A question that is built vote by vote. */
struct asked {
	struct arena a;
	struct ticket tickets[MAX_TICKETS];
	struct answer *answers[MAX_VOTERS][MAX_TICKETS];
	struct suggest_voter voters[MAX_VOTERS];
	size_t known[N];
	struct suggest_question q;
	struct proposal *proposals;
	size_t n;
};

static const char *const voter_names[MAX_VOTERS] = { "qwen", "smollm", "llama", "gemma", "bayes" };

/* Models, and the baseline last if there is one. The run has 4 tickets of each label. */
static void ask(struct asked *q, size_t n_tickets, size_t n_models, bool baseline)
{
	*q = (struct asked){ .known = { 4, 4, 4 } };
	for (size_t v = 0; v < n_models + baseline; v++)
		q->voters[v] = (struct suggest_voter){
			.name = v < n_models ? voter_names[v] : "bayes",
			.baseline = v == n_models,
			.answers = q->answers[v],
		};
	for (size_t i = 0; i < n_tickets; i++)
		q->tickets[i] = (struct ticket){ .text = texts[i], .label = -1 };
	q->q = (struct suggest_question){ .tickets = q->tickets,
					  .n = n_tickets,
					  .voters = q->voters,
					  .n_voters = n_models + baseline,
					  .known = q->known,
					  .n_labels = N };
}

/* The voter's answer: a label with probability p, the rest on the label after it. */
static void vote(struct asked *q, size_t voter, size_t ticket, int label, double p)
{
	struct answer *answer = arena_alloc(&q->a, sizeof(*answer));

	*answer = (struct answer){ .ticket = ticket, .outcome = OUTCOME_OK, .label = label };
	answer->n_probs = N;
	answer->probs = arena_array(&q->a, N, sizeof(double));
	answer->probs[label] = p;
	answer->probs[(label + 1) % N] = 1 - p;
	q->answers[voter][ticket] = answer;
}

/* All models the same. */
static void vote_all(struct asked *q, size_t ticket, int label, double p)
{
	for (size_t v = 0; v < q->q.n_voters; v++)
		vote(q, v, ticket, label, p);
}

static void rank(struct asked *q, size_t n_wanted)
{
	suggest_rank(&q->a, &q->q, n_wanted, &q->proposals, &q->n);
}

static void assert_order(const struct asked *q, const size_t *tickets, size_t n)
{
	assert_int_equal(q->n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(q->proposals[i].ticket, tickets[i]);
}

#define ORDER(q, ...) \
	assert_order(q, (const size_t[]){ __VA_ARGS__ }, \
		     sizeof((size_t[]){ __VA_ARGS__ }) / sizeof(size_t))

static void more_labels_then_the_closer_split_then_the_margin(void **state)
{
	struct asked q;

	(void)state;
	ask(&q, 6, 4, false);
	vote_all(&q, 0, 0, 0.99);
	vote_all(&q, 1, 1, 0.52);
	vote_all(&q, 2, 2, 0.7);
	for (size_t v = 0; v < 4; v++) {
		vote(&q, v, 3, v == 3 ? 1 : 0, 1); /* 3 to 1 */
		vote(&q, v, 4, v < 2 ? 1 : 2, 1); /* 2 to 2 */
		vote(&q, v, 5, v < 2 ? 2 : (int)v - 2, 1); /* 2 to 1 to 1 */
	}
	rank(&q, 12);
	ORDER(&q, 5, 4, 3, 1, 2, 0);
	assert_int_equal(q.proposals[0].n_said, 3);
	assert_int_equal(q.proposals[1].n_said, 2);
	assert_int_equal(q.proposals[1].label, 1); /* a tie: what the first voter says */
	assert_float_equal(q.proposals[1].margin, 0, 1e-9);
	assert_float_equal(q.proposals[2].margin, 0.5, 1e-9);
	assert_float_equal(q.proposals[3].margin, 0.04, 1e-9);
	rank(&q, 2);
	ORDER(&q, 5, 4);
	arena_release(&q.a);
}

static void one_model_alone_goes_by_its_margins(void **state)
{
	struct asked q;

	(void)state;
	ask(&q, 3, 1, false);
	vote_all(&q, 0, 0, 0.8);
	vote_all(&q, 1, 1, 0.6);
	vote_all(&q, 2, 2, 0.9);
	rank(&q, 6);
	ORDER(&q, 1, 0, 2);
	arena_release(&q.a);
}

static void without_probabilities_the_margin_is_not_known(void **state)
{
	struct asked q;

	(void)state;
	ask(&q, 2, 2, false);
	vote_all(&q, 0, 0, 1);
	vote(&q, 0, 1, 0, 1);
	vote(&q, 1, 1, 1, 1);
	for (size_t v = 0; v < 2; v++)
		for (size_t i = 0; i < 2; i++)
			q.answers[v][i]->probs = NULL;
	rank(&q, 4);
	ORDER(&q, 1, 0);
	assert_float_equal(q.proposals[0].margin, -1, 0);
	assert_string_equal(suggest_why(&q.a, &q.q, labels, &q.proposals[0]),
			    "qwen says card, smollm says top_up");
	assert_string_equal(suggest_why(&q.a, &q.q, labels, &q.proposals[1]), "both say card");
	arena_release(&q.a);
}

static void a_rare_label_gets_a_bonus_until_it_is_represented(void **state)
{
	struct asked q;

	(void)state;
	ask(&q, 6, 2, false);
	q.known[0] = 6;
	q.known[1] = 6;
	q.known[2] = 0;
	vote_all(&q, 0, 0, 0.55);
	vote_all(&q, 1, 1, 0.60);
	vote_all(&q, 2, 2, 0.99); /* sure, but of a label that the run has no ticket of */
	vote_all(&q, 3, 0, 0.65);
	vote_all(&q, 4, 2, 0.98);
	vote_all(&q, 5, 1, 0.70);
	rank(&q, 6);
	assert_int_equal(q.proposals[0].ticket, 4);
	assert_int_equal(q.proposals[1].ticket, 2);
	assert_true(q.proposals[0].rare);
	assert_false(q.proposals[2].rare);
	assert_string_equal(suggest_why(&q.a, &q.q, labels, &q.proposals[0]),
			    "both say other; margin 0.96; rare label");
	/* If candidates differ, that counts for more, once the run has such a label. */
	q.known[2] = 4;
	vote(&q, 0, 1, 0, 0.6);
	rank(&q, 6);
	assert_int_equal(q.proposals[0].ticket, 1);
	arena_release(&q.a);
}

static void no_label_gets_more_than_half(void **state)
{
	struct asked q;
	size_t n_card = 0;

	(void)state;
	ask(&q, 10, 1, false);
	for (size_t i = 0; i < 10; i++)
		vote_all(&q, i, i < 7 ? 0 : 1, i < 7 ? 0.5 : 0.9);
	rank(&q, 6);
	assert_int_equal(q.n, 6);
	for (size_t i = 0; i < q.n; i++)
		n_card += q.proposals[i].label == 0;
	assert_int_equal(n_card, 3);
	rank(&q, 5);
	assert_int_equal(q.n, 4);
	rank(&q, 1);
	assert_int_equal(q.n, 1);
	arena_release(&q.a);
}

static void near_duplicates_of_a_better_proposal_are_dropped(void **state)
{
	struct asked q;

	(void)state;
	ask(&q, 4, 1, false);
	q.tickets[0].text = "Where is my new card? I ordered it last week.";
	q.tickets[1].text = "where is my NEW card, i ordered it last week";
	q.tickets[3].text = q.tickets[0].text;
	vote_all(&q, 0, 0, 0.8);
	vote_all(&q, 1, 0, 0.6);
	vote_all(&q, 2, 1, 0.9);
	vote_all(&q, 3, 0, 0.7);
	rank(&q, 8);
	ORDER(&q, 1, 2);
	arena_release(&q.a);
}

static void a_baseline_is_heard_and_has_no_vote(void **state)
{
	struct asked q;

	(void)state;
	ask(&q, 3, 2, true);
	vote_all(&q, 0, 0, 0.7);
	vote_all(&q, 1, 1, 0.7);
	vote_all(&q, 2, 2, 0.6);
	vote(&q, 2, 1, 2, 1);
	rank(&q, 6);
	ORDER(&q, 1, 2, 0);
	assert_int_equal(q.proposals[0].n_said, 1);
	assert_string_equal(suggest_why(&q.a, &q.q, labels, &q.proposals[0]),
			    "both say top_up; margin 0.40; bayes says other");
	arena_release(&q.a);
}

static void what_was_not_asked_or_not_answered(void **state)
{
	struct asked q;

	(void)state;
	ask(&q, 4, 3, false);
	for (size_t i = 0; i < 4; i++)
		vote_all(&q, i, 0, 0.9);
	q.answers[1][0] = NULL; /* a run that was stopped */
	q.answers[1][1]->outcome = OUTCOME_TIMEOUT;
	for (size_t v = 0; v < 3; v++) {
		q.answers[v][2]->outcome = OUTCOME_OFF_LABEL;
		q.answers[v][2]->label = -1;
	}
	q.answers[0][3]->label = N; /* no label of this job */
	rank(&q, 8);
	ORDER(&q, 1, 3);
	assert_string_equal(suggest_why(&q.a, &q.q, labels, &q.proposals[0]),
			    "qwen says card, smollm gave no label, llama says card; margin 0.80");
	assert_int_equal(suggest_label(&q.voters[0], 3, N), -1);
	arena_release(&q.a);
}

static void words_cannot_move_a_terminal(void **state)
{
	static struct label wild[N] = { { .name = "\x1b[31mred" },
					{ .name = "b" },
					{ .name = "c" } };
	struct asked q;
	const char *why;

	(void)state;
	ask(&q, 1, 2, false);
	q.voters[0].name = "q\nwen";
	vote(&q, 0, 0, 0, 1);
	vote(&q, 1, 0, 1, 1);
	rank(&q, 2);
	why = suggest_why(&q.a, &q.q, wild, &q.proposals[0]);
	assert_null(strpbrk(why, "\x1b\n"));
	assert_non_null(strstr(why, "[31mred, smollm says b"));
	arena_release(&q.a);
}

/* A pool, as slice_load() reads it. */
static void load(struct arena *a, const char *name, const char *text, enum slice_role role,
		 struct slice *ret_slice)
{
	struct err err;

	scratch_text(name, text);
	if (slice_load(a, &job, name, role, ret_slice, &err) < 0)
		fail_msg("refused: %s", err.msg);
}

static void refuses(const char *name, const char *text, enum slice_role role, const char *message)
{
	struct arena a = { 0 };
	struct slice slice;
	struct err err;

	scratch_text(name, text);
	assert_int_equal(slice_load(&a, &job, name, role, &slice, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.msg, message);
	arena_release(&a);
}

static void labels_of_a_pool_are_not_looked_at(void **state)
{
	struct arena a = { 0 };
	struct slice bare, labelled, csv, ordinary;

	(void)state;
	load(&a, "p.jsonl", "{\"id\":\"1\",\"text\":\"x\"}\n{\"id\":\"2\",\"text\":\"y\"}\n",
	     SLICE_POOL, &bare);
	load(&a, "q.jsonl",
	     "{\"id\":\"1\",\"text\":\"x\",\"label\":\"card\"}\n"
	     "{\"id\":\"2\",\"text\":\"y\",\"label\":5}\n",
	     SLICE_POOL, &labelled);
	load(&a, "p.csv", "id,text,label,label\n1,x,,\n2,y,none,b\n", SLICE_POOL, &csv);
	load(&a, "o.jsonl",
	     "{\"id\":\"1\",\"text\":\"x\",\"label\":\"card\"}\n"
	     "{\"id\":\"2\",\"text\":\"y\",\"label\":\"card\"}\n",
	     SLICE_ORDINARY, &ordinary);
	assert_int_equal(bare.n, 2);
	assert_int_equal(bare.tickets[0].label, -1);
	assert_int_equal(labelled.tickets[0].label, -1);
	assert_string_equal(bare.sha256, labelled.sha256);
	assert_string_equal(bare.sha256, csv.sha256);
	assert_string_not_equal(bare.sha256, ordinary.sha256);
	load(&a, "bare.csv", "text\nx\n", SLICE_POOL, &csv);
	assert_string_equal(csv.tickets[0].id, "line-2");
	assert_string_equal(slice_role_name(SLICE_POOL), "pool");
	refuses("p.jsonl", "{\"id\":\"1\"}\n", SLICE_POOL,
		"p.jsonl:1: no 'text'; a ticket needs text; another name is given with --text");
	arena_release(&a);
}

static void an_empty_label_is_refused_elsewhere(void **state)
{
	(void)state;
	refuses("t.jsonl", "{\"text\":\"x\",\"label\":\"\"}\n", SLICE_HARDER,
		"t.jsonl:1: the label is empty; use one of the job's labels: card, top_up, other");
	refuses("t.csv", "text,label\nx,\n", SLICE_ORDINARY,
		"t.csv:2: the label is empty; use one of the job's labels: card, top_up, other");
	refuses("t.jsonl", "{\"text\":\"x\"}\n", SLICE_ORDINARY,
		"t.jsonl:1: no 'label'; a ticket needs text and label; another name is given "
		"with --label");
}

/* A pool of 16 tickets with ids of their own; reversed: the last first. */
static void write_pool(const char *name, bool reversed)
{
	FILE *out = fopen(name, "w");

	assert_non_null(out);
	for (size_t i = 0; i < MAX_TICKETS; i++) {
		size_t at = reversed ? MAX_TICKETS - 1 - i : i;

		fprintf(out, "{\"id\":\"p%zu\",\"text\":\"%s\"}\n", at, texts[at]);
	}
	assert_int_equal(fclose(out), 0);
}

static bool drawn(const struct pool_sample *sample, const char *id)
{
	for (size_t i = 0; i < sample->slice.n; i++)
		if (strcmp(sample->slice.tickets[i].id, id) == 0)
			return true;
	return false;
}

static void draw(struct arena *a, const struct job *with, const struct leak_guard *guard,
		 size_t n_most, struct pool_sample *ret_sample)
{
	struct err err;

	if (pool_draw(a, with, "pool.jsonl", guard, n_most, ret_sample, &err) < 0)
		fail_msg("refused: %s", err.msg);
}

static void a_sample_depends_on_the_seed_alone(void **state)
{
	struct pool_sample first, again, reversed, other, all;
	const struct leak_guard none = { 0 };
	struct job reseeded = job;
	struct arena a = { 0 };

	(void)state;
	reseeded.seed = 8;
	write_pool("pool.jsonl", false);
	draw(&a, &job, &none, 6, &first);
	draw(&a, &job, &none, 6, &again);
	draw(&a, &reseeded, &none, 6, &other);
	draw(&a, &job, &none, 1000, &all);
	write_pool("pool.jsonl", true);
	draw(&a, &job, &none, 6, &reversed);
	assert_int_equal(first.slice.n, 6);
	assert_int_equal(first.slice.role, SLICE_POOL);
	assert_int_equal(first.n_in_file, MAX_TICKETS);
	assert_int_equal(all.slice.n, MAX_TICKETS);
	assert_string_equal(first.slice.sha256, again.slice.sha256);
	assert_string_not_equal(first.slice.sha256, other.slice.sha256);
	for (size_t i = 0; i < 6; i++)
		assert_true(drawn(&reversed, first.slice.tickets[i].id));
	for (size_t i = 1; i < 6; i++)
		assert_true(first.slice.tickets[i - 1].line < first.slice.tickets[i].line);
	arena_release(&a);
}

static void what_repeats_a_known_ticket_is_not_drawn(void **state)
{
	struct ticket known[2] = { { .id = "t1", .text = "Lost my card ABROAD!", .label = 0 },
				   { .id = "t2", .text = "weather in Lisbon?", .label = 2 } };
	struct slice slice = { .tickets = known, .n = 2 };
	const struct slice *slices[1] = { &slice };
	struct pool_sample sample;
	struct arena a = { 0 };
	struct leak_guard guard = leak_guard_build(&a, slices, 1);
	struct err err;

	(void)state;
	write_pool("pool.jsonl", false);
	draw(&a, &job, &guard, 1000, &sample);
	assert_int_equal(sample.slice.n, MAX_TICKETS - 2);
	assert_int_equal(sample.n_repeats, 2);
	assert_false(drawn(&sample, "p0"));
	assert_false(drawn(&sample, "p2"));
	scratch_text("pool.jsonl", "{\"text\":\"lost my card, abroad\"}\n");
	assert_int_equal(pool_draw(&a, &job, "pool.jsonl", &guard, 9, &sample, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_non_null(strstr(err.msg, "pool.jsonl: every ticket of the pool (nearly) repeats"));
	arena_release(&a);
}

static void a_pool_comes_back_from_the_store_and_other_slices_need_labels(void **state)
{
	struct fixture *f = *state;
	struct run_row run;
	struct slice *slices;
	size_t n;

	fill(&f->a, ROW_RUN, 1, &run);
	run.kind = RUN_SUGGEST;
	run.labels_json = LABELS_JSON;
	for (size_t i = 0; i < f->slice.n; i++)
		f->slice.tickets[i].label = -1;
	f->slice.role = SLICE_POOL;
	ok(f, store_put_run(&f->s, &run, &run.id, &f->err));
	ok(f, store_put_slice(&f->s, &f->job, &f->slice, &f->err));
	ok(f, store_put_run_slice(&f->s, run.id, &f->slice, &f->err));
	ok(f, store_get_slices(&f->a, &f->s, &run, STORE_TEXTS, &slices, &n, &f->err));
	assert_int_equal(n, 1);
	assert_int_equal(slices[0].role, SLICE_POOL);
	assert_int_equal(slices[0].tickets[0].label, -1);
	run.name = "another";
	f->slice.role = SLICE_ORDINARY;
	ok(f, store_put_run(&f->s, &run, &run.id, &f->err));
	ok(f, store_put_run_slice(&f->s, run.id, &f->slice, &f->err));
	refused(f, store_get_slices(&f->a, &f->s, &run, STORE_TEXTS, &slices, &n, &f->err),
		ERR_STORE, "the run has no label");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_labels_then_the_closer_split_then_the_margin),
		cmocka_unit_test(one_model_alone_goes_by_its_margins),
		cmocka_unit_test(without_probabilities_the_margin_is_not_known),
		cmocka_unit_test(a_rare_label_gets_a_bonus_until_it_is_represented),
		cmocka_unit_test(no_label_gets_more_than_half),
		cmocka_unit_test(near_duplicates_of_a_better_proposal_are_dropped),
		cmocka_unit_test(a_baseline_is_heard_and_has_no_vote),
		cmocka_unit_test(what_was_not_asked_or_not_answered),
		cmocka_unit_test(words_cannot_move_a_terminal),
		cmocka_unit_test(labels_of_a_pool_are_not_looked_at),
		cmocka_unit_test(an_empty_label_is_refused_elsewhere),
		cmocka_unit_test(a_sample_depends_on_the_seed_alone),
		cmocka_unit_test(what_repeats_a_known_ticket_is_not_drawn),
		cmocka_unit_test_setup_teardown(
			a_pool_comes_back_from_the_store_and_other_slices_need_labels, fixture_new,
			fixture_free),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
