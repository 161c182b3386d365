/*
 * `toehold purge RUN`: removes a run's private texts from the store, for good; with --states, the
 * hidden states that tune keeps. Decides what is refused, and what is said of that which stays.
 * Must not know how texts and states are stored.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/load.h"
#include "flow/store_find.h"
#include "store/purge/purge.h"
#include "tune/state_folder.h"

struct purge_options {
	const char *store;
	bool shared, own, states, json;
};

#define AT(field) offsetof(struct purge_options, field)

static const struct opt_row rows[] = {
	{ "shared", 0, OPT_FLAG, AT(shared), NULL,
	  "also what other runs use: they lose these texts too", 0, 0 },
	{ "own", 0, OPT_FLAG, AT(own), NULL, "only what no other run uses; the rest stays", 0, 0 },
	{ "states", 0, OPT_FLAG, AT(states), NULL,
	  "also the hidden states that tune keeps, of all jobs; needs no RUN", 0, 0 },
	STORE_ROW(struct purge_options, store),
	{ "json", 'j', OPT_FLAG, AT(json), NULL, "as JSON", 0, 0 },
};

static const struct opt_spec spec = {
	.verb = "purge",
	.args = "[RUN]",
	.min_args = 0,
	.max_args = 1,
	.summary = "remove a run's private texts from the store, for good",
	.details =
		"Tickets, prompt, job, examples, replies and reasons go; labels, times and scores "
		"stay, and\nthe hash chain stays whole. Then the store's files are searched for "
		"every text that was\nremoved. Where other runs use the same tickets or replies, "
		"say whether they lose them\n(--shared) or not (--own). It cannot be undone. "
		"docs/privacy.md says what stays where.\n"
		"Hidden states that tune keeps in the cache derive from tickets too: --states "
		"removes them.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
};

/* Columns outside table `text` that a person filled with words: they are in the chain as is. */
static const struct {
	const char *columns, *what;
} kept[] = {
	{ "run.name, run.job_name, run.labels_json", "names, labels and their descriptions" },
	{ "run.job_path, run_slice.path, candidate.path", "paths of files" },
	{ "ticket.image, ticket.image_sha256",
	  "names and checksums of images; no pixels are kept" },
	{ "run.host", "the machine's name" },
	{ "ticket.id, ticket.label, ticket.lang, ticket.group",
	  "what a ticket has beside its text" },
	{ "event.text", "notes and other events" },
	{ "answer.detail, reason.detail", "why a reply failed, in the engine's words" },
	{ "*_sha256", "checksums: who has the same file can tell that it was this one" },
};

enum { N_KEPT = COUNT_OF(kept) };

/* The cache of hidden states. It knows no runs: all of it goes, or nothing. */
struct kept_states {
	char *folder; /* NULL where there is no place for a cache */
	struct state_count count; /* what is there, or what was removed */
	bool removed;
};

/* One purge under way. */
struct purge {
	struct cmd *cmd;
	struct store store;
	struct run_row run;
	struct purge_view view;
	struct purge_done done;
	struct kept_states states;
	int64_t n_rows; /* in the chain, checked at the end */
};

static const char *purge_sharers(const struct purge *p)
{
	struct arena *a = &p->cmd->arena;
	const char *names = "";

	for (size_t i = 0; i < p->view.n_sharers; i++)
		names = arena_printf(a, "%s%s'%s'", names, i ? ", " : "",
				     display_text(a, p->view.sharers[i].name));
	return names;
}

static int purge_check_shared(const struct purge *p, const struct purge_options *o)
{
	if (o->shared && o->own)
		return err_set(&p->cmd->err, ERR_USAGE,
			       "--shared and --own say opposite things; give one of them");
	if (p->view.shared.n == 0 || o->shared || o->own)
		return 0;
	return err_set(&p->cmd->err, ERR_REFUSED,
		       "nothing was removed: %lld of the %lld texts of run '%s' are also used by "
		       "%s; give --shared to remove them there too, or --own to leave them",
		       (long long)p->view.shared.n, (long long)(p->view.shared.n + p->view.own.n),
		       display_path(&p->cmd->arena, p->run.name), purge_sharers(p));
}

static int purge_run(struct purge *p, const char *path, const struct purge_options *o)
{
	struct cmd *cmd = p->cmd;
	struct arena *a = &cmd->arena;

	if (store_open(a, path, STORE_WRITE, &p->store, &cmd->err) < 0 ||
	    store_purge_look(a, &p->store, &p->run, &p->view, &cmd->err) < 0 ||
	    purge_check_shared(p, o) < 0 ||
	    store_purge(a, &p->store, &p->run, o->own ? PURGE_OWN : PURGE_SHARED, &p->done,
			&cmd->err) < 0 ||
	    store_verify_chain(&p->store, &p->n_rows, &cmd->err) < 0)
		return -1;
	if (p->done.n_found == 0)
		return 0;
	return err_set(&cmd->err, ERR_STORE,
		       "%lld of the %lld texts that were removed are still found, in part, in %s; "
		       "move what you need to another store, and delete this one",
		       (long long)p->done.n_found, (long long)p->done.removed.n,
		       display_path(a, p->done.files));
}

static int purge_states(struct purge *p)
{
	struct kept_states *k = &p->states;
	struct cmd *cmd = p->cmd;

	if (state_folder_path(&cmd->arena, &k->folder, &cmd->err) < 0 ||
	    state_folder_empty(&cmd->arena, k->folder, &k->count, &cmd->err) < 0)
		return -1;
	k->removed = true;
	return 0;
}

/* What cannot be looked at is no reason to fail: nobody asked for it. */
static void purge_look_for_states(struct purge *p)
{
	struct kept_states *k = &p->states;
	struct err unused;

	if (state_folder_path(&p->cmd->arena, &k->folder, &unused) == 0)
		(void)!state_folder_count(k->folder, &k->count, &unused);
}

static void purge_write_removed(const struct purge *p)
{
	const struct purge_done *done = &p->done;
	const char *name = display_path(&p->cmd->arena, p->run.name);

	if (done->removed.n == 0) {
		printf("Run '%s' has no text left to remove. The file was written anew.\n", name);
		return;
	}
	printf("Run '%s': removed %s.\n", name, done->words);
	printf("Searched   0 of %lld texts found in %s (%s, every run of 12 bytes)\n",
	       (long long)done->removed.n, display_path(&p->cmd->arena, done->files),
	       str_bytes(&p->cmd->arena, (uint64_t)done->n_searched_bytes));
	if (done->n_kept > 0)
		printf("           %lld stand word for word in what is kept: another run, or the "
		       "columns below\n",
		       (long long)done->n_kept);
	if (done->n_short > 0)
		printf("           %lld are too short to search for\n", (long long)done->n_short);
}

static void purge_write_states(const struct purge *p)
{
	const struct kept_states *k = &p->states;
	struct arena *a = &p->cmd->arena;
	const char *bytes = str_bytes(a, (uint64_t)k->count.n_bytes);
	const char *files = arena_printf(a, "%lld file%s (%s)", (long long)k->count.n_files,
					 k->count.n_files == 1 ? "" : "s", bytes);

	if (k->removed && k->count.n_files == 0)
		printf("States     none are kept in %s\n", display_path(a, k->folder));
	else if (k->removed)
		printf("States     removed %s from %s\n", files, display_path(a, k->folder));
	else if (k->count.n_files > 0)
		printf("States     %s in %s: what tune keeps of tickets,\n"
		       "           of whatever job; toehold purge --states removes them\n",
		       files, display_path(a, k->folder));
}

static void purge_write_text(const struct purge *p, const struct purge_options *o)
{
	purge_write_removed(p);
	printf("Chain      %lld rows, each is what was written; head %.16s\n", (long long)p->n_rows,
	       p->store.head);
	if (o->own && p->view.shared.n > 0)
		printf("Stay       %lld texts that %s use%s too\n", (long long)p->view.shared.n,
		       purge_sharers(p), p->view.n_sharers == 1 ? "s" : "");
	if (o->shared && p->view.n_sharers > 0)
		printf("Lost too   %lld texts by %s; their own replies stay, and may quote the "
		       "tickets\n",
		       (long long)p->view.shared.n, purge_sharers(p));
	purge_write_states(p);
	for (size_t i = 0; i < N_KEPT; i++)
		printf("%-10s %s: %s\n", i ? "" : "Kept", kept[i].columns, kept[i].what);
	puts("Not looked for: the files that the tickets and the job came from, what was exported "
	     "or copied,\nand what the disk keeps of deleted files.");
}

static json_t *purge_states_json(const struct purge *p)
{
	const struct kept_states *k = &p->states;

	return json_pack("{s:o, s:I, s:I, s:b}", "folder", json_any_text(k->folder), "files",
			 (json_int_t)k->count.n_files, "bytes", (json_int_t)k->count.n_bytes,
			 "removed", (int)k->removed);
}

static void purge_write_json(const struct purge *p, const struct purge_options *o)
{
	const struct purge_done *done = &p->done;
	json_t *columns = json_array(), *names = json_array();

	for (size_t i = 0; i < N_KEPT; i++)
		json_array_append_new(columns, json_pack("{s:s, s:s}", "columns", kept[i].columns,
							 "what", kept[i].what));
	for (size_t i = 0; i < p->view.n_sharers; i++)
		json_array_append_new(names, json_any_text(p->view.sharers[i].name));
	json_print(
		json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:o, s:I, s:I, s:s, s:o, s:o}",
			  "run", json_any_text(p->run.name), "removed_texts",
			  (json_int_t)done->removed.n, "removed_bytes",
			  (json_int_t)done->removed.n_bytes, "found_texts",
			  (json_int_t)done->n_found, "texts_in_what_is_kept",
			  (json_int_t)done->n_kept, "too_short_to_search",
			  (json_int_t)done->n_short, "searched", json_any_text(done->files),
			  "searched_bytes", (json_int_t)done->n_searched_bytes, "shared_with",
			  names, "shared_texts_left", (json_int_t)(o->own ? p->view.shared.n : 0),
			  "chain_rows", (json_int_t)p->n_rows, "chain_head", p->store.head, "kept",
			  columns, "states", purge_states_json(p)),
		stdout);
}

/* --states without a run. */
static int purge_states_alone(struct purge *p, const struct purge_options *o)
{
	if (!o->states)
		return err_set(&p->cmd->err, ERR_USAGE,
			       "say which run: toehold purge RUN; or --states, for the hidden "
			       "states that tune keeps");
	if (o->shared || o->own || o->store)
		return err_set(&p->cmd->err, ERR_USAGE,
			       "--shared, --own and --store go with a run: name it");
	if (purge_states(p) < 0)
		return -1;
	if (o->json)
		json_print(json_pack("{s:o}", "states", purge_states_json(p)), stdout);
	else
		purge_write_states(p);
	return 0;
}

static int purge_run_and_states(struct purge *p, const struct purge_options *o, const char *name)
{
	struct cmd *cmd = p->cmd;
	char *path;
	int r;

	if (store_path_find(cmd, o->store, NULL, &path) < 0 ||
	    load_run_row(cmd, path, name, &p->run) < 0)
		return -1;
	r = purge_run(p, path, o);
	if (r == 0 && !o->states)
		purge_look_for_states(p);
	else if (r == 0 && purge_states(p) < 0)
		r = err_wrap(&cmd->err, "run '%s' was purged, the hidden states were not",
			     display_path(&cmd->arena, p->run.name));
	if (r == 0 && o->json)
		purge_write_json(p, o);
	else if (r == 0)
		purge_write_text(p, o);
	store_close(&p->store);
	return r;
}

static int purge_verb(struct cmd *cmd)
{
	struct purge_options o = { 0 };
	struct purge p = { .cmd = cmd };
	struct opt_args args;
	int r = cmd_options(cmd, &spec, &o, &args);

	if (r != 0)
		return r > 0 ? 0 : -1;
	return args.n > 0 ? purge_run_and_states(&p, &o, args.items[0]) :
			    purge_states_alone(&p, &o);
}

const struct command cmd_purge = { &spec, purge_verb };
