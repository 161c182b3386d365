/*
 * Rows go into the store and come back: every field of every row, rows put twice, missing names.
 * Faults are in test_store_faults.c, tampering in test_chain.c.
 */
#include "unit/store_fixture.h"

#include <math.h>

/* Marks the bytes of a type's members; padding stays 0. */
#define MEMBERS_OF(type) \
	do { \
		type x; \
		memset(&x, 0xff, sizeof(x)); \
		__builtin_clear_padding(&x); \
		assert_int_equal(sizeof(x), row_types[kind].size); \
		memcpy(bytes, &x, sizeof(x)); \
	} while (0)

#ifdef __has_builtin
#if __has_builtin(__builtin_clear_padding)
#define CAN_SEE_PADDING 1
#endif
#endif

#ifdef CAN_SEE_PADDING
static void mark_members(enum row_kind kind, unsigned char *bytes)
{
	switch (kind) {
	case ROW_RUN:
		MEMBERS_OF(struct run_row);
		break;
	case ROW_MODEL: /* its place and its extras are stored with candidate and pass */
		MEMBERS_OF(struct model);
		memset(bytes + offsetof(struct model, origin), 0, sizeof(struct model_origin));
		memset(bytes + offsetof(struct model, adapter), 0, sizeof(struct model_file));
		memset(bytes + offsetof(struct model, projector), 0, sizeof(struct model_file));
		memset(bytes + offsetof(struct model, extras), 0, sizeof(struct model *));
		memset(bytes + offsetof(struct model, n_extras), 0, sizeof(size_t));
		memset(bytes + offsetof(struct model, url), 0, 2 * sizeof(char *));
		memset(bytes + offsetof(struct model, forwards_to), 0, sizeof(char *));
		memset(bytes + offsetof(struct model, routes), 0, sizeof(unsigned));
		memset(bytes + offsetof(struct model, repeats), 0, sizeof(struct model *));
		/* It only serves the next plan. */
		memset(bytes + offsetof(struct model, reason_mean_tok), 0, sizeof(double));
		break;
	case ROW_SLICE:
		MEMBERS_OF(struct slice_row);
		break;
	case ROW_TICKET: /* the label goes by its name */
		MEMBERS_OF(struct ticket_row);
		memset(bytes + offsetof(struct ticket_row, ticket.label), 0, sizeof(int));
		break;
	case ROW_RUN_SLICE:
		MEMBERS_OF(struct run_slice_row);
		break;
	case ROW_PASS:
		MEMBERS_OF(struct pass_row);
		break;
	case ROW_CANDIDATE:
		MEMBERS_OF(struct candidate_row);
		break;
	case ROW_SEGMENT: /* the engine is kept with the pass */
		MEMBERS_OF(struct segment_row);
		memset(bytes + offsetof(struct segment_row, report.engine_build), 0,
		       sizeof(char *));
		memset(bytes + offsetof(struct segment_row, report.device), 0, sizeof(char *));
		break;
	case ROW_ANSWER: /* a hidden state is never stored */
		MEMBERS_OF(struct answer_row);
		memset(bytes + offsetof(struct answer_row, answer.hidden), 0, sizeof(double *));
		memset(bytes + offsetof(struct answer_row, answer.n_hidden), 0, sizeof(size_t));
		break;
	case ROW_REASON:
		MEMBERS_OF(struct reason_row);
		break;
	case ROW_EVENT:
		MEMBERS_OF(struct event_row);
		break;
	case ROW_KINDS:
		break;
	}
}

static void every_member_has_a_column(void **state)
{
	(void)state;
	for (int kind = 0; kind < ROW_KINDS; kind++) {
		const struct row_type *type = &row_types[kind];
		unsigned char *bytes = calloc(1, type->size);

		mark_members((enum row_kind)kind, bytes);
		for (size_t i = 0; i < type->n_columns; i++) {
			const struct column *c = &type->columns[i];

			memset(bytes + c->offset, 0, c->size);
			if (c->type == COL_BYTES || c->type == COL_PROBS)
				memset(bytes + c->len, 0, sizeof(size_t));
		}
		for (size_t i = 0; i < type->size; i++)
			if (bytes[i])
				fail_msg("byte %zu of the struct of '%s' is in no column", i,
					 type->table);
		free(bytes);
	}
}
#else
static void every_member_has_a_column(void **state)
{
	(void)state;
	print_message("this compiler has no __builtin_clear_padding: members are not checked\n");
	skip();
}
#endif

static void columns_have_the_size_of_their_type(void **state)
{
	static const size_t sizes[] = {
		[COL_I64] = sizeof(int64_t),	    [COL_INT] = sizeof(int),
		[COL_SIZE] = sizeof(size_t),	    [COL_BOOL] = sizeof(bool),
		[COL_REAL] = sizeof(double),	    [COL_WORD] = sizeof(char *),
		[COL_NAME] = sizeof(enum run_kind), [COL_NAME_NOT_NULL] = sizeof(enum outcome),
		[COL_PROBS] = sizeof(double *),	    [COL_TEXT] = sizeof(char *),
		[COL_BYTES] = sizeof(char *),
	};

	(void)state;
	for (int kind = 0; kind < ROW_KINDS; kind++) {
		assert_true(row_types[kind].n_columns <= ROW_MAX_COLUMNS);
		for (size_t i = 0; i < row_types[kind].n_columns; i++) {
			const struct column *c = &row_types[kind].columns[i];

			if (c->type != COL_CHARS && c->size != sizes[c->type])
				fail_msg("%s.%s", row_types[kind].table, c->name);
		}
	}
}

static bool same_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (!a || !b)
		return a == b;
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

static bool same_member(const struct column *c, const char *a, const char *b)
{
	const char *text_a, *text_b;
	size_t len_a, len_b;

	memcpy(&text_a, a + c->offset, sizeof(text_a));
	memcpy(&text_b, b + c->offset, sizeof(text_b));
	memcpy(&len_a, a + c->len, sizeof(len_a));
	memcpy(&len_b, b + c->len, sizeof(len_b));
	switch (c->type) {
	case COL_WORD:
	case COL_TEXT:
		return text_a && text_b ? strcmp(text_a, text_b) == 0 : text_a == text_b;
	case COL_CHARS:
		return strcmp(a + c->offset, b + c->offset) == 0;
	case COL_BYTES:
		return same_bytes(text_a, len_a, text_b, len_b);
	case COL_PROBS:
		return same_bytes(text_a, len_a * sizeof(double), text_b, len_b * sizeof(double));
	default:
		return memcmp(a + c->offset, b + c->offset, c->size) == 0;
	}
}

static void assert_same_row(enum row_kind kind, const void *a, const void *b)
{
	for (size_t i = 0; i < row_types[kind].n_columns; i++)
		if (!same_member(&row_types[kind].columns[i], a, b))
			fail_msg("%s.%s did not come back as it was put", row_types[kind].table,
				 row_types[kind].columns[i].name);
}

static void run_comes_back(void **state)
{
	struct fixture *f = *state;
	struct run_row put, got;

	fill(&f->a, ROW_RUN, 1, &put);
	ok(f, store_put_run(&f->s, &put, &put.id, &f->err));
	assert_int_equal(put.id, 1);
	ok(f, store_get_run(&f->a, &f->s, put.name, &got, &f->err));
	assert_same_row(ROW_RUN, &put, &got);
}

static void model_comes_back(void **state)
{
	struct fixture *f = *state;
	struct model bare = { 0 }, put = { 0 }, got;

	fill(&f->a, ROW_MODEL, 1, &put);
	memcpy(bare.sha256, put.sha256, sizeof(bare.sha256));
	ok(f, store_put_model(&f->s, &bare, &f->err));
	ok(f, store_put_model(&f->s, &bare, &f->err));
	assert_int_equal(f->s.n_rows, 1);
	ok(f, store_get_model(&f->a, &f->s, put.sha256, &got, &f->err));
	assert_same_row(ROW_MODEL, &bare, &got);

	ok(f, store_put_model(&f->s, &put, &f->err));
	ok(f, store_put_model(&f->s, &bare, &f->err));
	assert_int_equal(f->s.n_rows, 2);
	ok(f, store_get_model(&f->a, &f->s, put.sha256, &got, &f->err));
	assert_same_row(ROW_MODEL, &put, &got);
	refused(f, store_get_model(&f->a, &f->s, "none", &got, &f->err), ERR_STORE, "no model");
}

static void assert_same_ticket(const struct ticket *a, const struct ticket *b)
{
	struct ticket_row rows[2] = { { .ticket = *a }, { .ticket = *b } };

	assert_same_row(ROW_TICKET, &rows[0], &rows[1]);
}

static void slices_come_back(void **state)
{
	struct fixture *f = *state;
	struct slice harder = f->slice, *got;
	struct run_row run;
	size_t n;

	put_base(f);
	harder.role = SLICE_HARDER;
	harder.path = "harder.csv";
	harder.n = 1;
	harder.sha256[0] = 'b';
	ok(f, store_put_slice(&f->s, &f->job, &harder, &f->err));
	ok(f, store_put_run_slice(&f->s, f->run_id, &harder, &f->err));
	ok(f, store_get_run(&f->a, &f->s, NULL, &run, &f->err));
	ok(f, store_get_slices(&f->a, &f->s, &run, STORE_TEXTS, &got, &n, &f->err));
	assert_int_equal(n, 2);
	assert_string_equal(got[0].sha256, f->slice.sha256);
	assert_string_equal(got[1].sha256, harder.sha256);
	assert_string_equal(got[1].path, "harder.csv");
	assert_int_equal(got[0].role, SLICE_ORDINARY);
	assert_int_equal(got[1].role, SLICE_HARDER);
	assert_int_equal(got[0].n, N_TICKETS);
	assert_int_equal(got[1].n, 1);
	for (size_t i = 0; i < N_TICKETS; i++) {
		assert_same_ticket(&got[0].tickets[i], &f->slice.tickets[i]);
		assert_int_equal(got[0].tickets[i].label, f->slice.tickets[i].label);
	}
}

static void slice_is_kept_once_and_used_in_many_runs(void **state)
{
	struct fixture *f = *state;
	struct slice harder = f->slice, *got;
	struct run_row run;
	int64_t n_rows;
	size_t n;

	put_base(f);
	n_rows = f->s.n_rows;
	ok(f, store_put_slice(&f->s, &f->job, &f->slice, &f->err));
	ok(f, store_put_run_slice(&f->s, f->run_id, &f->slice, &f->err));
	assert_int_equal(f->s.n_rows, n_rows);
	harder.role = SLICE_HARDER;
	refused(f, store_put_run_slice(&f->s, f->run_id, &harder, &f->err), ERR_STORE,
		"another kind of ticket");

	/* Another run numbers its labels differently, and uses the tickets as another kind. */
	fill(&f->a, ROW_RUN, 9, &run);
	run.labels_json = "[{\"name\":\"other\"},{\"name\":\"card\"},{\"name\":\"top_up\"}]";
	ok(f, store_put_run(&f->s, &run, &run.id, &f->err));
	ok(f, store_put_run_slice(&f->s, run.id, &harder, &f->err));
	ok(f, store_get_slices(&f->a, &f->s, &run, STORE_TEXTS, &got, &n, &f->err));
	assert_int_equal(n, 1);
	assert_int_equal(got[0].role, SLICE_HARDER);
	assert_int_equal(got[0].tickets[0].label, 1);
	assert_int_equal(got[0].tickets[1].label, 0);
	run.labels_json = "[{\"name\":\"other\"}]";
	refused(f, store_get_slices(&f->a, &f->s, &run, STORE_TEXTS, &got, &n, &f->err), ERR_STORE,
		"'card'");
}

static void pass_comes_back_and_is_found_by_its_key(void **state)
{
	struct fixture *f = *state;
	struct pass_row put, got;
	int64_t id, n_rows;
	bool is_new = true;

	put_base(f);
	fill(&f->a, ROW_PASS, 3, &put);
	put.slice_sha256 = f->slice.sha256;
	put.id = f->pass_id;
	ok(f, store_get_pass(&f->a, &f->s, f->pass_id, &got, &f->err));
	assert_same_row(ROW_PASS, &put, &got);
	n_rows = f->s.n_rows;
	put.device = "changed";
	ok(f, store_put_pass(&f->s, &put, &id, &is_new, &f->err));
	assert_false(is_new);
	assert_int_equal(id, f->pass_id);
	assert_int_equal(f->s.n_rows, n_rows);
	refused(f, store_get_pass(&f->a, &f->s, 99, &got, &f->err), ERR_STORE, "no pass 99");
	put.key = "new";
	put.slice_sha256 = "none";
	refused(f, store_put_pass(&f->s, &put, &id, &is_new, &f->err), ERR_STORE, "FOREIGN KEY");
}

static void candidates_come_back_in_the_order_in_which_they_came(void **state)
{
	struct fixture *f = *state;
	struct candidate_row put[4], *got;
	size_t n;

	put_base(f);
	for (int i = 0; i < 4; i++) {
		fill(&f->a, ROW_CANDIDATE, i + 1, &put[i]);
		put[i].run_id = f->run_id;
		put[i].pass_id = i == 0 ? f->pass_id : 0;
		put[i].ord = 3 - i;
	}
	put[3].name = put[2].name;
	put[3].path = put[2].path;
	put[3].refused = put[2].refused;
	for (int i = 0; i < 4; i++)
		ok(f, store_put_candidate(&f->s, &put[i], &f->err));
	put[0].name = "changed";
	ok(f, store_put_candidate(&f->s, &put[0], &f->err));
	ok(f, store_get_candidates(&f->a, &f->s, f->run_id, &got, &n, &f->err));
	assert_int_equal(n, 3);
	fill(&f->a, ROW_CANDIDATE, 1, &put[3]);
	put[0].name = put[3].name;
	for (int i = 0; i < 3; i++) {
		put[i].id = i + 1;
		assert_same_row(ROW_CANDIDATE, &put[i], &got[i]);
	}
}

static void candidate_without_a_pass_has_a_new_row_for_a_new_reason(void **state)
{
	static const char *const reasons[] = { "", "too large", "too large", "", "", "too large" };
	static const char *const kept[] = { "", "too large", "", "too large" };
	struct fixture *f = *state;
	struct candidate_row row, *got;
	size_t n;

	put_base(f);
	fill(&f->a, ROW_CANDIDATE, 1, &row);
	row.run_id = f->run_id;
	row.pass_id = 0;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++) {
		row.refused = reasons[i];
		ok(f, store_put_candidate(&f->s, &row, &f->err));
	}
	ok(f, store_get_candidates(&f->a, &f->s, f->run_id, &got, &n, &f->err));
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(got[i].refused, kept[i]);
}

static void segments_and_events_come_back(void **state)
{
	struct fixture *f = *state;
	struct segment_row segment, *segments;
	struct event_row event, *events;
	size_t n;

	put_base(f);
	fill(&f->a, ROW_SEGMENT, 5, &segment);
	fill(&f->a, ROW_EVENT, 6, &event);
	segment.run_id = event.run_id = f->run_id;
	segment.pass_id = f->pass_id;
	/* Twice: two equal rows are still two rows. */
	for (int i = 1; i <= 2; i++) {
		ok(f, store_put_segment(&f->s, &segment, &f->err));
		ok(f, store_put_event(&f->s, &event, &f->err));
		ok(f, store_get_segments(&f->a, &f->s, f->pass_id, &segments, &n, &f->err));
		assert_int_equal(n, i);
		ok(f, store_get_events(&f->a, &f->s, f->run_id, &events, &n, &f->err));
		assert_int_equal(n, i);
		segment.id = event.id = i;
		assert_same_row(ROW_SEGMENT, &segment, &segments[i - 1]);
		assert_same_row(ROW_EVENT, &event, &events[i - 1]);
	}
}

static void answers_come_back(void **state)
{
	struct fixture *f = *state;
	double odd[] = { 5e-324, 1.0 / 3, 0.1 + 0.2 };
	struct answer put[2] = { answer_for(&f->a, 2), answer_for(&f->a, 0) };
	struct answer_row rows[2] = { 0 };
	struct answer **got;

	put_base(f);
	put[0].probs = odd;
	put[0].raw = "a\0b\xff\x80";
	put[0].raw_len = 5;
	put[1].probs = NULL;
	put[1].n_probs = 0;
	put[1].raw = "";
	put[1].raw_len = 0;
	put[1].label = -1;
	put[1].spans = NULL;
	put[1].detail = "";
	for (int i = 0; i < 2; i++)
		ok(f, store_put_answer(&f->s, f->pass_id, &put[i], &f->err));
	ok(f, store_get_answers(&f->a, &f->s, f->pass_id, N_TICKETS, STORE_TEXTS, &got, &f->err));
	assert_null(got[1]);
	for (int i = 0; i < 2; i++) {
		rows[0].answer = put[i];
		rows[1].answer = *got[put[i].ticket];
		assert_same_row(ROW_ANSWER, &rows[0], &rows[1]);
	}
	refused(f, store_get_answers(&f->a, &f->s, f->pass_id, 2, STORE_TEXTS, &got, &f->err),
		ERR_STORE, "ticket 2 of a slice of 2");
}

/* Everything except private texts, unless they are requested. */
static void texts_are_left_out_where_not_asked_for(void **state)
{
	struct fixture *f = *state;
	struct answer put = answer_for(&f->a, 1);
	struct answer_row rows[2] = { 0 };
	struct answer **got;
	struct slice *slices;
	struct run_row run;
	size_t n;

	put_base(f);
	ok(f, store_put_answer(&f->s, f->pass_id, &put, &f->err));
	/* Not even looked at: this store has lost its texts. */
	sql(f, "PRAGMA foreign_keys = OFF; DROP TABLE text");
	ok(f,
	   store_get_answers(&f->a, &f->s, f->pass_id, N_TICKETS, STORE_NO_TEXTS, &got, &f->err));
	assert_string_equal(got[1]->raw, "");
	assert_int_equal(got[1]->raw_len, 0);
	rows[0].answer = put;
	rows[1].answer = *got[1];
	rows[0].answer.raw = "";
	rows[0].answer.raw_len = 0;
	rows[0].answer.thought = "";
	rows[0].answer.thought_len = 0;
	assert_same_row(ROW_ANSWER, &rows[0], &rows[1]);
	run = (struct run_row){ .id = f->run_id, .labels_json = LABELS_JSON };
	ok(f, store_get_slices(&f->a, &f->s, &run, STORE_NO_TEXTS, &slices, &n, &f->err));
	assert_int_equal(n, 1);
	for (size_t i = 0; i < N_TICKETS; i++) {
		struct ticket expected = f->slice.tickets[i];

		expected.text = "";
		expected.text_len = 0;
		expected.gold = "";
		assert_same_ticket(&slices[0].tickets[i], &expected);
		assert_int_equal(slices[0].tickets[i].label, expected.label);
	}
	refused(f, store_get_slices(&f->a, &f->s, &run, STORE_TEXTS, &slices, &n, &f->err),
		ERR_STORE, "text");
}

static void every_outcome_comes_back(void **state)
{
	struct fixture *f = *state;
	struct answer **got;

	put_base(f);
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		struct answer put = answer_for(&f->a, (size_t)i);

		put.outcome = (enum outcome)i;
		ok(f, store_put_answer(&f->s, f->pass_id, &put, &f->err));
		assert_int_equal(names_find(&outcome_names, outcome_name(put.outcome)), i);
		assert_true(strlen(outcome_words(put.outcome)) > 0);
	}
	assert_int_equal(names_find(&outcome_names, "none"), -1);
	ok(f,
	   store_get_answers(&f->a, &f->s, f->pass_id, OUTCOME_COUNT, STORE_TEXTS, &got, &f->err));
	for (int i = 0; i < OUTCOME_COUNT; i++)
		assert_int_equal(got[i]->outcome, i);
}

static void reasons_come_back(void **state)
{
	struct fixture *f = *state;
	struct reason_row put = { 0 }, got = { 0 };
	struct reason **reasons;

	put_base(f);
	fill(&f->a, ROW_REASON, 1, &put);
	put.reason.ticket = 1;
	ok(f, store_put_reason(&f->s, f->pass_id, &put.reason, &f->err));
	ok(f, store_get_reasons(&f->a, &f->s, f->pass_id, N_TICKETS, &reasons, &f->err));
	assert_null(reasons[0]);
	got.reason = *reasons[1];
	put.pass_id = got.pass_id;
	assert_same_row(ROW_REASON, &put, &got);
	refused(f, store_put_reason(&f->s, f->pass_id, &put.reason, &f->err), ERR_STORE,
		"already has its reason");
	refused(f, store_get_reasons(&f->a, &f->s, f->pass_id, 1, &reasons, &f->err), ERR_STORE,
		"ticket 1 of a slice of 1");
}

static void second_answer_is_refused(void **state)
{
	struct fixture *f = *state;
	struct answer first = answer_for(&f->a, 1), second = first, other = answer_for(&f->a, 2);
	struct answer **got;

	put_base(f);
	second.label = 77;
	ok(f, store_put_answer(&f->s, f->pass_id, &first, &f->err));
	refused(f, store_put_answer(&f->s, f->pass_id, &second, &f->err), ERR_STORE,
		"ticket 1 of pass 1 already has its answer; nothing is asked twice");
	ok(f, store_put_answer(&f->s, f->pass_id, &other, &f->err));
	ok(f, store_get_answers(&f->a, &f->s, f->pass_id, N_TICKETS, STORE_TEXTS, &got, &f->err));
	assert_int_equal(got[1]->label, first.label);
	refused(f, store_put_answer(&f->s, 99, &first, &f->err), ERR_STORE, "FOREIGN KEY");
}

static void numbers_that_are_none_are_refused(void **state)
{
	struct fixture *f = *state;
	struct run_row run;

	fill(&f->a, ROW_RUN, 1, &run);
	run.bar = NAN;
	refused(f, store_put_run(&f->s, &run, &run.id, &f->err), ERR_STORE, "run.bar");
	run.bar = -0.0;
	ok(f, store_put_run(&f->s, &run, &run.id, &f->err));
	ok(f, store_verify_chain(&f->s, &(int64_t){ 0 }, &f->err));
	run.name = "endless";
	run.bar = INFINITY;
	ok(f, store_put_run(&f->s, &run, &run.id, &f->err));
	ok(f, store_get_run(&f->a, &f->s, "endless", &run, &f->err));
	assert_true(isinf(run.bar));
}

static void runs_are_found_by_name(void **state)
{
	struct fixture *f = *state;
	struct run_row first, second, got, *rows;
	bool found = true;
	size_t n;

	refused(f, store_get_run(&f->a, &f->s, NULL, &got, &f->err), ERR_INPUT, "no run yet");
	refused(f, store_get_run(&f->a, &f->s, "x", &got, &f->err), ERR_INPUT, "no run yet");
	ok(f, store_find_run(&f->a, &f->s, "x", &found, &got, &f->err));
	assert_false(found);
	fill(&f->a, ROW_RUN, 1, &first);
	fill(&f->a, ROW_RUN, 2, &second);
	first.name = "one";
	second.name = "two";
	first.kind = second.kind = RUN_SMOKE;
	ok(f, store_put_run(&f->s, &first, &first.id, &f->err));
	ok(f, store_put_run(&f->s, &second, &second.id, &f->err));
	refused(f, store_put_run(&f->s, &first, &first.id, &f->err), ERR_STORE, "named 'one'");
	refused(f, store_get_run(&f->a, &f->s, "x", &got, &f->err), ERR_INPUT,
		"no run named 'x'; it has 'one', 'two'");
	ok(f, store_get_run(&f->a, &f->s, NULL, &got, &f->err));
	assert_string_equal(got.name, "two");
	ok(f, store_find_run(&f->a, &f->s, "one", &found, &got, &f->err));
	assert_true(found);
	assert_int_equal(got.id, first.id);
	ok(f, store_list_runs(&f->a, &f->s, &rows, &n, &f->err));
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].name, "one");
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_new, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_member_has_a_column),
		cmocka_unit_test(columns_have_the_size_of_their_type),
		STORE_TEST(run_comes_back),
		STORE_TEST(model_comes_back),
		STORE_TEST(slices_come_back),
		STORE_TEST(slice_is_kept_once_and_used_in_many_runs),
		STORE_TEST(pass_comes_back_and_is_found_by_its_key),
		STORE_TEST(candidates_come_back_in_the_order_in_which_they_came),
		STORE_TEST(candidate_without_a_pass_has_a_new_row_for_a_new_reason),
		STORE_TEST(segments_and_events_come_back),
		STORE_TEST(answers_come_back),
		STORE_TEST(texts_are_left_out_where_not_asked_for),
		STORE_TEST(every_outcome_comes_back),
		STORE_TEST(reasons_come_back),
		STORE_TEST(second_answer_is_refused),
		STORE_TEST(numbers_that_are_none_are_refused),
		STORE_TEST(runs_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
