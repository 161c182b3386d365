/*
 * Purging: which texts belong to a run and which are shared; nothing of them is left in the file;
 * the chain and the texts of other runs stay whole. And the search must find what is there.
 */
#include "unit/store_fixture.h"

#include "base/buf.h"
#include "base/file.h"
#include "store/purge/purge.h"
#include "store/purge/residue.h"

enum { FILE_MAX = 16 << 20 };

static struct run_row run_of(struct fixture *f, const char *name)
{
	struct run_row run;

	ok(f, store_get_run(&f->a, &f->s, name, &run, &f->err));
	return run;
}

static const char *first_run(struct fixture *f)
{
	struct run_row *runs;
	size_t n;

	ok(f, store_list_runs(&f->a, &f->s, &runs, &n, &f->err));
	return runs[0].name;
}

/* A second run over the same tickets and, if requested, with the same pass. */
static int64_t put_second(struct fixture *f, bool same_pass)
{
	struct candidate_row candidate;
	struct run_row run;
	int64_t id;

	fill(&f->a, ROW_RUN, 21, &run);
	fill(&f->a, ROW_CANDIDATE, 22, &candidate);
	run.name = "second";
	run.labels_json = LABELS_JSON;
	run.kind = RUN_SMOKE;
	ok(f, store_put_run(&f->s, &run, &id, &f->err));
	ok(f, store_put_run_slice(&f->s, id, &f->slice, &f->err));
	candidate.run_id = id;
	candidate.pass_id = same_pass ? f->pass_id : 0;
	ok(f, store_put_candidate(&f->s, &candidate, &f->err));
	return id;
}

static void put_all(struct fixture *f)
{
	static struct ticket tickets[N_TICKETS] = {
		{ .id = "t1", .text = "the quick brown canary", .text_len = 22, .label = 0 },
		{ .id = "t2", .text = "", .label = 2, .group = "g" },
		{ .id = "t3", .text = "short", .text_len = 5, .label = 1, .lang = "de" },
	};

	f->slice.tickets = tickets;
	put_base(f);
	put_rest(f);
}

static bool file_holds(struct fixture *f, const char *suffix, const char *text)
{
	struct arena a = { 0 };
	const char *path = arena_printf(&a, "%s%s", f->path, suffix);
	bool found = false;
	struct err err;
	char *data;
	size_t len;

	if (file_read(&a, path, FILE_MAX, &data, &len, &err) == 0)
		found = memmem(data, len, text, strlen(text)) != NULL;
	arena_release(&a);
	return found;
}

static void chain_holds(struct fixture *f)
{
	int64_t n;

	ok(f, store_verify_chain(&f->s, &n, &f->err));
	assert_int_equal(sql(f, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	assert_int_equal(sql(f, "SELECT freelist_count FROM pragma_freelist_count"), 0);
}

static void every_text_of_the_run_goes(void **state)
{
	struct fixture *f = *state;
	struct purge_view view;
	struct purge_done done;
	struct run_row run;
	int64_t n_texts, n_rows;

	put_all(f);
	n_texts = sql(f, "SELECT count(*) FROM text WHERE length(body) > 0");
	assert_true(file_holds(f, "", "quick brown canary"));
	run = run_of(f, first_run(f));
	n_rows = f->s.n_rows;
	ok(f, store_purge_look(&f->a, &f->s, &run, &view, &f->err));
	assert_int_equal(view.own.n, n_texts);
	assert_int_equal(view.own.n_bytes, sql(f, "SELECT sum(length(body)) FROM text"));
	assert_int_equal(view.shared.n, 0);
	assert_int_equal(view.n_sharers, 0);
	ok(f, store_purge(&f->a, &f->s, &run, PURGE_OWN, &done, &f->err));
	assert_int_equal(done.removed.n, n_texts);
	assert_int_equal(done.n_found, 0);
	assert_true(done.n_short > 0);
	assert_true(done.n_searched_bytes > 0);
	/* All texts, also of kinds of rows that are added later. Empty texts reveal nothing. */
	assert_int_equal(sql(f, "SELECT count(*) FROM text WHERE length(body) > 0"), 0);
	assert_int_equal(sql(f, "SELECT count(*) FROM text WHERE body IS NULL"), n_texts);
	assert_int_equal(sql(f, "SELECT count(*) FROM text WHERE body IS NULL AND salt NOT NULL"),
			 0);
	assert_int_equal(sql(f, "SELECT count(*) FROM text WHERE length(hash) <> 64"), 0);
	assert_false(file_holds(f, "", "quick brown"));
	assert_int_equal(f->s.n_rows, n_rows + 1);
	chain_holds(f);
}

static void what_was_purged_reads_as_such(void **state)
{
	struct fixture *f = *state;
	struct purge_done done;
	struct reason **reasons;
	struct event_row *events;
	struct slice *slices;
	struct run_row run;
	bool purged;
	size_t n;

	put_all(f);
	run = run_of(f, first_run(f));
	ok(f, store_run_is_purged(&f->s, run.id, &purged, &f->err));
	assert_false(purged);
	ok(f, store_slice_is_purged(&f->s, f->slice.sha256, &purged, &f->err));
	assert_false(purged);
	ok(f, store_purge(&f->a, &f->s, &run, PURGE_OWN, &done, &f->err));
	run = run_of(f, first_run(f));
	assert_ptr_equal(run.prompt, store_purged);
	assert_ptr_equal(run.job_text, store_purged);
	ok(f, store_get_slices(&f->a, &f->s, &run, STORE_TEXTS, &slices, &n, &f->err));
	assert_ptr_equal(slices[0].tickets[0].text, store_purged);
	assert_int_equal(slices[0].tickets[0].text_len, strlen(store_purged));
	assert_string_equal(slices[0].tickets[0].id, "t1");
	ok(f, store_get_slices(&f->a, &f->s, &run, STORE_NO_TEXTS, &slices, &n, &f->err));
	assert_string_equal(slices[0].tickets[0].text, "");
	ok(f, store_get_reasons(&f->a, &f->s, f->pass_id, N_TICKETS, &reasons, &f->err));
	assert_ptr_equal(reasons[0]->rationale, store_purged);
	ok(f, store_get_events(&f->a, &f->s, run.id, &events, &n, &f->err));
	assert_int_equal(events[n - 1].kind, EVENT_PURGED);
	assert_non_null(strstr(events[n - 1].text, done.words));
	ok(f, store_run_is_purged(&f->s, run.id, &purged, &f->err));
	assert_true(purged);
	ok(f, store_slice_is_purged(&f->s, f->slice.sha256, &purged, &f->err));
	assert_true(purged);
}

static void shared_texts_stay_until_the_last_run_is_purged(void **state)
{
	struct fixture *f = *state;
	struct purge_view view;
	struct purge_done done;
	struct run_row run, second;
	bool purged;

	put_all(f);
	put_second(f, false);
	run = run_of(f, first_run(f));
	second = run_of(f, "second");
	ok(f, store_purge_look(&f->a, &f->s, &run, &view, &f->err));
	assert_int_equal(view.shared.n, N_TICKETS - 1); /* one is empty */
	assert_int_equal(view.n_sharers, 1);
	assert_string_equal(view.sharers[0].name, "second");
	ok(f, store_purge(&f->a, &f->s, &run, PURGE_OWN, &done, &f->err));
	assert_int_equal(done.removed.n, view.own.n);
	assert_int_equal(done.n_found, 0);
	assert_true(file_holds(f, "", "quick brown canary"));
	ok(f, store_slice_is_purged(&f->s, f->slice.sha256, &purged, &f->err));
	assert_false(purged);
	chain_holds(f);

	/* A run that was purged uses nothing any more. */
	ok(f, store_purge_look(&f->a, &f->s, &second, &view, &f->err));
	assert_int_equal(view.shared.n, 0);
	ok(f, store_purge(&f->a, &f->s, &second, PURGE_OWN, &done, &f->err));
	assert_int_equal(sql(f, "SELECT count(*) FROM text WHERE length(body) > 0"), 0);
	assert_false(file_holds(f, "", "quick brown canary"));
	chain_holds(f);
}

static void shared_texts_go_where_that_is_asked_for(void **state)
{
	struct fixture *f = *state;
	struct event_row *events;
	struct purge_view view;
	struct purge_done done;
	struct run_row run;
	int64_t second;
	bool purged;
	size_t n;

	put_all(f);
	second = put_second(f, true);
	run = run_of(f, first_run(f));
	ok(f, store_purge_look(&f->a, &f->s, &run, &view, &f->err));
	assert_int_equal(view.own.n, 3); /* job, prompt and form */
	ok(f, store_purge(&f->a, &f->s, &run, PURGE_SHARED, &done, &f->err));
	assert_int_equal(done.removed.n, view.own.n + view.shared.n);
	/* The second run keeps its job, prompt and form, and records what it lost. */
	assert_int_equal(sql(f, "SELECT count(*) FROM text WHERE length(body) > 0"), 3);
	ok(f, store_get_events(&f->a, &f->s, second, &events, &n, &f->err));
	assert_int_equal(n, 1);
	assert_int_equal(events[0].kind, EVENT_TEXTS_PURGED);
	assert_non_null(strstr(events[0].text, run.name));
	ok(f, store_run_is_purged(&f->s, second, &purged, &f->err));
	assert_false(purged);
	chain_holds(f);
}

static void second_purge_finds_nothing_to_do(void **state)
{
	struct fixture *f = *state;
	struct purge_done done;
	struct run_row run;
	int64_t n_rows;

	put_all(f);
	run = run_of(f, first_run(f));
	ok(f, store_purge(&f->a, &f->s, &run, PURGE_OWN, &done, &f->err));
	n_rows = f->s.n_rows;
	ok(f, store_purge(&f->a, &f->s, &run, PURGE_SHARED, &done, &f->err));
	assert_int_equal(done.removed.n, 0);
	assert_int_equal(f->s.n_rows, n_rows);
	chain_holds(f);
}

/* Words that a kept column also holds are counted and reported. */
static void text_in_a_kept_column_is_kept_not_found(void **state)
{
	struct fixture *f = *state;
	struct event_row note = { .kind = EVENT_NOTE, .text = "so: the quick brown canary, again" };
	struct purge_done done;
	struct run_row run;

	put_all(f);
	run = run_of(f, first_run(f));
	note.run_id = run.id;
	ok(f, store_put_event(&f->s, &note, &f->err));
	ok(f, store_purge(&f->a, &f->s, &run, PURGE_OWN, &done, &f->err));
	assert_int_equal(done.n_found, 0);
	assert_int_equal(done.n_kept, 1);
	assert_true(file_holds(f, "", "quick brown canary"));
}

/* What lies beside the store under its name is searched too. */
static void leftover_beside_the_store_is_found(void **state)
{
	static const char left[] = "xx brown canary xx";
	static const char *const suffixes[] = { ".new", ".new-journal", ".lock" };
	struct fixture *f = *state;
	struct run_row run;

	put_all(f);
	run = run_of(f, first_run(f));
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		const char *path = arena_printf(&f->a, "%s%s", f->path, suffixes[i]);
		struct purge_done done;

		sql(f, "UPDATE text SET salt = randomblob(16), body = CAST('the quick brown canary'"
		       " AS BLOB) WHERE id = (SELECT text_id FROM ticket WHERE ord = 0)");
		ok(f, file_write(path, 0600, left, strlen(left), &f->err));
		ok(f, store_purge(&f->a, &f->s, &run, PURGE_OWN, &done, &f->err));
		assert_int_equal(done.n_found, 1);
		assert_non_null(strstr(done.files, path));
		unlink(path);
	}
}

/* Past a page, and past what is searched at a time. */
static void long_texts_leave_nothing_behind(void **state)
{
	struct fixture *f = *state;
	struct purge_done done;
	struct run_row run;
	struct buf text;

	put_all(f);
	buf_init(&text, 8 << 20);
	for (int i = 0; i < 90000; i++)
		buf_addf(&text, "word %d of many; ", i * 7919);
	ok(f, store_put_reason(&f->s, f->pass_id,
			       &(struct reason){ .ticket = 1,
						 .raw = text.data,
						 .raw_len = text.len,
						 .rationale = buf_text(&text) },
			       &f->err));
	run = run_of(f, first_run(f));
	assert_true(file_holds(f, "", "word 79190 of many"));
	ok(f, store_purge(&f->a, &f->s, &run, PURGE_OWN, &done, &f->err));
	assert_int_equal(done.n_found, 0);
	assert_false(file_holds(f, "", "word 79190 of many"));
	assert_true(sql(f, "SELECT page_count FROM pragma_page_count") < 200);
	chain_holds(f);
	buf_release(&text);
}

static void search_finds_pieces_that_are_not_kept(void **state)
{
	static const char text[] = "My number is 0170 555 1234, call me";
	struct arena a = { 0 };
	struct residue r;

	(void)state;
	residue_init(&r, &a, sizeof(text));
	residue_add(&r, text, strlen(text));
	assert_int_equal(residue_of(&r, text, strlen(text)), RESIDUE_NONE);
	assert_int_equal(residue_of(&r, "elevenbytes", 11), RESIDUE_SHORT);
	residue_search(&r, "...0170 555 12...", 17); /* 11 bytes of it */
	assert_int_equal(residue_of(&r, text, strlen(text)), RESIDUE_NONE);
	residue_search(&r, "...0170 555 123...", 18); /* 12 */
	assert_int_equal(residue_of(&r, text, strlen(text)), RESIDUE_FOUND);
	residue_keep(&r, "0170 555 123", 12);
	assert_int_equal(residue_of(&r, text, strlen(text)), RESIDUE_NONE);
	residue_search(&r, "My number is", 12);
	assert_int_equal(residue_of(&r, text, strlen(text)), RESIDUE_FOUND);
	residue_keep(&r, text, strlen(text));
	assert_int_equal(residue_of(&r, text, strlen(text)), RESIDUE_KEPT);
	arena_release(&a);
}

/* "a.jsonl" is kept, and the next byte in the file happens to be a line break, as in the text. */
static void chance_neighbour_of_a_kept_value_is_no_residue(void **state)
{
	static const char text[] = "tickets: tickets-12.jsonl\nmodels: one";
	struct arena a = { 0 };
	struct residue r;

	(void)state;
	residue_init(&r, &a, sizeof(text));
	residue_add(&r, text, strlen(text));
	residue_keep(&r, "tickets-12.jsonl", 16);
	residue_search(&r, "\1tickets-12.jsonl\n\2\3", 20);
	assert_int_equal(residue_of(&r, text, strlen(text)), RESIDUE_NONE);
	residue_search(&r, "\nmodels: one", 12);
	assert_int_equal(residue_of(&r, text, strlen(text)), RESIDUE_FOUND);
	arena_release(&a);
}

/* Two texts with the same piece: it is found for both. */
static void piece_of_several_texts_counts_for_each(void **state)
{
	static const char x[] = "one shared piece here", y[] = "and one shared piece there";
	struct arena a = { 0 };
	struct residue r;

	(void)state;
	residue_init(&r, &a, sizeof(x) + sizeof(y));
	residue_add(&r, x, strlen(x));
	residue_add(&r, y, strlen(y));
	residue_search(&r, "shared piece", 12);
	assert_int_equal(residue_of(&r, x, strlen(x)), RESIDUE_FOUND);
	assert_int_equal(residue_of(&r, y, strlen(y)), RESIDUE_FOUND);
	arena_release(&a);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_new, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(every_text_of_the_run_goes),
		STORE_TEST(what_was_purged_reads_as_such),
		STORE_TEST(shared_texts_stay_until_the_last_run_is_purged),
		STORE_TEST(shared_texts_go_where_that_is_asked_for),
		STORE_TEST(second_purge_finds_nothing_to_do),
		STORE_TEST(text_in_a_kept_column_is_kept_not_found),
		STORE_TEST(leftover_beside_the_store_is_found),
		STORE_TEST(long_texts_leave_nothing_behind),
		cmocka_unit_test(search_finds_pieces_that_are_not_kept),
		cmocka_unit_test(chance_neighbour_of_a_kept_value_is_no_residue),
		cmocka_unit_test(piece_of_several_texts_counts_for_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
