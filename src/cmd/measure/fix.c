/*
 * `toehold fix RUN --ticket ID --as LABEL`: corrects labels of a run's tickets, as a new version
 * (flow/fix_labels.h). Runs nothing: it says how to.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/fix_labels.h"
#include "flow/open/load.h"

struct fix_options {
	struct opt_list tickets, labels;
	const char *reader, *store;
	bool json;
};

#define AT(field) offsetof(struct fix_options, field)

static const struct opt_row rows[] = {
	OPT_LIST("ticket", 't', AT(tickets), "ID,...", "the tickets whose label is wrong"),
	OPT_LIST("as", 'a', AT(labels), "LABEL,...", "the right label of each, in the same order"),
	OPT_TEXT("reader", 'r', AT(reader), "NAME", "who says so (default: first)"),
	STORE_ROW(AT(store)),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "fix",
	.args = "[RUN] --ticket ID --as LABEL",
	.max_args = 1,
	.summary = "correct labels of a run's tickets, as a new version of the file",
	.details = "Without RUN: the newest. Writes tickets-2.jsonl beside tickets.jsonl, and\n"
		   "job-2.yaml beside job.yaml; the run and its files stay as they are. Then says\n"
		   "how to run the new version, and how to compare (docs/labelling.md).",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct fix_options),
	.defaults = &(const struct fix_options){ .reader = "first" },
};

static void fix_print_json(const struct result *r, const struct fix_request *q,
			   const struct fixed *fixed)
{
	json_t *changes = json_array(), *kept = json_array(), *slices = json_array();

	for (size_t i = 0; i < q->n; i++)
		json_array_append_new(changes,
				      json_pack("{s:o, s:o, s:o}", "id", json_any_text(q->ids[i]),
						"was", json_any_text(fixed->was[i]), "label",
						json_any_text(q->labels[i])));
	for (size_t i = 0; i < fixed->n_kept; i++)
		json_array_append_new(kept, json_pack("{s:o, s:o, s:o, s:o}", "id",
						      json_any_text(fixed->kept[i].id), "was",
						      json_any_text(fixed->kept[i].was), "label",
						      json_any_text(fixed->kept[i].label), "file",
						      json_any_text(fixed->kept[i].path)));
	for (size_t i = 0; i < r->n_slices; i++)
		json_array_append_new(slices, json_pack("{s:o, s:s, s:b, s:o}", "file",
							json_any_text(fixed->files[i]), "role",
							slice_role_name(r->slices[i].role), "new",
							fixed->paths[i] != NULL, "options",
							json_loads(fixed->options[i], 0, NULL)));
	json_print(json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "run",
			     json_any_text(r->run->name), "job", json_any_text(fixed->job_path),
			     "before", json_any_text(fixed->before), "name",
			     json_any_text(fixed->name), "changes", changes, "kept", kept, "slices",
			     slices, "commands",
			     json_text_list(fixed->commands, fixed->n_commands)),
		   stdout);
}

static void fix_print_text(struct arena *a, const struct result *r, const struct fix_request *q,
			   const struct fixed *fixed)
{
	for (size_t i = 0; i < q->n; i++)
		printf("%s: '%s' becomes '%s'\n", display_text(a, q->ids[i]),
		       display_text(a, fixed->was[i]), display_text(a, q->labels[i]));
	for (size_t i = 0; i < fixed->n_kept; i++)
		printf("%s: '%s' became '%s' before, in %s\n", display_text(a, fixed->kept[i].id),
		       display_text(a, fixed->kept[i].was), display_text(a, fixed->kept[i].label),
		       display_path(a, fixed->kept[i].path));
	for (size_t i = 0; i < r->n_slices; i++)
		if (fixed->paths[i])
			printf("New: %s, instead of %s\n", display_path(a, fixed->paths[i]),
			       display_path(a, r->slices[i].path));
	if (fixed->paths[0])
		printf("New: %s, the job with these tickets\n", display_path(a, fixed->job_path));
	printf("Run '%s' and its files stay as they are. You know its results now: look as well "
	       "at\nlabels on which the models agree with you, or the correction favours them.\n",
	       r->run->name);
	for (size_t i = 0; i < fixed->n_commands; i++)
		printf("%s%s\n", i ? "      " : "Next: ", fixed->commands[i]);
}

static int fix_run(struct cmd *cmd, void *options)
{
	const struct fix_options *o = options;
	const struct load_options load = { .name = cmd->args.items[0], .texts = true };
	const struct fix_request request = { .ids = o->tickets.items,
					     .labels = o->labels.items,
					     .n = o->tickets.n,
					     .reader = o->reader };
	struct result r;
	struct fixed fixed;

	if (o->tickets.n == 0 || o->tickets.n != o->labels.n)
		return err_set(&cmd->err, ERR_USAGE,
			       "give each ticket and its right label: --ticket ID --as LABEL");
	if (load_from_store(cmd, o->store, &load, &r) < 0 ||
	    fix_labels(cmd, &r, &request, &fixed) < 0)
		return -1;
	if (o->json)
		fix_print_json(&r, &request, &fixed);
	else
		fix_print_text(&cmd->arena, &r, &request, &fixed);
	return 0;
}

const struct command cmd_fix = { &spec, fix_run };
