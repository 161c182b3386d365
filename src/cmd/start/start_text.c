/*
 * What start() made, in a terminal and as JSON.
 */
#include "cmd/start/start_text.h"

#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "base/terminal.h"

static void start_print_labels(struct arena *a, const struct start *s)
{
	const struct label_counts *labels = &s->labels;

	printf("\n%zu labels:\n", labels->n);
	for (size_t i = 0; i < labels->n; i++) {
		const struct import_label *label = &labels->items[i];

		printf("%7zu  %s%s\n", label->n, display_text(a, label->name),
		       s->options->labelled ? "" : import_near_hint(a, label));
	}
	for (size_t i = 0; i < labels->n_spellings; i++) {
		const struct label_spelling *spelling = &labels->spellings[i];

		printf("'%s' (%zu) counts as '%s'.\n", display_text(a, spelling->name), spelling->n,
		       display_text(a, labels->items[spelling->label].name));
	}
}

static void start_print_redacted(const struct start *s)
{
	const struct redact_counts *r = &s->redacted;
	const char *before = " (";

	printf("\nPersonal data: %zu place%s covered", r->n_covered, r->n_covered == 1 ? "" : "s");
	for (int i = 0; i < REDACT_N_TYPES; i++) {
		if (r->covered[i] == 0)
			continue;
		printf("%s%s %zu", before, redact_type_name((enum redact_type)i), r->covered[i]);
		before = ", ";
	}
	printf("%s", *before == ',' ? ")" : "");
	if (r->n_suspects)
		printf("; %zu more look%s like it and %s not covered", r->n_suspects,
		       r->n_suspects == 1 ? "s" : "", r->n_suspects == 1 ? "is" : "are");
	puts(".\nPatterns find only a part of it: read scratch/ before you share it.");
}

static void start_print_indented(struct arena *a, const char *text)
{
	printf("  ");
	display_wrap(a, text, 2, terminal_text_columns(stdout), stdout);
}

/* What the split lacks, and what would mend it. */
static void start_print_lacks(struct arena *a, const struct start *s)
{
	const struct split *split = &s->split;
	size_t *tests = arena_array(a, s->labels.n, sizeof(*tests));
	const char *untested = "";

	for (size_t i = 0; i < s->n; i++)
		if (split->parts[i] == SPLIT_TEST)
			tests[s->tickets[i].label]++;
	for (size_t i = 0; i < s->labels.n; i++)
		if (tests[i] == 0)
			untested = arena_add_item(a, untested, ", ", "'%s'",
						  display_text(a, s->labels.items[i].name));
	if (*untested)
		printf("  No ticket tests %s: label more of them%s.\n",
		       display_cut(a, untested, 300),
		       s->options->labelled ? "" : ", or merge labels with --map OLD=NEW");
	if (s->labels.n > START_MANY_LABELS)
		printf("  %zu labels are many for %zu tickets: fewer are easier to tell apart.\n",
		       s->labels.n, split->n[SPLIT_TEST]);
	if (split->per_label < START_EXAMPLES)
		start_print_indented(
			a, arena_printf(a,
					"With %d examples of each label most models do better: "
					"label about %zu more tickets.",
					START_EXAMPLES,
					s->labels.n * (START_EXAMPLES - split->per_label)));
}

static void start_print_split(struct arena *a, const struct start *s)
{
	static const struct {
		enum split_part part;
		const char *words;
	} parts[] = {
		{ SPLIT_TEST, "under test: scratch/tickets.jsonl" },
		{ SPLIT_EXAMPLE, "worked examples: scratch/examples.jsonl" },
		{ SPLIT_TRAINING, "for baselines and encoders to learn from: "
				  "scratch/training.jsonl" },
		{ SPLIT_POOL, "without a label: scratch/pool.jsonl" },
		{ SPLIT_REPEAT, "left out: they (nearly) repeat a ticket under test" },
		{ SPLIT_TWO_LABELS, "left out: the same text has two labels" },
	};

	printf("\nTickets, drawn with seed %lld:\n", (long long)s->options->seed);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (s->split.n[parts[i].part])
			printf("%7zu  %s\n", s->split.n[parts[i].part], parts[i].words);
	for (size_t i = 0; i < s->n; i++)
		if (s->split.parts[i] == SPLIT_TWO_LABELS)
			printf("  %s: '%s' has another label elsewhere\n",
			       s->options->labelled ?
				       display_text(a, s->tickets[i].id) :
				       arena_printf(a, "line %zu", s->tickets[i].line),
			       display_cut(a, s->tickets[i].text, 40));
	start_print_lacks(a, s);
}

static const char *start_licence(struct arena *a, const struct start_model *m)
{
	return licence_words(a, licence_verdict_name(m->licence->verdict), m->licence->id,
			     m->licence->source);
}

static void start_print_models(struct arena *a, const struct start_models *models)
{
	size_t width = 0;

	for (size_t i = 0; i < models->n; i++) {
		size_t columns = str_columns(start_licence(a, &models->items[i]));

		if (columns > width)
			width = columns;
	}
	if (models->n == 0)
		puts("\nNo model was found on this machine.");
	else
		printf("\nModels: %zu of %zu are in the job.\n", models->n_taken, models->n);
	for (size_t i = 0; i < models->n; i++) {
		const struct start_model *m = &models->items[i];

		printf("%9s  %-*s  %s%s%s\n", m->size, (int)width, start_licence(a, m),
		       display_path(a, m->spec), m->why_not ? ": left out, " : "",
		       m->why_not ? m->why_not : "");
	}
	if (models->n_taken == 0)
		printf("The job names a small one to begin with. Fetch it:\n  toehold pull %s\n",
		       START_MODEL_TO_PULL);
}

static void start_print_rows(struct arena *a, const struct start *s)
{
	const struct imported *imported = &s->imported;

	if (s->options->labelled) { /* the rows are not those of a file that anybody has */
		printf("%s: %zu tickets, %zu with a label\n", imported->path, s->n, imported->n);
		return;
	}
	printf("%s: %s, %zu rows, %zu with a label\n", imported->path, imported->format,
	       imported->n_seen, imported->n);
	if (s->columns.guessed || imported->guessed)
		start_print_indented(
			a, arena_printf(a, "%s (--text, --label and --id name others)",
					display_path(a, s->columns.guessed ? s->columns.guessed :
									     imported->guessed)));
	for (size_t i = 0; i < imported->n_reasons; i++)
		printf("  %zu row%s left out, the first in line %zu: %s\n", imported->reasons[i].n,
		       imported->reasons[i].n == 1 ? "" : "s", imported->reasons[i].lines[0],
		       imported->reasons[i].why);
	for (size_t i = 0; i < imported->n_unused; i++)
		printf("  --map renames the label '%s', but no row has it\n",
		       display_text(a, imported->unused[i]));
}

void start_print(struct cmd *cmd, const struct start *s)
{
	struct arena *a = &cmd->arena;

	start_print_rows(a, s);
	start_print_labels(a, s);
	if (!s->options->labelled) /* `label` says what it left open, too */
		start_print_redacted(s);
	start_print_split(a, s);
	start_print_models(a, &s->models);
	printf("\nWrote %s: read it%s.\nNext: toehold smoke %s\n", display_path(a, s->job_path),
	       s->options->labelled ? "" : ", and add a few words to each label",
	       display_shell_word(a, s->job_path));
}

static json_t *start_labels_to_json(const struct start *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->labels.n; i++)
		json_array_append_new(list,
				      json_pack("{s:o, s:I, s:o}", "name",
						json_any_text(s->labels.items[i].name), "tickets",
						(json_int_t)s->labels.items[i].n, "near",
						json_any_text(s->labels.items[i].near)));
	return list;
}

static json_t *start_models_to_json(const struct start *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->models.n; i++) {
		const struct start_model *m = &s->models.items[i];

		json_array_append_new(list, json_pack("{s:o, s:s, s:s, s:o}", "model",
						      json_any_text(m->spec), "verdict",
						      licence_verdict_name(m->licence->verdict),
						      "licence", m->licence->id, "left_out",
						      json_any_text(m->why_not)));
	}
	return list;
}

json_t *start_to_json(const struct start *s)
{
	const size_t *n = s->split.n;

	return json_pack("{s:o, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "job",
			 json_any_text(s->job_path), "rows", (json_int_t)s->imported.n_seen, "seed",
			 (json_int_t)s->options->seed, "labels", start_labels_to_json(s),
			 "under_test", (json_int_t)n[SPLIT_TEST], "examples",
			 (json_int_t)n[SPLIT_EXAMPLE], "examples_per_label",
			 (json_int_t)s->split.per_label, "training", (json_int_t)n[SPLIT_TRAINING],
			 "pool", (json_int_t)n[SPLIT_POOL], "repeats", (json_int_t)n[SPLIT_REPEAT],
			 "two_labels", (json_int_t)n[SPLIT_TWO_LABELS], "covered",
			 (json_int_t)s->redacted.n_covered, "models", start_models_to_json(s));
}
