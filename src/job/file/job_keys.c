/*
 * The schema of a job file: one table of rows, and two nested ones. The loader, the messages and
 * the tests of docs/job-file.md all work by these rows. Decides what a single key may hold;
 * what must hold between keys is in job.c.
 */
#include "job/file/job_keys.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "job/file/job_labels.h"
#include "job/file/job_licences.h"
#include "job/file/job_values.h"

enum { KIND_TEXT = 1, KIND_LIST = 2, KIND_MAP = 4 };
enum { KEYS_MAX_ROWS = 24 };

struct key_at;

struct key_row {
	const char *key;
	unsigned kinds; /* KIND_ bits of the nodes it takes */
	int (*set)(const struct key_at *at);
	const char *takes, *example; /* for messages: "expected TAKES, found …; example: EXAMPLE" */
	const char *help; /* one sentence, also in docs/job-file.md */
	size_t offset; /* in struct job: set_int's int64_t, set_share's double, set_file's path */
	int64_t min, max; /* set_int; set_share: max 1 takes the whole */
	bool required;
};

/* One value in hand: everything that a setter may look at. */
struct key_at {
	struct yaml_file *file;
	struct job *job;
	const struct key_row *row;
	const yaml_node_t *value;
	struct err *err;
};

static int keys_bad_value(const struct key_at *at, const yaml_node_t *node)
{
	return yaml_fail(at->file, node, at->err, "%s: expected %s, found %s; example: %s",
			 at->row->key, at->row->takes, yaml_found(at->file, node),
			 at->row->example);
}

/* The text of a scalar that holds no control characters; NULL with err set otherwise. */
static const char *keys_one_line(const struct key_at *at, const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE || node->data.scalar.length == 0) {
		keys_bad_value(at, node);
		return NULL;
	}
	for (size_t i = 0; i < node->data.scalar.length; i++) {
		if (node->data.scalar.value[i] >= 0x20 && node->data.scalar.value[i] != 0x7F)
			continue;
		yaml_fail(at->file, node, at->err,
			  "%s: the text holds a line break or control character; write one line",
			  at->row->key);
		return NULL;
	}
	return arena_strndup(at->file->arena, (const char *)node->data.scalar.value,
			     node->data.scalar.length);
}

static int keys_set_name(const struct key_at *at)
{
	const char *text = keys_one_line(at, at->value);

	if (!text)
		return -1;
	at->job->name = text;
	return 0;
}

static int keys_set_labels(const struct key_at *at)
{
	return job_labels_read(at->file, at->value, at->job, at->err);
}

static int keys_set_licences(const struct key_at *at)
{
	return job_licences_read(at->file, at->value, at->job, at->err);
}

/* A file name, taken from the job file's folder. */
static int keys_set_file(const struct key_at *at)
{
	const char *text = keys_one_line(at, at->value);
	const char **field = (const char **)((char *)at->job + at->row->offset);

	if (!text)
		return -1;
	*field = file_beside(at->file->arena, at->job->path, text);
	return 0;
}

/* Names of at most `most`, each once; as files, they are taken from the job file's folder. */
static int keys_read_names(const struct key_at *at, size_t most, bool files,
			   const char ***ret_names, size_t *ret_n)
{
	const yaml_node_item_t *items = at->value->data.sequence.items.start;
	size_t n = (size_t)(at->value->data.sequence.items.top - items);
	const char **names = arena_array(at->file->arena, n, sizeof(*names));

	if (n > most)
		return yaml_fail(at->file, at->value, at->err,
				 "%s: %zu are named; at most %zu are taken", at->row->key, n, most);
	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *item = yaml_file_node(at->file, items[i]);
		const char *text = keys_one_line(at, item);

		if (!text)
			return -1;
		names[i] = files ? file_beside(at->file->arena, at->job->path, text) : text;
		for (size_t j = 0; j < i; j++)
			if (strcmp(names[j], names[i]) == 0)
				return yaml_fail(at->file, item, at->err,
						 "%s: '%s' is listed twice; leave one out",
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

/* A share above 0; the whole only where the row's max says so. */
static int keys_set_share(const struct key_at *at)
{
	const char *text = keys_one_line(at, at->value);
	double *field = (double *)((char *)at->job + at->row->offset);
	double share;

	if (!text)
		return -1;
	if (!job_parse_share(text, &share) || share <= 0 || share > 1 ||
	    (share == 1 && !at->row->max))
		return keys_bad_value(at, at->value);
	*field = share;
	return 0;
}

static int keys_set_memory(const struct key_at *at)
{
	const char *text = keys_one_line(at, at->value);

	if (!text)
		return -1;
	if (!job_parse_size(text, &at->job->budget.memory_bytes))
		return keys_bad_value(at, at->value);
	return 0;
}

static int keys_set_int(const struct key_at *at)
{
	const char *text = keys_one_line(at, at->value);
	int64_t *field = (int64_t *)((char *)at->job + at->row->offset);

	if (!text)
		return -1;
	if (!str_to_i64(text, at->row->min, at->row->max, field))
		return keys_bad_value(at, at->value);
	return 0;
}

static int keys_set_thinking(const struct key_at *at)
{
	const char *text = keys_one_line(at, at->value);

	if (!text)
		return -1;
	at->job->think_tok = 0;
	return strcmp(text, "off") == 0 ? 0 : keys_set_int(at);
}

static int keys_set_use(const struct key_at *at)
{
	const char *text = keys_one_line(at, at->value);

	if (!text)
		return -1;
	for (enum use use = USE_COMMERCIAL; use <= USE_EVALUATE; use++) {
		if (strcmp(text, use_name(use)) == 0) {
			at->job->use = use;
			return 0;
		}
	}
	return keys_bad_value(at, at->value);
}

static int keys_set_reason(const struct key_at *at)
{
	const char *text = keys_one_line(at, at->value);

	if (!text)
		return -1;
	for (enum reason_order order = REASON_LAST; order <= REASON_NONE; order++) {
		if (strcmp(text, reason_order_name(order)) == 0) {
			at->job->reason = order;
			return 0;
		}
	}
	return keys_bad_value(at, at->value);
}

static int keys_set_personal_data(const struct key_at *at)
{
	const char *text = keys_one_line(at, at->value);

	if (!text)
		return -1;
	if (strcmp(text, "allowed") != 0)
		return keys_bad_value(at, at->value);
	at->job->allow_personal_data = true;
	return 0;
}

static int keys_set_prompt(const struct key_at *at)
{
	const char *text = (const char *)at->value->data.scalar.value;
	size_t n = at->value->data.scalar.length;

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20 && text[i] != '\n' && text[i] != '\t')
			return yaml_fail(
				at->file, at->value, at->err,
				"prompt: the text holds a control character; leave it out");
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	if (n == 0)
		return keys_bad_value(at, at->value);
	at->job->prompt_pattern = arena_strndup(at->file->arena, text, n);
	at->job->own_prompt = true;
	return 0;
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

#define IN_JOB(field) offsetof(struct job, field)

static const struct key_row job_rows[] = {
	{ .key = "job",
	  .kinds = KIND_TEXT,
	  .set = keys_set_name,
	  .takes = "a name",
	  .example = "job: inbound tickets",
	  .help = "A name for the job, shown in reports." },
	{ .key = "labels",
	  .kinds = KIND_LIST | KIND_MAP,
	  .set = keys_set_labels,
	  .required = true,
	  .takes = "a list of names, or lines 'name: description'",
	  .example = "labels: [card, top_up, other]",
	  .help = "The labels that a ticket can get, with or without a description." },
	{ .key = "tickets",
	  .kinds = KIND_TEXT,
	  .set = keys_set_file,
	  .offset = IN_JOB(tickets_path),
	  .required = true,
	  .takes = "a file name",
	  .example = "tickets: tickets.jsonl",
	  .help = "The file of tickets that the models are measured on." },
	{ .key = "models",
	  .kinds = KIND_LIST,
	  .set = keys_set_models,
	  .takes = "a list of model files",
	  .example = "models: [qwen2.5-0.5b-instruct-q4_k_m.gguf]",
	  .help = "The models to measure: files, names in other tools' stores, or servers." },
	{ .key = "bar",
	  .kinds = KIND_TEXT,
	  .set = keys_set_share,
	  .offset = IN_JOB(bar),
	  .max = 1,
	  .takes = "a share above 0% and at most 100%",
	  .example = "bar: 90%",
	  .help = "The share of tickets that a model must get right." },
	{ .key = "certainty",
	  .kinds = KIND_TEXT,
	  .set = keys_set_share,
	  .offset = IN_JOB(certainty),
	  .takes = "a share above 0% and below 100%",
	  .example = "certainty: 90%",
	  .help = "How sure a verdict has to be." },
	{ .key = "floor",
	  .kinds = KIND_TEXT,
	  .set = keys_set_share,
	  .offset = IN_JOB(floor),
	  .takes = "a share above 0%, below 100% and not above the bar",
	  .example = "floor: 85%",
	  .help = "What has to be assured for a model that scored the bar to be good enough." },
	{ .key = "hard_share",
	  .kinds = KIND_TEXT,
	  .set = keys_set_share,
	  .offset = IN_JOB(hard_share),
	  .takes = "a share above 0% and below 100%",
	  .example = "hard_share: 10%",
	  .help = "The share of your real tickets that are like the harder ones." },
	{ .key = "training",
	  .kinds = KIND_TEXT,
	  .set = keys_set_file,
	  .offset = IN_JOB(training_path),
	  .takes = "a file name",
	  .example = "training: training.jsonl",
	  .help = "Labelled tickets that the baselines learn from; none may be under test." },
	{ .key = "use",
	  .kinds = KIND_TEXT,
	  .set = keys_set_use,
	  .takes = "commercial, research or evaluate",
	  .example = "use: commercial",
	  .help = "What the result is wanted for; licences are judged against it." },
	{ .key = "licences",
	  .kinds = KIND_MAP,
	  .set = keys_set_licences,
	  .takes = "lines 'model: licence'",
	  .example = "licences: {model.gguf: apache-2.0}",
	  .help = "What you know of a model's licence; it stands above what the file says." },
	{ .key = "budget",
	  .kinds = KIND_MAP,
	  .set = keys_set_budget,
	  .takes = "memory, minutes or tokens",
	  .example = "budget: {memory: 4 GiB, minutes: 10}",
	  .help = "What the run may cost at most." },
	{ .key = "prompt",
	  .kinds = KIND_TEXT,
	  .set = keys_set_prompt,
	  .takes = "the text of a prompt",
	  .example = "prompt: \"Choose one of {labels}.\"",
	  .help = "Your own system text in place of the default prompt." },
	{ .key = "ways",
	  .kinds = KIND_LIST,
	  .set = keys_set_ways,
	  .takes = "a list of plain, examples, calibrated, examples+calibrated and tuned",
	  .example = "ways: [plain, examples]",
	  .help = "How each model is asked; each way makes one more candidate." },
	{ .key = "examples",
	  .kinds = KIND_TEXT | KIND_MAP,
	  .set = keys_set_examples,
	  .offset = IN_JOB(examples_path),
	  .takes = "a file name, or file and per_label",
	  .example = "examples: examples.jsonl",
	  .help = "The file that worked examples are drawn from." },
	{ .key = "heads",
	  .kinds = KIND_LIST,
	  .set = keys_set_heads,
	  .takes = "a list of 1 to 64 files that 'toehold tune' made",
	  .example = "heads: [heads/small.head.json]",
	  .help = "Heads trained on other tickets; each makes a tuned candidate of its model." },
	{ .key = "seed",
	  .kinds = KIND_TEXT,
	  .set = keys_set_int,
	  .offset = IN_JOB(seed),
	  .max = INT64_MAX,
	  .takes = "a whole number from 0 up",
	  .example = "seed: 1",
	  .help = "The number that decides which examples are drawn." },
	{ .key = "reason",
	  .kinds = KIND_TEXT,
	  .set = keys_set_reason,
	  .takes = "last, first or none",
	  .example = "reason: last",
	  .help = "When the model gives its reason: after the label, before it, or never." },
	{ .key = "thinking",
	  .kinds = KIND_TEXT,
	  .set = keys_set_thinking,
	  .offset = IN_JOB(think_tok),
	  .min = 1,
	  .max = 32768,
	  .takes = "off, or a whole number of tokens from 1 to 32768",
	  .example = "thinking: off",
	  .help = "Whether a model that can think does so before it answers, and how long." },
	{ .key = "parallel",
	  .kinds = KIND_TEXT,
	  .set = keys_set_int,
	  .offset = IN_JOB(n_parallel),
	  .min = 1,
	  .max = 64,
	  .takes = "a whole number from 1 to 64",
	  .example = "parallel: 1",
	  .help = "How many requests a server is sent at a time." },
	{ .key = "personal_data",
	  .kinds = KIND_TEXT,
	  .set = keys_set_personal_data,
	  .takes = "the word allowed",
	  .example = "personal_data: allowed",
	  .help = "Says that tickets with personal data in them are meant." },
};

static const struct key_row budget_rows[] = {
	{ .key = "memory",
	  .kinds = KIND_TEXT,
	  .set = keys_set_memory,
	  .takes = "a size of at least 1 MB",
	  .example = "memory: 4 GiB",
	  .help = "The memory that one model may take." },
	{ .key = "minutes",
	  .kinds = KIND_TEXT,
	  .set = keys_set_int,
	  .offset = IN_JOB(budget.minutes),
	  .min = 1,
	  .max = 1000000,
	  .takes = "a whole number of minutes",
	  .example = "minutes: 10",
	  .help = "The time that the whole run may take." },
	{ .key = "tokens",
	  .kinds = KIND_TEXT,
	  .set = keys_set_int,
	  .offset = IN_JOB(budget.reason_tok),
	  .min = 8,
	  .max = 2000,
	  .takes = "a whole number from 8 to 2000",
	  .example = "tokens: 120",
	  .help = "The tokens that one reason may take." },
};

static const struct key_row examples_rows[] = {
	{ .key = "file",
	  .kinds = KIND_TEXT,
	  .set = keys_set_file,
	  .offset = IN_JOB(examples_path),
	  .required = true,
	  .takes = "a file name",
	  .example = "file: examples.jsonl",
	  .help = "The file of examples, in the form of a tickets file." },
	{ .key = "per_label",
	  .kinds = KIND_TEXT,
	  .set = keys_set_int,
	  .offset = IN_JOB(examples_per_label),
	  .min = 1,
	  .max = 32,
	  .takes = "a whole number from 1 to 32",
	  .example = "per_label: 4",
	  .help = "How many examples each label gets." },
};

static const struct key_row *keys_find_row(const struct key_row *rows, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].key, key) == 0)
			return &rows[i];
	return NULL;
}

static int keys_unknown_key(struct yaml_file *file, const yaml_node_t *node,
			    const struct key_row *rows, size_t n, struct err *err)
{
	const char *names[KEYS_MAX_ROWS], *near;
	const char *key = (const char *)node->data.scalar.value;
	struct buf list;

	buf_init(&list, 1024);
	for (size_t i = 0; i < n; i++) {
		names[i] = rows[i].key;
		buf_addf(&list, "%s%s", i ? ", " : "", rows[i].key);
	}
	near = str_nearest(key, names, n);
	if (near)
		yaml_fail(file, node, err, "unknown key '%s'; did you mean '%s'?",
			  display_text(file->arena, key), near);
	else
		yaml_fail(file, node, err, "unknown key '%s'; the keys are %s",
			  display_text(file->arena, key), buf_text(&list));
	buf_release(&list);
	return -1;
}

static unsigned keys_kind_of(const yaml_node_t *node)
{
	return node->type == YAML_SEQUENCE_NODE ? KIND_LIST :
	       node->type == YAML_MAPPING_NODE	? KIND_MAP :
						  KIND_TEXT;
}

/* One "key: value" of a mapping that the rows describe; `seen` holds the line of each row. */
static int keys_read_pair(struct key_at *at, const yaml_node_t *key, const struct key_row *rows,
			  size_t n, size_t *seen)
{
	const struct key_row *row;

	if (key->type != YAML_SCALAR_NODE)
		return yaml_fail(at->file, key, at->err, "expected a key such as '%s', found %s",
				 rows[0].key, yaml_found(at->file, key));
	row = keys_find_row(rows, n, (const char *)key->data.scalar.value);
	if (!row)
		return keys_unknown_key(at->file, key, rows, n, at->err);
	if (seen[row - rows])
		return yaml_fail(at->file, key, at->err,
				 "key '%s' is given twice (first on line %zu); leave one out",
				 row->key, seen[row - rows]);
	seen[row - rows] = key->start_mark.line + 1;
	at->row = row;
	if (!(row->kinds & keys_kind_of(at->value)))
		return keys_bad_value(at, at->value);
	return row->set(at);
}

static int keys_read_keys(struct yaml_file *file, struct job *job, const yaml_node_t *map,
			  const struct key_row *rows, size_t n, struct err *err)
{
	size_t seen[KEYS_MAX_ROWS] = { 0 };
	struct key_at at = { .file = file, .job = job, .err = err };

	for (yaml_node_pair_t *pair = map->data.mapping.pairs.start;
	     pair < map->data.mapping.pairs.top; pair++) {
		at.value = yaml_file_node(file, pair->value);
		if (keys_read_pair(&at, yaml_file_node(file, pair->key), rows, n, seen) < 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++)
		if (rows[i].required && !seen[i])
			return yaml_fail(file, map, err, "'%s' is missing; add for example '%s'",
					 rows[i].key, rows[i].example);
	return 0;
}

static int keys_set_budget(const struct key_at *at)
{
	return keys_read_keys(at->file, at->job, at->value, budget_rows, COUNT_OF(budget_rows),
			      at->err);
}

static int keys_set_examples(const struct key_at *at)
{
	if (at->value->type == YAML_SCALAR_NODE)
		return keys_set_file(at);
	return keys_read_keys(at->file, at->job, at->value, examples_rows, COUNT_OF(examples_rows),
			      at->err);
}

int job_keys_read(struct yaml_file *file, struct job *job, struct err *err)
{
	const yaml_node_t *root = yaml_file_root(file);

	_Static_assert(COUNT_OF(job_rows) <= KEYS_MAX_ROWS,
		       "unknown_key and read_keys hold all rows");
	if (!root || (root->type == YAML_SCALAR_NODE && root->data.scalar.length == 0))
		return err_set(err, ERR_INPUT,
			       "%s: the file is empty; a job needs labels, tickets and models",
			       file->path);
	if (root->type != YAML_MAPPING_NODE)
		return yaml_fail(file, root, err,
				 "expected keys such as 'tickets: tickets.jsonl', found %s",
				 yaml_found(file, root));
	return keys_read_keys(file, job, root, job_rows, COUNT_OF(job_rows), err);
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
	keys_each_of("examples.", examples_rows, COUNT_OF(examples_rows), each, ctx);
}
