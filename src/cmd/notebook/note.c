/*
 * `toehold note RUN TEXT`: adds a note to a run, as one of its events. `runs` lists notes.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/open/load.h"
#include "flow/open/store_find.h"

enum { NOTE_MAX_BYTES = 4096 };

struct note_options {
	const char *store;
	bool json;
};

static const struct opt_row rows[] = {
	STORE_ROW(offsetof(struct note_options, store)),
	OPT_FLAG("json", 'j', offsetof(struct note_options, json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "note",
	.args = "RUN TEXT",
	.min_args = 2,
	.max_args = 2,
	.summary = "add a note to a run",
	.details =
		"Write down what you changed, saw or believed. 'toehold runs' lists notes and\n"
		"finds them with --grep. A note is part of the hash chain and cannot be changed:\n"
		"add another one to correct it.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct note_options),
};

static int note_check_text(const char *text, struct err *err)
{
	int64_t fault = str_utf8_error(text, strlen(text));

	if (text[strspn(text, " \t\r\n")] == '\0')
		return err_set(err, ERR_USAGE, "the note is empty; write a few words in quotes");
	if (strlen(text) > NOTE_MAX_BYTES)
		return err_set(err, ERR_USAGE,
			       "the note is too long: %zu bytes, and the limit is %d", strlen(text),
			       NOTE_MAX_BYTES);
	if (fault >= 0)
		return err_set(err, ERR_USAGE, "the note is not UTF-8 (byte %lld)",
			       (long long)fault + 1);
	return 0;
}

static int note_put_note(struct cmd *cmd, const char *path, const struct event_row *row)
{
	struct store store = { 0 };
	int r = store_open(&cmd->arena, path, STORE_WRITE, &store, &cmd->err);

	if (r == 0)
		r = store_put_event(&store, row, &cmd->err);
	store_close(&store);
	return r;
}

static int note_run(struct cmd *cmd, void *options)
{
	struct event_row row = { .at_us = clock_wall_us(), .kind = EVENT_NOTE };
	const struct note_options *o = options;
	const char *name = cmd->args.items[0];
	struct run_row noted;
	char *path;

	row.text = cmd->args.items[1];
	if (note_check_text(row.text, &cmd->err) < 0 ||
	    store_path_find(cmd, o->store, &name, &path) < 0 ||
	    load_run_row(cmd, path, name, &noted) < 0)
		return -1;
	row.run_id = noted.id;
	if (note_put_note(cmd, path, &row) < 0)
		return -1;
	if (o->json)
		json_print(json_pack("{s:o, s:o, s:s}", "run", json_any_text(noted.name), "note",
				     json_any_text(row.text), "at",
				     clock_iso(&cmd->arena, row.at_us)),
			   stdout);
	else
		printf("note added to run '%s'\n", display_path(&cmd->arena, noted.name));
	return 0;
}

const struct command cmd_note = { &spec, note_run };
