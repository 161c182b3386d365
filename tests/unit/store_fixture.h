/*
 * What the store's tests share: a store in a folder of its own, rows filled through the row
 * tables so that every column gets a value of its own, and SQL straight into the file.
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store/row.h"
#include "store/store.h"

#define UNUSED __attribute__((unused))
#define LABELS_JSON "[{\"name\":\"card\"},{\"name\":\"top_up\"},{\"name\":\"other\"}]"
enum { N_LABELS = 3, N_TICKETS = 3 };

struct fixture {
	char dir[64], path[128];
	struct arena a;
	struct store s;
	struct err err;
	int64_t run_id, pass_id;
	struct job job;
	struct slice slice;
};

/* Fails the test with the message that came. */
#define ok(f, call) \
	do { \
		if ((call) != 0) \
			fail_msg("%s: %s", #call, (f)->err.msg); \
	} while (0)

#define refused(f, call, error_kind, part) \
	do { \
		assert_int_equal(call, -1); \
		assert_int_equal((f)->err.kind, error_kind); \
		if (!strstr((f)->err.msg, part)) \
			fail_msg("'%s' does not say '%s'", (f)->err.msg, part); \
	} while (0)

UNUSED static int fixture_new(void **state)
{
	static struct label labels[N_LABELS] = { { "card", NULL },
						 { "top_up", NULL },
						 { "other", NULL } };
	static struct ticket tickets[N_TICKETS] = {
		{ .id = "t1",
		  .text = "lost\0card",
		  .text_len = 9,
		  .label = 0,
		  .gold = "{\"a\":1}",
		  .line = 7 },
		{ .id = "t2", .text = "", .label = 2, .lang = "", .group = "g", .line = 8 },
		{ .id = "t3", .text = "\xff\xfe top", .text_len = 6, .label = 1, .lang = "de" },
	};
	struct fixture *f = calloc(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	snprintf(f->dir, sizeof(f->dir), "%.40s/storeXXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/job.store", f->dir);
	f->job = (struct job){ .labels = labels, .n_labels = N_LABELS };
	f->slice = (struct slice){ .path = "tickets.jsonl", .tickets = tickets, .n = N_TICKETS };
	memset(f->slice.sha256, 'a', 64);
	*state = f;
	return store_open(&f->a, f->path, STORE_WRITE, &f->s, &f->err);
}

UNUSED static int fixture_free(void **state)
{
	struct fixture *f = *state;
	char command[160];

	store_close(&f->s);
	arena_release(&f->a);
	snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
	free(f);
	return system(command);
}

/* Fills the struct through its table; every column gets a value of its own, made from seed. */
UNUSED static void fill(struct arena *a, enum row_kind kind, int seed, void *row)
{
	const struct row_type *type = &row_types[kind];

	for (size_t i = 0; i < type->n_columns; i++) {
		const struct column *c = &type->columns[i];
		char *at = (char *)row + c->offset, *len = (char *)row + c->len;
		int n = 1000 * seed + (int)i;
		char *text = arena_printf(a, "%d %s", n, c->name);
		double *probs = arena_array(a, N_LABELS, sizeof(double));

		for (int k = 0; k < N_LABELS; k++)
			probs[k] = 1.0 / (n + k + 3);
		switch (c->type) {
		case COL_I64:
			*(int64_t *)(void *)at = INT64_MIN + n;
			break;
		case COL_INT:
			*(int *)(void *)at = -n;
			break;
		case COL_SIZE:
			*(size_t *)(void *)at = (size_t)n;
			break;
		case COL_BOOL:
			*(bool *)(void *)at = true;
			break;
		case COL_REAL:
			*(double *)(void *)at = 1.0 / (n + 3);
			break;
		case COL_CHARS:
			snprintf(at, c->size, "%s", text);
			break;
		case COL_NAME:
		case COL_NAME_NOT_NULL:
			*(int *)(void *)at = n % c->names->n;
			break;
		case COL_PROBS:
			*(double **)(void *)at = probs;
			*(size_t *)(void *)len = N_LABELS;
			break;
		case COL_BYTES:
			*(const char **)(void *)at = text;
			*(size_t *)(void *)len = strlen(text) + 1;
			break;
		case COL_WORD:
		case COL_TEXT:
			*(const char **)(void *)at = text;
			break;
		}
	}
}

/* SQL into the file, past the store. Returns the first column of the first row, or 0. */
UNUSED static int64_t sql(struct fixture *f, const char *text)
{
	sqlite3 *db;
	sqlite3_stmt *stmt;
	int64_t value = 0;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	while (*text) {
		int code = sqlite3_prepare_v2(db, text, -1, &stmt, &text);

		if (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW)
			value = sqlite3_column_int64(stmt, 0);
		if (code != SQLITE_ROW && code != SQLITE_DONE && code != SQLITE_OK)
			fail_msg("%s: %s", text, sqlite3_errmsg(db));
		sqlite3_finalize(stmt);
	}
	sqlite3_close(db);
	return value;
}

/* One row at least of what replies hang on: run, model, slice, run_slice, pass. */
UNUSED static void put_base(struct fixture *f)
{
	struct run_row run;
	struct pass_row pass;
	struct model model;
	bool is_new;

	fill(&f->a, ROW_RUN, 1, &run);
	run.labels_json = LABELS_JSON;
	run.kind = RUN_SMOKE;
	fill(&f->a, ROW_MODEL, 2, &model);
	fill(&f->a, ROW_PASS, 3, &pass);
	pass.slice_sha256 = f->slice.sha256;
	ok(f, store_put_run(&f->s, &run, &f->run_id, &f->err));
	ok(f, store_put_model(&f->s, &model, &f->err));
	ok(f, store_put_slice(&f->s, &f->job, &f->slice, &f->err));
	ok(f, store_put_run_slice(&f->s, f->run_id, &f->slice, &f->err));
	ok(f, store_put_pass(&f->s, &pass, &f->pass_id, &is_new, &f->err));
	assert_true(is_new);
}

UNUSED static struct answer answer_for(struct arena *a, size_t ticket)
{
	struct answer_row row = { 0 };

	fill(a, ROW_ANSWER, (int)ticket + 1, &row);
	row.answer.ticket = ticket;
	return row.answer;
}

/* The rest: one row of every other kind. */
UNUSED static void put_rest(struct fixture *f)
{
	struct candidate_row candidate;
	struct segment_row segment;
	struct event_row event;
	struct reason_row reason = { 0 };
	struct answer answer = answer_for(&f->a, 0);

	fill(&f->a, ROW_CANDIDATE, 4, &candidate);
	fill(&f->a, ROW_SEGMENT, 5, &segment);
	fill(&f->a, ROW_EVENT, 6, &event);
	fill(&f->a, ROW_REASON, 7, &reason);
	candidate.run_id = segment.run_id = event.run_id = f->run_id;
	candidate.pass_id = segment.pass_id = f->pass_id;
	reason.reason.ticket = 0;
	ok(f, store_put_candidate(&f->s, &candidate, &f->err));
	ok(f, store_put_segment(&f->s, &segment, &f->err));
	ok(f, store_put_event(&f->s, &event, &f->err));
	ok(f, store_put_answer(&f->s, f->pass_id, &answer, &f->err));
	ok(f, store_put_reason(&f->s, f->pass_id, &reason.reason, &f->err));
}

#endif
