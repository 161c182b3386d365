/*
 * `toehold purge RUN`: removes a run's private texts from the store, for good, and the kept states
 * of prompts, which may hold its examples; with --states, the cached hidden states of tune. Decides
 * what is refused, and reports what stays. Must not know how texts and states are stored.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/open/load.h"
#include "flow/open/store_find.h"
#include "flow/states/state_folder.h"
#include "store/purge/purge.h"

struct purge_options {
	const char *store;
	bool shared, own, states, json;
};

#define AT(field) offsetof(struct purge_options, field)

static const struct opt_row rows[] = {
	OPT_FLAG("shared", 0, AT(shared),
		 "remove texts that other runs use, too: those runs lose them"),
	OPT_FLAG("own", 0, AT(own), "remove only texts that no other run uses"),
	OPT_FLAG("states", 0, AT(states),
		 "also remove the cached hidden states and heads, of all jobs; needs no RUN"),
	STORE_ROW(AT(store)),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "purge",
	.args = "[RUN]",
	.min_args = 0,
	.max_args = 1,
	.summary = "remove a run's private texts from the store, for good",
	.details =
		"Removes tickets, prompt, job, examples, replies and reasons; labels, times and\n"
		"scores stay, and the hash chain stays valid. Then searches the store's files for\n"
		"every removed text. If other runs use the same tickets or replies, choose\n"
		"whether they lose them (--shared) or not (--own). This cannot be undone.\n"
		"docs/privacy.md says what stays where.\n"
		"Kept states of prompts with their examples go too, of any run.\n"
		"'tune' and encoders cache hidden states and heads, made from tickets:\n"
		"--states removes them.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct purge_options),
};

/*
 * Columns outside table `text` that may hold a person's words. The hash chain covers them, so they
 * stay.
 */
static const struct {
	const char *columns, *what;
} kept[] = {
	{ "run.name, run.job_name, run.labels_json", "names, labels and their descriptions" },
	{ "run.job_path, run_slice.path, candidate.path", "paths of files" },
	{ "ticket.image, ticket.image_sha256",
	  "names and checksums of images; pixels are never stored" },
	{ "run.host", "the machine's name" },
	{ "ticket.id, ticket.label, ticket.lang, ticket.group",
	  "the ticket's fields other than its text and gold answer" },
	{ "event.text", "notes, commands with their folder, and other events" },
	{ "answer.detail, reason.detail", "why a reply failed, as the engine reported it" },
	{ "*_sha256", "checksums: anyone with the same file can recognise it" },
};

enum { N_KEPT = COUNT_OF(kept) };

/* A folder of cached states. It does not know runs, so only all of it can go. */
struct kept_states {
	char *folder; /* NULL if there is no cache folder */
	struct state_count count; /* what is cached, or what was removed */
	bool removed;
};

/* One purge in progress. */
struct purge {
	struct cmd *cmd;
	struct store store;
	struct run_row run;
	struct purge_view view;
	struct purge_done done;
	struct kept_states states, prefixes;
	int64_t n_rows; /* of the chain, checked at the end */
};

static const char *purge_sharers(const struct purge *p)
{
	struct arena *a = &p->cmd->arena;
	const char *names = "";

	for (size_t i = 0; i < p->view.n_sharers; i++)
		names = arena_add_item(a, names, ", ", "'%s'",
				       display_text(a, p->view.sharers[i].name));
	return names;
}

static int purge_check_shared(const struct purge *p, const struct purge_options *o)
{
	if (o->shared && o->own)
		return err_set(&p->cmd->err, ERR_USAGE,
			       "--shared and --own exclude each other; give one of them");
	if (p->view.shared.n == 0 || o->shared || o->own)
		return 0;
	return err_set(&p->cmd->err, ERR_REFUSED,
		       "nothing was removed: %lld of the %lld texts of run '%s' are also used by "
		       "%s; give --shared to remove them there too, or --own to leave them",
		       (long long)p->view.shared.n, (long long)(p->view.shared.n + p->view.own.n),
		       display_path(&p->cmd->arena, p->run.name), purge_sharers(p));
}

static int purge_texts(struct purge *p, const char *path, const struct purge_options *o)
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
		       "%lld of the %lld removed texts can still be found, in part, in %s; move "
		       "what you need to another store, and delete this one",
		       (long long)p->done.n_found, (long long)p->done.removed.n,
		       display_path(a, p->done.files));
}

static int purge_folder(struct cmd *cmd, const char *name, struct kept_states *k)
{
	if (state_folder_path(&cmd->arena, name, &k->folder, &cmd->err) < 0 ||
	    state_folder_empty(&cmd->arena, k->folder, &k->count, &cmd->err) < 0)
		return -1;
	k->removed = true;
	return 0;
}

/* Which run's examples a prefix holds cannot be read from it, so all go, whatever run made them. */
static int purge_prefixes(struct purge *p)
{
	return purge_folder(p->cmd, STATE_FOLDER_PREFIXES, &p->prefixes);
}

static int purge_states(struct purge *p)
{
	return purge_folder(p->cmd, STATE_FOLDER_HIDDEN, &p->states);
}

/* An unreadable cache is not an error here: --states was not given. */
static void purge_look_for_states(struct purge *p)
{
	struct kept_states *k = &p->states;
	struct err unused;

	if (state_folder_path(&p->cmd->arena, STATE_FOLDER_HIDDEN, &k->folder, &unused) == 0)
		(void)!state_folder_count(k->folder, &k->count, &unused);
}

static void purge_write_removed(const struct purge *p)
{
	const struct purge_done *done = &p->done;
	const char *name = display_path(&p->cmd->arena, p->run.name);

	if (done->removed.n == 0) {
		printf("Run '%s' has no text left to remove. The file was rewritten.\n", name);
		return;
	}
	printf("Run '%s': removed %s.\n", name, done->words);
	printf("Searched   0 of %lld texts found in %s (%s, every run of 12 bytes)\n",
	       (long long)done->removed.n, display_path(&p->cmd->arena, done->files),
	       str_bytes(&p->cmd->arena, (uint64_t)done->n_searched_bytes));
	if (done->n_kept > 0)
		printf("           %lld also occur in what stays: another run, or the columns "
		       "below\n",
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
		printf("States     none cached in %s\n", display_path(a, k->folder));
	else if (k->removed)
		printf("States     removed %s from %s\n", files, display_path(a, k->folder));
	else if (k->count.n_files > 0)
		printf("States     %s in %s: cached by tune and encoders,\n"
		       "           from tickets of any job; toehold purge --states removes them\n",
		       files, display_path(a, k->folder));
}

static void purge_write_prefixes(const struct purge *p)
{
	const struct kept_states *k = &p->prefixes;
	struct arena *a = &p->cmd->arena;

	if (k->count.n_files > 0)
		printf("Prefixes   removed %lld file%s (%s) from %s: states of prompts with their\n"
		       "           examples, of any run\n",
		       (long long)k->count.n_files, k->count.n_files == 1 ? "" : "s",
		       str_bytes(a, (uint64_t)k->count.n_bytes), display_path(a, k->folder));
}

static void purge_write_text(const struct purge *p, const struct purge_options *o)
{
	purge_write_removed(p);
	printf("Chain      %lld rows, none was changed; head %.16s\n", (long long)p->n_rows,
	       p->store.head);
	if (o->own && p->view.shared.n > 0)
		printf("Stay       %lld texts that %s also use%s\n", (long long)p->view.shared.n,
		       purge_sharers(p), p->view.n_sharers == 1 ? "s" : "");
	if (o->shared && p->view.n_sharers > 0)
		printf("Lost too   %lld texts of %s; their own replies stay, and may quote the "
		       "tickets\n",
		       (long long)p->view.shared.n, purge_sharers(p));
	purge_write_prefixes(p);
	purge_write_states(p);
	for (size_t i = 0; i < N_KEPT; i++)
		printf("%-10s %s: %s\n", i ? "" : "Kept", kept[i].columns, kept[i].what);
	puts("Not searched: the files that the tickets and the job came from, exports and "
	     "copies,\nand what the disk keeps of deleted files.");
}

static json_t *purge_states_json(const struct kept_states *k)
{
	return json_pack("{s:o, s:I, s:I, s:b}", "folder", json_any_text(k->folder), "files",
			 (json_int_t)k->count.n_files, "bytes", (json_int_t)k->count.n_bytes,
			 "removed", (int)k->removed);
}

static void purge_write_json(const struct purge *p, const struct purge_options *o)
{
	const struct purge_done *done = &p->done;
	json_t *columns = json_array(), *names = json_array(), *j;

	for (size_t i = 0; i < N_KEPT; i++)
		json_array_append_new(columns, json_pack("{s:s, s:s}", "columns", kept[i].columns,
							 "what", kept[i].what));
	for (size_t i = 0; i < p->view.n_sharers; i++)
		json_array_append_new(names, json_any_text(p->view.sharers[i].name));
	j = json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:o, s:I, s:o, s:I, s:I, s:s, s:o, s:o}",
		      "run", json_any_text(p->run.name), "removed_texts",
		      (json_int_t)done->removed.n, "removed_bytes",
		      (json_int_t)done->removed.n_bytes, "found_texts", (json_int_t)done->n_found,
		      "texts_in_what_is_kept", (json_int_t)done->n_kept, "too_short_to_search",
		      (json_int_t)done->n_short, "searched", json_any_text(done->files),
		      "searched_bytes", (json_int_t)done->n_searched_bytes, "shared_with", names,
		      "shared_texts_left", (json_int_t)(o->own ? p->view.shared.n : 0),
		      "chain_rows", (json_int_t)p->n_rows, "chain_head", p->store.head, "kept",
		      columns, "states", purge_states_json(&p->states));
	json_object_set_new(j, "prefixes", purge_states_json(&p->prefixes));
	json_print(j, stdout);
}

/* --states without a run. */
static int purge_states_alone(struct purge *p, const struct purge_options *o)
{
	if (!o->states)
		return err_set(&p->cmd->err, ERR_USAGE,
			       "no run given: toehold purge RUN; or give --states to remove the "
			       "cached hidden states and heads");
	if (o->shared || o->own || o->store)
		return err_set(&p->cmd->err, ERR_USAGE, "--shared, --own and --store need a run");
	if (purge_states(p) < 0 || purge_prefixes(p) < 0)
		return -1;
	if (o->json) {
		json_print(json_pack("{s:o, s:o}", "states", purge_states_json(&p->states),
				     "prefixes", purge_states_json(&p->prefixes)),
			   stdout);
		return 0;
	}
	purge_write_prefixes(p);
	purge_write_states(p);
	return 0;
}

static int purge_run_and_states(struct purge *p, const struct purge_options *o, const char *name)
{
	struct cmd *cmd = p->cmd;
	char *path;
	int r;

	if (store_path_find(cmd, o->store, &name, &path) < 0 ||
	    load_run_row(cmd, path, name, &p->run) < 0)
		return -1;
	r = purge_texts(p, path, o);
	if (r == 0 && purge_prefixes(p) < 0)
		r = err_wrap(&cmd->err, "run '%s' was purged, but the kept prompts were not",
			     display_path(&cmd->arena, p->run.name));
	if (r == 0 && !o->states)
		purge_look_for_states(p);
	else if (r == 0 && purge_states(p) < 0)
		r = err_wrap(&cmd->err, "run '%s' was purged, but the hidden states were not",
			     display_path(&cmd->arena, p->run.name));
	if (r == 0 && o->json)
		purge_write_json(p, o);
	else if (r == 0)
		purge_write_text(p, o);
	store_close(&p->store);
	return r;
}

static int purge_run(struct cmd *cmd, void *options)
{
	const struct purge_options *o = options;
	struct purge p = { .cmd = cmd };

	return cmd->args.n > 0 ? purge_run_and_states(&p, o, cmd->args.items[0]) :
				 purge_states_alone(&p, o);
}

const struct command cmd_purge = { &spec, purge_run };
