/*
 * `toehold label FILE -o DRAFT`: makes a draft of labels from an export. `toehold label DRAFT`:
 * labels its tickets, and makes a job of them in the end (stages: flow/draft). The page does no
 * more than this verb.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/start/label_text.h"
#include "cmd/start/start_text.h"
#include "flow/draft/draft_finish.h"
#include "flow/draft/draft_json.h"
#include "flow/draft/draft_make.h"

struct label_options {
	struct draft_source source;
	struct start_options start;
	struct opt_list map, models;
	const char *reader, *ticket, *as, *cover, *uncover, *bucket, *about, *rename;
	int64_t number;
	bool preview, unsure, skip, settle, everywhere, remove, accept, undo, agree, delete, reveal,
		no_sandbox, json;
};

#define AT(field) offsetof(struct label_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("out", 'o', AT(source.dir), "DRAFT", "make this draft from the tickets of FILE"),
	OPT_FLAG("preview", 0, AT(preview),
		 "of FILE: its columns and first tickets, without personal data"),
	COLUMN_ROWS(AT(source.import.columns)),
	OPT_FLAG("no-label", 0, AT(source.no_label), "take no labels from FILE"),
	OPT_LIST("map", 0, AT(map), "OLD=NEW,...",
		 "rename or merge labels of FILE: its name = the bucket's name"),
	OPT_TEXT("job", 0, AT(source.job), "JOB",
		 "the tickets are to get the labels of this job, as more tickets for it"),
	OPT_INT("seed", 0, AT(source.seed), "N", "another seed draws other tickets (default: 1)", 0,
		1000000000),
	OPT_TEXT(
		"reader", 'r', AT(reader), "NAME",
		"who labels; a second reader does not see the first one's labels (default: first)"),
	OPT_TEXT("ticket", 't', AT(ticket), "ID", "the ticket that is meant"),
	OPT_TEXT("as", 'a', AT(as), "BUCKET", "its label"),
	OPT_FLAG("unsure", 0, AT(unsure), "its label is not clear: it gets none"),
	OPT_FLAG("skip", 0, AT(skip), "come back to it later"),
	OPT_FLAG("settle", 0, AT(settle), "with --as: the label on which all readers agree"),
	OPT_TEXT("cover", 0, AT(cover), "MARK", "this place is personal data, such as [ID_1a2b3c]"),
	OPT_TEXT("uncover", 0, AT(uncover), "MARK", "this place is none: leave its text"),
	OPT_FLAG("everywhere", 0, AT(everywhere), "the same text in every ticket"),
	OPT_TEXT("bucket", 'b', AT(bucket), "NAME", "add a bucket, or describe it"),
	OPT_TEXT("about", 0, AT(about), "WORDS", "with --bucket: what belongs into it"),
	OPT_TEXT("rename", 0, AT(rename), "NEW", "with --bucket: its new name"),
	OPT_FLAG("remove", 0, AT(remove), "with --bucket: remove it, if no ticket is in it"),
	OPT_FLAG("accept", 0, AT(accept),
		 "take the labels of FILE for all tickets that this reader has not read"),
	OPT_FLAG("undo", 'u', AT(undo), "take back what this reader did last"),
	OPT_FLAG("agree", 0, AT(agree), "how far the readers agree (Cohen's kappa), and where not"),
	OPT_TEXT("finish", 'f', AT(start.dir), "DIR|FILE.jsonl",
		 "make a job of it: tests, examples, training tickets, the rest as a pool; a FILE "
		 "gets the labelled tickets, for 'toehold add'"),
	OPT_INT("tests", 0, AT(start.n_tests), "N", "tickets to put under test (default: 25)", 2,
		100000),
	OPT_LIST("models", 'm', AT(models), "FILE,...",
		 "with --finish: these models instead of those on this machine"),
	NO_SANDBOX_ROW(AT(no_sandbox)),
	OPT_FLAG("delete", 0, AT(delete), "delete the draft, with the export in its 'secrets'"),
	OPT_INT("number", 'n', AT(number), "N", "with --json: tickets to read next (default: 40)",
		1, 1000000),
	OPT_FLAG("reveal", 0, AT(reveal), "with --json: also what is covered"),
	OPT_FLAG("json", 'j', AT(json), "the draft, or what was changed, as JSON"),
};

static const struct opt_spec spec = {
	.verb = "label",
	.args = "FILE|DRAFT",
	.min_args = 1,
	.max_args = 1,
	.summary = "label the tickets of an export, also with a second reader",
	.details =
		"'toehold label FILE -o DRAFT' makes a draft: a folder with the tickets in a\n"
		"drawn order, personal data covered. 'toehold label DRAFT' labels them in the\n"
		"terminal, and the page does it in a browser ('toehold page'). Each step is kept\n"
		"at once; --undo takes back one. '--finish DIR' makes a job of the draft, as\n"
		"'toehold init --from' does. With --job JOB, 'suggest' goes before, and\n"
		"'--finish FILE.jsonl' and 'add' come after (docs/labelling.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct label_options),
	.defaults = &(const struct label_options){ .reader = "first",
						   .number = 40,
						   .source = { .seed = 1 },
						   .start = { .n_tests = 25 } },
};

static int label_preview(struct cmd *cmd, const struct label_options *o)
{
	json_t *preview;

	if (draft_preview(cmd, &o->source, &preview) < 0)
		return -1;
	if (o->json) {
		json_print(preview, stdout);
		return 0;
	}
	label_print_preview(&cmd->arena, preview);
	json_decref(preview);
	return 0;
}

static struct draft_view label_view(const struct label_options *o)
{
	return (struct draft_view){ o->reader, (size_t)o->number, o->reveal };
}

static int label_make(struct cmd *cmd, const struct label_options *o)
{
	const struct draft_view view = label_view(o);
	struct draft_made made;
	struct draft draft;

	if (draft_make(cmd, &o->source, &made) < 0 || draft_open(cmd, o->source.dir, &draft) < 0)
		return -1;
	if (o->json)
		json_print(draft_to_json(&cmd->arena, &draft, &view), stdout);
	else
		label_print_made(&cmd->arena, &draft, &made);
	return 0;
}

static int label_finish(struct cmd *cmd, struct label_options *o, const struct draft *d)
{
	struct draft_finished finished;
	struct start s;
	json_t *json;

	o->start.seed = d->seed;
	o->start.models = o->models.items;
	o->start.n_models = o->models.n;
	o->start.sandbox = !o->no_sandbox;
	if (draft_finish(cmd, d, &o->start, &s, &finished) < 0)
		return -1;
	if (!o->json) {
		start_print(cmd, &s);
		label_print_finished(&cmd->arena, &finished);
		return 0;
	}
	json = start_to_json(&s);
	json_object_set_new(json, "covered", json_integer((json_int_t)finished.n_covered));
	json_object_set_new(json, "left_open", json_integer((json_int_t)finished.n_left_open));
	json_object_set_new(json, "disputed", json_integer((json_int_t)finished.n_disputed));
	json_print(json, stdout);
	return 0;
}

/* What belongs behind the name of a file; anything else is a folder. */
static bool label_is_slice(const char *path)
{
	return str_ends_any_case(path, ".jsonl");
}

static int label_check_finish(struct cmd *cmd, const char *path)
{
	static const char *const others[] = { ".csv", ".tsv", ".xlsx", ".json", ".ndjson", ".txt" };

	for (size_t i = 0; path && i < COUNT_OF(others); i++)
		if (str_ends_any_case(path, others[i]))
			return err_set(&cmd->err, ERR_USAGE,
				       "'%s': the name of a file with tickets must end in .jsonl",
				       display_path(&cmd->arena, path));
	return 0;
}

static int label_finish_slice(struct cmd *cmd, const struct label_options *o, const struct draft *d)
{
	const char *path = o->start.dir, *next;
	struct draft_slice slice;

	if (cmd_check_out(cmd, path, NULL, false) < 0 ||
	    draft_finish_slice(cmd, d, path, &slice) < 0)
		return -1;
	next = label_next_of_slice(&cmd->arena, d, path);
	if (o->json)
		json_print(json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:o}", "file",
				     json_any_text(path), "tickets", (json_int_t)slice.n,
				     "left_out", (json_int_t)slice.n_left_out, "disputed",
				     (json_int_t)slice.finished.n_disputed, "covered",
				     (json_int_t)slice.finished.n_covered, "left_open",
				     (json_int_t)slice.finished.n_left_open, "next",
				     json_any_text(next)),
			   stdout);
	else
		label_print_slice(&cmd->arena, path, &slice, next);
	return 0;
}

static int label_delete(struct cmd *cmd, const struct label_options *o, const char *dir)
{
	bool stays;

	if (draft_delete(cmd, dir, &stays) < 0)
		return -1;
	if (o->json)
		json_print(json_pack("{s:o, s:b}", "deleted", json_any_text(dir), "folder_stays",
				     stays),
			   stdout);
	else
		printf("'%s' is deleted%s.\n", display_path(&cmd->arena, dir),
		       stays ? "; other files in the folder were left as they are" : "");
	return 0;
}

/* What the options ask to be done; DRAFT_N_VERBS if they only ask to see. */
static enum draft_verb label_verb(const struct label_options *o, size_t *ret_n)
{
	const struct {
		bool given;
		enum draft_verb verb;
	} asked[] = {
		{ o->undo, DRAFT_UNDO },
		{ o->accept, DRAFT_ACCEPT },
		{ o->as && !o->settle, DRAFT_LABEL },
		{ o->as && o->settle, DRAFT_SETTLE },
		{ o->unsure, DRAFT_IS_UNSURE },
		{ o->skip, DRAFT_SKIP },
		{ o->cover, DRAFT_COVER },
		{ o->uncover, DRAFT_UNCOVER },
		{ o->bucket && o->rename, DRAFT_RENAME },
		{ o->bucket && o->remove, DRAFT_REMOVE },
		{ o->bucket && !o->rename && !o->remove, DRAFT_BUCKET },
	};
	enum draft_verb verb = DRAFT_N_VERBS;

	*ret_n = 0;
	for (size_t i = 0; i < COUNT_OF(asked); i++) {
		if (!asked[i].given)
			continue;
		verb = asked[i].verb;
		++*ret_n;
	}
	return verb;
}

static int label_check(struct cmd *cmd, const struct label_options *o, enum draft_verb verb,
		       size_t n_verbs)
{
	bool of_ticket = o->as || o->unsure || o->skip || o->cover || o->uncover;
	bool of_export = o->source.dir || o->preview;

	n_verbs += o->agree + o->delete + (o->start.dir != NULL) + of_export;
	if (n_verbs > 1)
		return err_set(&cmd->err, ERR_USAGE, "one step at a time");
	if (!of_export && (o->map.n || o->source.no_label || o->source.job))
		return err_set(&cmd->err, ERR_USAGE,
			       "--map, --no-label and --job need --out DRAFT");
	if (of_ticket && !o->ticket)
		return err_set(&cmd->err, ERR_USAGE, "name the ticket with --ticket");
	if (o->ticket && !of_ticket)
		return err_set(&cmd->err, ERR_USAGE,
			       "say what the ticket is: --as BUCKET, --unsure, --skip, --cover or "
			       "--uncover");
	if (!o->bucket && (o->about || o->rename || o->remove))
		return err_set(&cmd->err, ERR_USAGE, "name the bucket with --bucket");
	if (o->about && (o->rename || o->remove))
		return err_set(&cmd->err, ERR_USAGE,
			       "describe the bucket in a step of its own: --bucket NAME --about "
			       "WORDS");
	if (o->settle && verb != DRAFT_SETTLE)
		return err_set(&cmd->err, ERR_USAGE, "--settle needs --as BUCKET");
	return label_check_finish(cmd, o->start.dir);
}

static struct draft_entry label_entry(const struct label_options *o, enum draft_verb verb)
{
	struct draft_entry e = { .verb = verb, .reader = o->reader, .everywhere = o->everywhere };

	if (o->ticket)
		e.id = o->ticket;
	if (verb == DRAFT_LABEL || verb == DRAFT_SETTLE)
		e.label = o->as;
	else if (o->bucket)
		e.label = o->bucket;
	if (verb == DRAFT_BUCKET)
		e.about = o->about ? o->about : "";
	if (verb == DRAFT_RENAME)
		e.to = o->rename;
	if (verb == DRAFT_COVER || verb == DRAFT_UNCOVER)
		e.mark = o->cover ? o->cover : o->uncover;
	return e;
}

static int label_do(struct cmd *cmd, const struct label_options *o, const char *dir,
		    enum draft_verb verb)
{
	const struct draft_entry entry = label_entry(o, verb);
	const struct draft_view view = label_view(o);
	struct draft before, after;

	if (draft_do(cmd, dir, &entry, &before, &after) < 0)
		return -1;
	if (o->json)
		json_print_line(draft_changes_to_json(&cmd->arena, &before, &after, &view), stdout);
	else
		label_print_progress(&cmd->arena, &after, o->reader);
	return 0;
}

static int label_show(struct cmd *cmd, struct label_options *o, const char *dir)
{
	const struct draft_view view = label_view(o);
	struct draft draft;

	if (draft_open(cmd, dir, &draft) < 0)
		return -1;
	if (o->start.dir)
		return label_is_slice(o->start.dir) ? label_finish_slice(cmd, o, &draft) :
						      label_finish(cmd, o, &draft);
	if (o->json)
		json_print_line(o->agree ? draft_agreement_to_json(&cmd->arena, &draft, &view) :
					   draft_to_json(&cmd->arena, &draft, &view),
				stdout);
	else if (o->agree)
		label_print_agreement(&cmd->arena, &draft);
	else
		return label_with_keys(cmd, dir, o->reader, stdin);
	return 0;
}

static int label_run(struct cmd *cmd, void *options)
{
	struct label_options *o = options;
	size_t n_verbs;
	enum draft_verb verb = label_verb(o, &n_verbs);

	if (label_check(cmd, o, verb, n_verbs) < 0)
		return -1;
	o->source.from = cmd->args.items[0];
	o->source.import.map = o->map.items;
	o->source.import.n_map = o->map.n;
	if (o->preview)
		return label_preview(cmd, o);
	if (o->source.dir)
		return label_make(cmd, o);
	if (o->delete)
		return label_delete(cmd, o, cmd->args.items[0]);
	if (n_verbs)
		return label_do(cmd, o, cmd->args.items[0], verb);
	return label_show(cmd, o, cmd->args.items[0]);
}

const struct command cmd_label = { &spec, label_run };
