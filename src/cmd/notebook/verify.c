/*
 * `toehold verify`: is the store unchanged, and are the files that its runs name still those that
 * were measured?
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/again/verify.h"
#include "flow/open/store_find.h"
#include "report/table/table.h"

struct verify_options {
	const char *store, *head;
	bool all, json;
};

#define AT(field) offsetof(struct verify_options, field)

static const struct opt_row rows[] = {
	STORE_ROW(AT(store)),
	OPT_FLAG("all", 'a', AT(all), "check the files of all runs"),
	OPT_TEXT("head", 0, AT(head), "HASH", "the head of the chain that you kept elsewhere"),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "verify",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "check the store, and the files that a run names",
	.details =
		"Recomputes the hash chain over everything in the store, then the checksums of\n"
		"the models and tickets of a run (default: the newest) that still exist. Exit\n"
		"code 1: a file, or the head that you gave, differs. Exit code 6: the chain is\n"
		"broken. Anyone who can write the store can also write a new chain: keep the head\n"
		"elsewhere, and compare it with --head.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct verify_options),
};

static const char *verify_head_words(struct verify *v)
{
	if (!v->head)
		return "none given; keep the head elsewhere and compare it with --head: a chain "
		       "without that proves little";
	if (v->head_row == 0)
		return "NOT in this chain: earlier rows were changed or removed, or it is from "
		       "another store";
	if (v->head_row == v->n_rows)
		return "the same";
	return arena_printf(&v->cmd->arena, "the hash of row %lld: nothing changed up to there",
			    (long long)v->head_row);
}

static const char *verify_check_note(struct arena *a, const struct verify_check *c)
{
	if (c->note)
		return c->note;
	if (c->state != VERIFY_CHANGED)
		return "";
	return arena_printf(a, "sha256 is %.12s, was %.12s", c->now, c->was);
}

static void verify_write_text(struct verify *v)
{
	static const char *const headers[] = { "run", "what", "file", "state", "", NULL };
	size_t n_changed = verify_count_changed(v);
	struct arena *a = &v->cmd->arena;
	struct table t;

	printf("chain      %lld rows, none was changed\nhead       %s\nkept head  %s\n\n",
	       (long long)v->n_rows, v->store.head, verify_head_words(v));
	table_init(&t, a, headers);
	table_rank(&t, "00n0t");
	for (const struct verify_check *c = v->first; c; c = c->next) {
		table_add(&t, c->run);
		table_add(&t, c->what);
		table_add(&t, c->path);
		table_add(&t, verify_state_name(c->state));
		table_add(&t, verify_check_note(a, c));
	}
	table_write(&t, stdout);
	if (n_changed == 0)
		puts("\nNothing differs.");
	else
		printf("\n%zu differ%s.\n", n_changed, n_changed == 1 ? "s" : "");
}

static void verify_write_json(const struct verify *v)
{
	json_t *files = json_array();

	for (const struct verify_check *c = v->first; c; c = c->next)
		json_array_append_new(files, json_pack("{s:o, s:s, s:o, s:s, s:s, s:o, s:o}", "run",
						       json_any_text(c->run), "what", c->what,
						       "path", json_any_text(c->path), "state",
						       verify_state_name(c->state),
						       "recorded_sha256", c->was, "found_sha256",
						       *c->now ? json_string(c->now) : json_null(),
						       "note", json_any_text(c->note)));
	json_print(json_pack("{s:I, s:s, s:o, s:o, s:b}", "rows", (json_int_t)v->n_rows, "head",
			     v->store.head, "kept_head_row",
			     v->head && v->head_row ? json_integer(v->head_row) : json_null(),
			     "files", files, "differs", verify_count_changed(v) > 0),
		   stdout);
}

static int verify_run(struct cmd *cmd, void *options)
{
	const struct verify_options *o = options;
	struct verify v = { .cmd = cmd };
	const char *name = cmd->args.items[0];
	int r;

	v.head = o->head;
	if (store_find_and_open(cmd, o->store, &name, &v.store) < 0)
		return -1;
	r = verify_check_chain(&v);
	if (r == 0)
		r = verify_check_runs(&v, name, o->all);
	if (r == 0 && o->json)
		verify_write_json(&v);
	else if (r == 0)
		verify_write_text(&v);
	store_close(&v.store);
	return r < 0 ? -1 : verify_count_changed(&v) > 0;
}

const struct command cmd_verify = { &spec, verify_run };
