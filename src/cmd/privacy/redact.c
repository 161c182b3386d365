/*
 * `toehold redact IN -o OUT`: replaces personal data with placeholders. The texts go to a file;
 * standard output says what was covered, and what looks like personal data but was not.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/file_draft.h"
#include "report/text/redact_text.h"

struct redact_options {
	const char *out, *key;
	struct opt_list types, keep, drop;
	struct columns columns;
	bool plain, review, strict, force, json;
};

#define AT(field) offsetof(struct redact_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("out", 'o', AT(out), "OUT",
		 "write the redacted tickets to this file, as JSON Lines (-: standard output)"),
	OPT_FLAG("plain", 'p', AT(plain), "IN is plain text, and so is OUT"),
	COLUMN_ROWS(AT(columns)),
	OPT_FLAG("review", 'r', AT(review),
		 "show what is covered, and what looks like personal data but is not covered"),
	OPT_LIST("types", 0, AT(types), "TYPE,...", "cover only these types"),
	OPT_LIST("keep", 'k', AT(keep), "TYPE,...", "do not cover these types"),
	OPT_LIST("drop", 'd', AT(drop), "NAME,...", "leave out these members of each row"),
	OPT_TEXT("key", 0, AT(key), "FILE",
		 "the key of the placeholders (default: secrets/redact.key beside IN)"),
	OPT_FLAG("strict", 0, AT(strict), "exit code 4 if something suspicious is not covered"),
	OPT_FLAG("force", 0, AT(force), "overwrite OUT if it exists"),
	OPT_FLAG("json", 'j', AT(json),
		 "counts as JSON; with --review also each place with its bytes"),
};

static const struct opt_spec spec = {
	.verb = "redact",
	.args = "IN",
	.min_args = 1,
	.max_args = 1,
	.summary = "replace personal data in tickets with placeholders",
	.details =
		"IN is JSON Lines, CSV or .xlsx with a text in each row, labelled or not. The\n"
		"same value always gets the same placeholder, such as [EMAIL_1a2b3c]; without\n"
		"the key nobody can guess the value from it. --review writes only the key.\n"
		"Types: EMAIL URL IP DEVICE CARD IBAN ACCOUNT PHONE SSN ID CRYPTO SECRET\n"
		"BIRTHDATE DATE AGE PERSON ADDRESS PLACE ZIP ORG.\n"
		"Patterns find only a part of all personal data: docs/measured/redaction.md has\n"
		"the figures.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct redact_options),
};

static int redact_add_types(struct cmd *cmd, const struct opt_list *list, uint32_t *types)
{
	for (size_t i = 0; i < list->n; i++) {
		int type = redact_type_find(list->items[i]);
		const char *names[REDACT_N_TYPES], *near;

		if (type >= 0) {
			*types |= 1u << type;
			continue;
		}
		for (int t = 0; t < REDACT_N_TYPES; t++)
			names[t] = redact_type_name((enum redact_type)t);
		near = str_nearest(list->items[i], names, REDACT_N_TYPES);
		return err_set(
			&cmd->err, ERR_USAGE, "unknown type '%s'%s%s%s",
			display_text(&cmd->arena, list->items[i]), near ? "; did you mean '" : "",
			near ? near : "; 'toehold redact --help' lists them", near ? "'?" : "");
	}
	return 0;
}

/* The set of types to cover. */
static int redact_read_types(struct cmd *cmd, const struct redact_options *o, uint32_t *ret_types)
{
	uint32_t wanted = 0, kept = 0;

	if (redact_add_types(cmd, &o->types, &wanted) < 0 ||
	    redact_add_types(cmd, &o->keep, &kept) < 0)
		return -1;
	*ret_types = (o->types.n ? wanted : (uint32_t)REDACT_ALL_TYPES) & ~kept;
	if (*ret_types == 0)
		return err_set(&cmd->err, ERR_USAGE, "no types left to cover");
	return 0;
}

static int redact_check_options(struct cmd *cmd, const struct redact_options *o, const char *in)
{
	if (!o->out && !o->review && !o->json)
		return err_set(&cmd->err, ERR_USAGE,
			       "give the output file with --out, or look first with --review");
	if (o->plain && (columns_given(&o->columns) || o->columns.sheet))
		return err_set(&cmd->err, ERR_USAGE, "plain text has no columns to name");
	if (o->plain && o->drop.n)
		return err_set(&cmd->err, ERR_USAGE, "plain text has no members to drop");
	for (size_t i = 0; i < o->drop.n; i++)
		if (strcmp(o->drop.items[i], "text") == 0)
			return err_set(&cmd->err, ERR_USAGE, "the text itself cannot be dropped");
	if (cmd_check_json(cmd, o->json, o->out) < 0)
		return -1;
	return cmd_check_out(cmd, o->out, in, o->force);
}

/* Beside IN, in the folder that init makes for private files. */
static const char *redact_default_key(struct cmd *cmd, const char *in)
{
	const char *folder = file_beside(&cmd->arena, in, ".");

	if (str_ends(folder, "secrets/.") && (folder[9] == '\0' || str_ends(folder, "/secrets/.")))
		return file_beside(&cmd->arena, in, "redact.key");
	return file_beside(&cmd->arena, in, "secrets/redact.key");
}

/*
 * A review uses the key of a later --out, so that both show the same placeholders. If it cannot
 * make the key file, or for counts alone, a key for this call only does.
 */
static int redact_load_key(struct cmd *cmd, const struct redact_options *o, const char *in,
			   struct redact_key *ret_key)
{
	const char *path = o->key ? o->key : redact_default_key(cmd, in);
	struct err unused;

	if (o->out || file_exists(path))
		return redact_key_load(&cmd->arena, path, ret_key, &cmd->err);
	if (o->review && redact_key_load(&cmd->arena, path, ret_key, &unused) == 0) {
		fprintf(stderr, "made the key '%s': --out writes the placeholders shown here\n",
			display_path(&cmd->arena, path));
		return 0;
	}
	if (o->review)
		fprintf(stderr, "note: --out writes other placeholders: %s\n", unused.msg);
	hash_random(ret_key->bytes, sizeof(ret_key->bytes));
	return 0;
}

static int redact_put(struct cmd *cmd, const struct redact_options *o,
		      const struct redact_file *file, const struct redact_key *key)
{
	struct file_draft draft;

	if (file_draft_open(&draft, &cmd->err) < 0)
		return -1;
	return file_draft_finish(&draft, redact_file_write(file, key, draft.out, &cmd->err), o->out,
				 o->force ? FILE_REPLACE : FILE_NEW, &cmd->err);
}

static void redact_print(struct cmd *cmd, const struct redact_options *o,
			 const struct redact_file *file, const struct redact_counts *counts,
			 const struct redact_key *key)
{
	FILE *out = cmd_messages(o->out);
	json_t *report;

	if (!o->json) {
		if (o->review)
			redact_write_review(&cmd->arena, file, key, out);
		redact_write_summary(
			file, counts,
			o->out && out == stdout ? display_path(&cmd->arena, o->out) : NULL, out);
		return;
	}
	report = redact_to_json(file, counts, key, o->review);
	json_object_set_new(report, "out", json_any_text(o->out));
	json_print(report, stdout);
}

static int redact_input(struct cmd *cmd, const struct redact_options *o, const char *in,
			struct redact_file *file)
{
	struct redact_file_options options = { .plain = o->plain,
					       .columns = &o->columns,
					       .drop = o->drop.items,
					       .n_drop = o->drop.n };
	struct redact_counts counts;
	struct redact_key key;

	if (redact_read_types(cmd, o, &options.types) < 0 ||
	    redact_file_scan(&cmd->arena, in, &options, file, &cmd->err) < 0 ||
	    redact_load_key(cmd, o, in, &key) < 0 || (o->out && redact_put(cmd, o, file, &key) < 0))
		return -1;
	redact_count(file, &counts);
	if (file->note)
		fprintf(stderr, "%s: %s\n", file->path, file->note);
	redact_print(cmd, o, file, &counts, &key);
	if (o->strict && (counts.n_suspects || file->n_members))
		return err_set(&cmd->err, ERR_REFUSED,
			       "%zu place%s and %zu member%s look like personal data but are not "
			       "covered (--strict)",
			       counts.n_suspects, counts.n_suspects == 1 ? "" : "s",
			       file->n_members, file->n_members == 1 ? "" : "s");
	return 0;
}

static int redact_run(struct cmd *cmd, void *options)
{
	const struct redact_options *o = options;
	struct redact_file file = { 0 };
	int r;

	if (redact_check_options(cmd, o, cmd->args.items[0]) < 0)
		return -1;
	r = redact_input(cmd, o, cmd->args.items[0], &file);
	redact_file_release(&file);
	return r;
}

const struct command cmd_redact = { &spec, redact_run };
