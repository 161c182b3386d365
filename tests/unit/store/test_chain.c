/*
 * The hash chain against tampering: every column of every table changed, rows removed, added,
 * swapped and renumbered, texts changed. A purge must pass.
 */
#include "unit/store_fixture.h"

#include "base/file.h"
#include "store/chain.h"

/* A closed store with a row of every kind, and its bytes, to restore it. */
struct sample {
	struct fixture *f;
	char *bytes;
	size_t len;
	int64_t n_rows;
};

static struct sample sample_new(struct fixture *f)
{
	struct sample sample = { .f = f };

	put_base(f);
	put_rest(f);
	sample.n_rows = f->s.n_rows;
	store_close(&f->s);
	ok(f, file_read(&f->a, f->path, 1 << 24, &sample.bytes, &sample.len, &f->err));
	return sample;
}

static void sample_restore(const struct sample *sample)
{
	struct fixture *f = sample->f;

	ok(f, file_write(f->path, 0600, sample->bytes, sample->len, &f->err));
}

static int verify(struct fixture *f)
{
	struct store s = { 0 };
	int64_t n;
	int r;

	ok(f, store_open(&f->a, f->path, STORE_READ, &s, &f->err));
	r = store_verify_chain(&s, &n, &f->err);
	store_close(&s);
	return r;
}

/* Runs SQL on the file, expects a broken chain, and restores the file. */
static void tamper(const struct sample *sample, const char *text, const char *part)
{
	struct fixture *f = sample->f;

	sql(f, text);
	if (verify(f) == 0)
		fail_msg("not noticed: %s", text);
	if (!strstr(f->err.msg, part))
		fail_msg("'%s' does not say '%s'", f->err.msg, part);
	sample_restore(sample);
}

/* An expression that differs from the column's value. */
static char *changed_value(struct arena *a, const struct column *c, const char *name)
{
	switch (c->type) {
	case COL_I64:
	case COL_INT:
	case COL_SIZE:
		return arena_printf(a, "\"%s\" + 1000", name);
	case COL_BOOL:
		return arena_printf(a, "1 - \"%s\"", name);
	case COL_REAL:
		return arena_printf(a, "\"%s\" + 0.0000001", name);
	case COL_WORD:
	case COL_CHARS:
	case COL_NAME:
	case COL_NAME_NOT_NULL:
		return arena_printf(a, "coalesce(\"%s\", '') || 'x'", name);
	case COL_PROBS:
		return arena_strdup(a, "x'0000000000000000'");
	case COL_TEXT:
	case COL_BYTES:
		return arena_printf(a, "(SELECT max(id) FROM text WHERE id <> \"%s\")", name);
	}
	return NULL;
}

static void change_column(const struct sample *sample, const struct row_type *type,
			  const struct column *c)
{
	struct arena *a = &sample->f->a;
	const char *dot = strrchr(c->name, '.');
	const char *name =
		arena_printf(a, "%s%s", dot ? dot + 1 : c->name, row_is_private(c) ? "_id" : "");

	tamper(sample,
	       arena_printf(a,
			    "UPDATE \"%s\" SET \"%s\" = %s"
			    " WHERE seq = (SELECT min(seq) FROM \"%s\")",
			    type->table, name, changed_value(a, c, name), type->table),
	       "is not what was written");
	assert_non_null(strstr(sample->f->err.msg, type->table));
}

static void new_store_has_an_empty_chain(void **state)
{
	struct fixture *f = *state;
	int64_t n = -1;

	assert_int_equal(strspn(f->s.head, "0"), 64);
	ok(f, store_verify_chain(&f->s, &n, &f->err));
	assert_int_equal(n, 0);
}

static void head_moves_with_every_row(void **state)
{
	struct fixture *f = *state;
	struct event_row event;
	char before[65];
	int64_t n;

	put_base(f);
	put_rest(f);
	fill(&f->a, ROW_EVENT, 1, &event);
	event.run_id = f->run_id;
	for (int i = 0; i < 5; i++) {
		memcpy(before, f->s.head, sizeof(before));
		ok(f, store_put_event(&f->s, &event, &f->err));
		assert_string_not_equal(before, f->s.head);
	}
	memcpy(before, f->s.head, sizeof(before));
	ok(f, store_verify_chain(&f->s, &n, &f->err));
	assert_int_equal(n, f->s.n_rows);
	store_close(&f->s);
	ok(f, store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err));
	assert_string_equal(before, f->s.head);
	assert_int_equal(n, f->s.n_rows);
}

/* An earlier head is found after more rows, in any table. */
static void every_head_stays_in_the_chain(void **state)
{
	struct fixture *f = *state;
	struct event_row event;
	int64_t row, kept;
	char head[65];

	put_base(f);
	memcpy(head, f->s.head, sizeof(head));
	kept = f->s.n_rows;
	put_rest(f);
	ok(f, store_find_link(&f->s, head, &row, &f->err));
	assert_int_equal(row, kept);
	ok(f, store_find_link(&f->s, f->s.head, &row, &f->err));
	assert_int_equal(row, f->s.n_rows);
	head[16] = '\0';
	ok(f, store_find_link(&f->s, head, &row, &f->err));
	assert_int_equal(row, kept);
	head[15] = head[15] == '0' ? '1' : '0';
	ok(f, store_find_link(&f->s, head, &row, &f->err));
	assert_int_equal(row, 0);

	/* Rows that were added since do not count until they are verified. */
	fill(&f->a, ROW_EVENT, 1, &event);
	event.run_id = f->run_id;
	ok(f, store_put_event(&f->s, &event, &f->err));
	f->s.n_rows--;
	ok(f, store_find_link(&f->s, f->s.head, &row, &f->err));
	assert_int_equal(row, 0);
}

static void every_column_is_covered(void **state)
{
	struct sample sample = sample_new(*state);

	for (int kind = 0; kind < ROW_KINDS; kind++)
		for (size_t i = 0; i < row_types[kind].n_columns; i++)
			change_column(&sample, &row_types[kind], &row_types[kind].columns[i]);
}

static void rows_cannot_come_and_go(void **state)
{
	static const char *const seqs[] = { "seq + 100", "-5", "2" };
	struct sample sample = sample_new(*state);
	char text[200];

	for (int kind = 0; kind < ROW_KINDS; kind++) {
		const char *table = row_types[kind].table;

		snprintf(text, sizeof(text),
			 "DELETE FROM \"%s\" WHERE seq = (SELECT max(seq) FROM \"%s\")", table,
			 table);
		tamper(&sample, text, "the row is missing");
		snprintf(text, sizeof(text), "UPDATE \"%s\" SET hash = printf('%%064d', 7)", table);
		tamper(&sample, text, "is not what was written");
	}
	for (size_t i = 0; i < sizeof(seqs) / sizeof(seqs[0]); i++) {
		snprintf(text, sizeof(text),
			 "INSERT INTO event"
			 " SELECT %s, hash, id + 1, run_id, pass_id, at_us, kind, text FROM event",
			 seqs[i]);
		tamper(&sample, text, "never written");
	}
	/* Two tickets change places in the chain. */
	tamper(&sample,
	       "UPDATE ticket SET seq = -seq WHERE ord = 0;"
	       "UPDATE ticket SET seq = seq - 1 WHERE ord = 1;"
	       "UPDATE ticket SET seq = 1 - seq WHERE ord = 0",
	       "is not what was written");
	/* A row numbered 0, in a table that has no other. */
	tamper(&sample, "UPDATE event SET seq = 0", "never written");
	tamper(&sample, "UPDATE head SET hash = printf('%064d', 7)",
	       "the hash that the head records");
	tamper(&sample, "UPDATE head SET seq = seq - 1", "never written");
	tamper(&sample, "UPDATE head SET seq = seq + 1", "the row is missing");
}

static void texts_are_held_by_their_salted_hash(void **state)
{
	struct sample sample = sample_new(*state);
	struct fixture *f = sample.f;
	struct reason **reasons;

	tamper(&sample, "UPDATE text SET body = CAST(body || 'x' AS BLOB) WHERE id = 1",
	       "the text of 'job_text' in table 'run'");
	tamper(&sample, "UPDATE text SET salt = randomblob(16) WHERE id = 1", "the text of");
	tamper(&sample, "UPDATE text SET salt = NULL WHERE id = 1", "the text of");
	tamper(&sample, "UPDATE text SET hash = printf('%064d', 7) WHERE id = 1",
	       "is not what was written");
	tamper(&sample, "DELETE FROM text WHERE id = 1", "is not what was written");

	/* A purge removes text and salt; the rest still holds. */
	sql(f, "UPDATE text SET body = NULL, salt = NULL");
	if (verify(f) != 0)
		fail_msg("%s", f->err.msg);
	ok(f, store_open(&f->a, f->path, STORE_READ, &f->s, &f->err));
	ok(f, store_get_reasons(&f->a, &f->s, f->pass_id, N_TICKETS, &reasons, &f->err));
	assert_ptr_equal(reasons[0]->raw, store_purged);
	assert_int_equal(reasons[0]->raw_len, strlen(store_purged));
	assert_ptr_equal(reasons[0]->rationale, store_purged);
}

static void salts_are_never_the_same(void **state)
{
	struct fixture *f = *state;

	put_base(f);
	put_rest(f);
	assert_int_equal(sql(f, "SELECT count(*) - count(DISTINCT salt) FROM text"), 0);
	assert_int_equal(sql(f, "SELECT min(length(salt)) FROM text"), ROW_SALT_BYTES);
	/* The hashes of two equal texts do not show that they are equal. */
	ok(f, store_put_reason(
		      &f->s, f->pass_id,
		      &(struct reason){ .ticket = 1, .raw = "x", .raw_len = 1, .rationale = "x" },
		      &f->err));
	assert_int_equal(sql(f, "SELECT count(*) FROM text WHERE body = x'78'"), 2);
	assert_int_equal(sql(f, "SELECT count(DISTINCT hash) FROM text WHERE body = x'78'"), 2);
}

static void hash_tells_near_rows_apart(void **state)
{
	const struct column columns[] = { { "a", COL_WORD, 0, 8, 0, NULL },
					  { "b", COL_WORD, 0, 8, 0, NULL } };
	const struct row_type one = { "one", columns, 2, 16, "" },
			      two = { "two", columns, 2, 16, "" };
	struct cell left[] = { { .tag = CELL_TEXT, .data = "ab", .len = 2 },
			       { .tag = CELL_TEXT, .data = "c", .len = 1 } };
	struct cell right[] = { { .tag = CELL_TEXT, .data = "a", .len = 1 },
				{ .tag = CELL_TEXT, .data = "bc", .len = 2 } };
	struct cell empty[] = { { .tag = CELL_TEXT, .data = "", .len = 0 }, left[1] };
	struct cell none[] = { { .tag = CELL_NULL }, left[1] };
	char hashes[6][65];

	(void)state;
	chain_hash("0", &one, left, hashes[0]);
	chain_hash("0", &one, right, hashes[1]);
	chain_hash("0", &one, empty, hashes[2]);
	chain_hash("0", &one, none, hashes[3]);
	chain_hash("0", &two, left, hashes[4]);
	chain_hash("1", &one, left, hashes[5]);
	for (int i = 0; i < 6; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(hashes[i], hashes[k]);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_new, fixture_free)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(new_store_has_an_empty_chain),
		STORE_TEST(head_moves_with_every_row),
		STORE_TEST(every_head_stays_in_the_chain),
		STORE_TEST(every_column_is_covered),
		STORE_TEST(rows_cannot_come_and_go),
		STORE_TEST(texts_are_held_by_their_salted_hash),
		STORE_TEST(salts_are_never_the_same),
		cmocka_unit_test(hash_tells_near_rows_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
