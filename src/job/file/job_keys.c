/*
 * The schema of a job file: one table of keys, and two nested ones. The loader, the messages and
 * the test of docs/job-file.md work from these rows. Decides which values a key accepts; job.c
 * checks the rules between keys.
 */
#include "job/file/job_keys.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "job/file/job_key_table.h"
#include "job/file/job_labels.h"
#include "job/file/job_licences.h"
#include "job/file/job_values.h"
#include "job/file/job_variants.h"
#include "job/task/task_extract.h"
#include "job/task/task_tool.h"

static void *keys_field(const struct key_at *at)
{
	return (char *)at->job + at->row->offset;
}

static int keys_set_line(const struct key_at *at)
{
	*(const char **)keys_field(at) = at->line;
	return 0;
}

/* A path relative to the job file's folder. */
static int keys_set_file(const struct key_at *at)
{
	*(const char **)keys_field(at) = file_beside(at->file->arena, at->job->path, at->line);
	return 0;
}

static int keys_set_labels(const struct key_at *at)
{
	return job_labels_read(at->file, at->value, at->job, at->err);
}

static int keys_set_fields(const struct key_at *at)
{
	at->job->form_key = at->row->key;
	return task_extract_fields(at->file, at->value, at->line, at->job, at->err);
}

static int keys_set_tools(const struct key_at *at)
{
	at->job->form_key = at->row->key;
	return task_tool_read(at->file, at->value, at->line, at->job, at->err);
}

static int keys_set_licences(const struct key_at *at)
{
	return job_licences_read(at->file, at->value, at->job, at->err);
}

/* At most `most` names, without repeats; `files`: paths relative to the job file's folder. */
static int keys_read_names(const struct key_at *at, size_t most, bool files,
			   const char ***ret_names, size_t *ret_n)
{
	const yaml_node_item_t *items = at->value->data.sequence.items.start;
	size_t n = (size_t)(at->value->data.sequence.items.top - items);
	const char **names = arena_array(at->file->arena, n, sizeof(*names));

	if (n > most)
		return yaml_fail(at->file, at->value, at->err, "%s: %zu entries; at most %zu fit",
				 at->row->key, n, most);
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = yaml_file_node(at->file, items[i]);
		const char *text = keys_one_line(at, item);

		if (!text)
			return -1;
		names[i] = files ? file_beside(at->file->arena, at->job->path, text) : text;
		for (size_t j = 0; j < i; j++)
			if (strcmp(names[j], names[i]) == 0)
				return yaml_fail(at->file, item, at->err,
						 "%s: '%s' is listed twice; remove one",
						 at->row->key, display_text(at->file->arena, text));
	}
	*ret_names = names;
	*ret_n = n;
	return 0;
}

static int keys_set_models(const struct key_at *at)
{
	return keys_read_names(at, JOB_MAX_MODELS, false, &at->job->models, &at->job->n_models);
}

static int keys_set_heads(const struct key_at *at)
{
	if (keys_read_names(at, JOB_MAX_HEADS, true, &at->job->heads, &at->job->n_heads) < 0)
		return -1;
	return at->job->n_heads ? 0 : keys_bad_value(at, at->value);
}

static int keys_set_texts(const struct key_at *at)
{
	struct opt_list *text = keys_field(at);
	const char **names = text->items;

	text->n = 1;
	if (at->line)
		text->items[0] = at->line;
	else if (keys_read_names(at, COLUMNS_MAX_TEXTS, false, &names, &text->n) < 0)
		return -1;
	if (text->n == 0)
		return keys_bad_value(at, at->value);
	memmove(text->items, names, text->n * sizeof(*names));
	return 0;
}

static int keys_set_share(const struct key_at *at)
{
	double share;

	if (!job_parse_share(at->line, &share) || (share == 1 && !at->row->max))
		return keys_bad_value(at, at->value);
	*(double *)keys_field(at) = share;
	return 0;
}

static int keys_set_size(const struct key_at *at)
{
	return job_parse_size(at->line, keys_field(at)) ? 0 : keys_bad_value(at, at->value);
}

static int keys_set_int(const struct key_at *at)
{
	if (!str_to_i64(at->line, at->row->min, at->row->max, keys_field(at)))
		return keys_bad_value(at, at->value);
	return 0;
}

static int keys_set_words(const struct key_at *at)
{
	at->job->form_key = at->row->key;
	return keys_set_int(at);
}

/* Enums have the size of an unsigned, and their constants count from 0. */
static int keys_set_name(const struct key_at *at)
{
	int found = names_find(at->row->names, at->line);

	if (found < 0)
		return keys_bad_value(at, at->value);
	*(unsigned *)keys_field(at) = (unsigned)found;
	return 0;
}

static int keys_set_thinking(const struct key_at *at)
{
	at->job->think_tok = 0;
	return strcmp(at->line, "off") == 0 ? 0 : keys_set_int(at);
}

static int keys_set_order(const struct key_at *at)
{
	if (strcmp(at->line, "true") != 0)
		return keys_bad_value(at, at->value);
	at->job->ordered = true;
	return 0;
}

static int keys_set_per_ticket(const struct key_at *at)
{
	if (strcmp(at->line, "any") != 0 && strcmp(at->line, "one") != 0)
		return keys_bad_value(at, at->value);
	at->job->several = strcmp(at->line, "any") == 0;
	return 0;
}

static int keys_set_personal_data(const struct key_at *at)
{
	if (strcmp(at->line, "allowed") != 0)
		return keys_bad_value(at, at->value);
	at->job->allow_personal_data = true;
	return 0;
}

static int keys_set_prompt(const struct key_at *at)
{
	at->job->own_prompt = true;
	return job_prompt_read(at->file, at->value, "prompt", &at->job->prompt_pattern, at->err);
}

static int keys_set_variants(const struct key_at *at)
{
	return job_variants_read(at->file, at->value, at->job, at->err);
}

static int keys_set_ways(const struct key_at *at)
{
	yaml_node_item_t *item = at->value->data.sequence.items.start;

	if (item == at->value->data.sequence.items.top)
		return keys_bad_value(at, at->value);
	for (; item < at->value->data.sequence.items.top; item++) {
		const yaml_node_t *node = yaml_file_node(at->file, *item);
		const char *text = keys_one_line(at, node);
		int way;

		if (!text)
			return -1;
		way = way_by_name(text);
		if (way < 0)
			return keys_bad_value(at, node);
		at->job->ways[way] = true;
	}
	return 0;
}

static int keys_set_budget(const struct key_at *at);
static int keys_set_examples(const struct key_at *at);
static int keys_set_columns(const struct key_at *at);

#define IN_JOB(field) offsetof(struct job, field)
#define NO_RANGE 0, 0, NULL
#define RANGE(least, most) least, most, NULL
#define NAMES(names) 0, 0, &names

static const struct key_row job_rows[] = {
	{ "job", LINE, keys_set_line, IN_JOB(name), NO_RANGE, "a name", "job: inbound tickets",
	  "A name for the job, shown in reports." },
	{ "task", LINE, keys_set_name, IN_JOB(task), NAMES(task_names),
	  "classify, yes-no, extract, summarize or choose-tool", "task: classify",
	  "What the models do with a ticket." },
	{ "labels", LIST | MAP, keys_set_labels, IN_JOB(labels), NO_RANGE,
	  "a list of names, or lines 'name: description'", "labels: [card, top_up, other]",
	  "The labels that a ticket can get, with or without descriptions." },
	{ "labels_per_ticket", LINE, keys_set_per_ticket, IN_JOB(several), NO_RANGE, "one or any",
	  "labels_per_ticket: any", "Whether a ticket has one label, or any number of them." },
	{ "order", LINE, keys_set_order, IN_JOB(ordered), NO_RANGE, "the word true", "order: true",
	  "Says that the labels are the steps of a scale, the lowest first." },
	{ "question", LINE, keys_set_line, IN_JOB(question), NO_RANGE, "a question",
	  "question: Does the customer threaten to leave?",
	  "What is asked about a ticket; the task yes-no needs it." },
	{ "yes_at", LINE, keys_set_share, IN_JOB(yes_at), NO_RANGE,
	  "a share above 0 and below 1, such as 0.6 or 60%", "yes_at: 70%",
	  "The probability of yes from which the task yes-no answers yes." },
	{ "fields", LINE | MAP, keys_set_fields, IN_JOB(form), NO_RANGE,
	  "lines 'name: type', or the name of a file with a JSON schema",
	  "fields: {order_no: string, amount: number, due: date}",
	  "What the task extract looks for in a ticket." },
	{ "words", LINE, keys_set_words, IN_JOB(words), RANGE(1, 1000),
	  "a whole number from 1 to 1000", "words: 40", "The most words that a summary may have." },
	{ "tools", LINE, keys_set_tools, IN_JOB(form), NO_RANGE,
	  "the name of a JSON file with a list of tools", "tools: tools.json",
	  "The tools of the task choose-tool, in the OpenAI format." },
	{ "tickets", LINE | REQUIRED, keys_set_file, IN_JOB(tickets_path), NO_RANGE, "a file name",
	  "tickets: tickets.jsonl", "The file of tickets that the models are tested on." },
	{ "columns", MAP, keys_set_columns, IN_JOB(columns), NO_RANGE,
	  "lines such as 'text: [Subject, Body]' and 'label: Category'",
	  "columns: {text: [Subject, Body], label: Category}",
	  "The columns of your tables that hold the text, the label and the rest." },
	{ "models", LIST, keys_set_models, IN_JOB(models), NO_RANGE, "a list of model files",
	  "models: [qwen2.5-0.5b-instruct-q4_k_m.gguf]",
	  "The models to test: files, names in other tools' stores, or servers." },
	{ "bar", LINE, keys_set_share, IN_JOB(bar), RANGE(0, 1), JOB_SHARE_WORDS, "bar: 90%",
	  "The share of tickets that a model must get right." },
	{ "certainty", LINE, keys_set_share, IN_JOB(certainty), NO_RANGE,
	  "a share above 0 and below 1, such as 0.6 or 60%", "certainty: 90%",
	  "How certain a verdict must be." },
	{ "floor", LINE, keys_set_share, IN_JOB(floor), NO_RANGE,
	  "a share above 0, below 1 and not above the bar, such as 0.6 or 60%", "floor: 85%",
	  "The share that must be certain before a model that reached the bar is good enough." },
	{ "hard_share", LINE, keys_set_share, IN_JOB(hard_share), NO_RANGE,
	  "a share above 0 and below 1, such as 0.6 or 60%", "hard_share: 10%",
	  "The share of your real tickets that are like the harder ones." },
	{ "harder", LINE, keys_set_name, IN_JOB(harder), NAMES(harder_rule_names),
	  "counted or shown", "harder: counted",
	  "Whether the pick must also score the bar with the harder tickets." },
	{ "training", LINE, keys_set_file, IN_JOB(training_path), NO_RANGE, "a file name",
	  "training: training.jsonl",
	  "Labelled tickets that baselines and encoders learn from; none may be under test." },
	{ "use", LINE, keys_set_name, IN_JOB(use), NAMES(use_names),
	  "commercial, research or evaluate", "use: commercial",
	  "What you need the result for; licences are judged against it." },
	{ "licences", MAP, keys_set_licences, IN_JOB(licence_words), NO_RANGE,
	  "lines 'model: licence'", "licences: {model.gguf: apache-2.0}",
	  "What you know about a model's licence; it overrides what the file says." },
	{ "budget", MAP, keys_set_budget, IN_JOB(budget), NO_RANGE, "memory, minutes or tokens",
	  "budget: {memory: 4 GiB, minutes: 10}", "Limits on memory, time and tokens." },
	{ "prompt", TEXT, keys_set_prompt, IN_JOB(prompt_pattern), NO_RANGE, "the text of a prompt",
	  "prompt: \"Choose one of {labels}.\"",
	  "Your own system text in place of the default prompt." },
	{ "variants", MAP, keys_set_variants, IN_JOB(variants), NO_RANGE, "lines 'name: prompt'",
	  "variants: {short: \"Choose one of {labels}.\"}",
	  "More prompts to try; each adds a candidate for every model and way." },
	{ "ways", LIST, keys_set_ways, IN_JOB(ways), NO_RANGE,
	  "a list of plain, examples, rotated, letters, letters+rotated, trained and tuned, or of "
	  "calibrated, examples+calibrated, rotated+calibrated and letters+rotated+calibrated",
	  "ways: [plain, examples]", "How each model is asked; each way adds a candidate." },
	{ "examples", LINE | MAP, keys_set_examples, IN_JOB(examples_path), NO_RANGE,
	  "a file name, or file and per_label", "examples: examples.jsonl",
	  "The file from which worked examples are drawn." },
	{ "heads", LIST, keys_set_heads, IN_JOB(heads), NO_RANGE,
	  "a list of 1 to 64 files that 'toehold tune' made", "heads: [heads/small.head.json]",
	  "Heads trained on other tickets; each adds a tuned candidate of its model." },
	{ "seed", LINE, keys_set_int, IN_JOB(seed), RANGE(0, INT64_MAX), "a whole number from 0 up",
	  "seed: 1", "The number that decides which examples are drawn." },
	{ "reason", LINE, keys_set_name, IN_JOB(reason), NAMES(reason_order_names),
	  "last, first or none", "reason: last",
	  "When the model gives its reason: after the label, before it, or never." },
	{ "stop", LINE, keys_set_name, IN_JOB(stop), NAMES(stop_rule_names), "last or first",
	  "stop: last",
	  "After which candidate the run ends: the last, or the first that scores the bar." },
	{ "thinking", LINE, keys_set_thinking, IN_JOB(think_tok), RANGE(1, 32768),
	  "off, or a whole number of tokens from 1 to 32768", "thinking: off",
	  "Whether a model may think before it answers, and for how many tokens." },
	{ "parallel", LINE, keys_set_int, IN_JOB(n_parallel), RANGE(1, 64),
	  "a whole number from 1 to 64", "parallel: 1",
	  "How many requests are sent to a server at a time." },
	{ "personal_data", LINE, keys_set_personal_data, IN_JOB(allow_personal_data), NO_RANGE,
	  "the word allowed", "personal_data: allowed",
	  "Confirms that the tickets may contain personal data." },
};

static const struct key_row budget_rows[] = {
	{ "memory", LINE, keys_set_size, IN_JOB(budget.memory_bytes), NO_RANGE,
	  "a size of at least 1 MB", "memory: 4 GiB", "The memory that one model may take." },
	{ "minutes", LINE, keys_set_int, IN_JOB(budget.minutes), RANGE(1, 1000000),
	  "a whole number of minutes", "minutes: 10", "The time that the whole run may take." },
	{ "tokens", LINE, keys_set_int, IN_JOB(budget.reason_tok), RANGE(8, 2000),
	  "a whole number from 8 to 2000", "tokens: 120", "The tokens that one reason may take." },
};

static const struct key_row examples_rows[] = {
	{ "file", LINE | REQUIRED, keys_set_file, IN_JOB(examples_path), NO_RANGE, "a file name",
	  "file: examples.jsonl", "The file of examples, in the form of a tickets file." },
	{ "per_label", LINE, keys_set_int, IN_JOB(examples_per_label), RANGE(1, 32),
	  "a whole number from 1 to 32", "per_label: 4", "How many examples each label gets." },
};

#define COLUMN(key, example, help) \
	{ \
#key, LINE, keys_set_line, IN_JOB(columns.key), NO_RANGE, "one name", example, \
			help \
	}

static const struct key_row column_rows[] = {
	{ "text", LINE | LIST, keys_set_texts, IN_JOB(columns.text), NO_RANGE,
	  "a name or a list of at most 16", "text: [Subject, Body]",
	  "The column that holds the text; several are joined." },
	COLUMN(label, "label: Category", "The one that holds the right label."),
	COLUMN(id, "id: Ticket No", "The one that holds the id."),
	COLUMN(lang, "lang: Language", "The one that holds the language."),
	COLUMN(group, "group: Customer", "The one that holds the group."),
	COLUMN(encoding, "encoding: windows-1252",
	       "The encoding of the files, if it is not found out."),
	COLUMN(sheet, "sheet: Tickets", "The sheet of a workbook, if it is not the first."),
};

static int keys_set_budget(const struct key_at *at)
{
	return keys_read_keys(at->file, at->job, at->value, budget_rows, COUNT_OF(budget_rows),
			      at->err);
}

static int keys_set_examples(const struct key_at *at)
{
	if (at->line)
		return keys_set_file(at);
	return keys_read_keys(at->file, at->job, at->value, examples_rows, COUNT_OF(examples_rows),
			      at->err);
}

static int keys_set_columns(const struct key_at *at)
{
	return keys_read_keys(at->file, at->job, at->value, column_rows, COUNT_OF(column_rows),
			      at->err);
}

/* A task that chooses among labels needs them, unless it has some of its own. */
static int keys_check_labels(const struct yaml_file *file, const struct job *job,
			     const yaml_node_t *root, struct err *err)
{
	if (job->n_labels > 0 ||
	    (task_kind(job->task)->complete && !task_kind(job->task)->of_labels))
		return 0;
	return yaml_fail(file, root, err,
			 "'labels' is missing; add for example 'labels: [card, top_up, other]'");
}

int job_keys_read(struct yaml_file *file, struct job *job, struct err *err)
{
	const yaml_node_t *root = yaml_file_root(file);

	_Static_assert(COUNT_OF(job_rows) <= KEYS_MAX_ROWS, "the reader of tables holds all rows");
	if (!root || (root->type == YAML_SCALAR_NODE && root->data.scalar.length == 0))
		return err_set(err, ERR_INPUT,
			       "%s: the file is empty; a job needs labels, tickets and models",
			       file->path);
	if (root->type != YAML_MAPPING_NODE)
		return yaml_fail(file, root, err,
				 "expected keys such as 'tickets: tickets.jsonl', found %s",
				 yaml_found(file, root));
	if (keys_read_keys(file, job, root, job_rows, COUNT_OF(job_rows), err) < 0)
		return -1;
	return keys_check_labels(file, job, root, err);
}

static void keys_each_of(const char *inside, const struct key_row *rows, size_t n,
			 void (*each)(void *ctx, const char *key, const char *help), void *ctx)
{
	struct arena a = { 0 };

	for (size_t i = 0; i < n; i++)
		each(ctx, arena_printf(&a, "%s%s", inside, rows[i].key), rows[i].help);
	arena_release(&a);
}

void job_each_key(void (*each)(void *ctx, const char *key, const char *help), void *ctx)
{
	keys_each_of("", job_rows, COUNT_OF(job_rows), each, ctx);
	keys_each_of("budget.", budget_rows, COUNT_OF(budget_rows), each, ctx);
	keys_each_of("columns.", column_rows, COUNT_OF(column_rows), each, ctx);
	keys_each_of("examples.", examples_rows, COUNT_OF(examples_rows), each, ctx);
}
