/*
 * The tables of verbs, and the kinds of their parameters.
 */
#include "page/page_words.h"

#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/opt/opt.h"
#include "base/str.h"
#include "page/page_verb.h"

/* The system refuses a word of 128 KiB. */
enum { WORD_MAX_BYTES = 100 << 10 };

/* What every measurement of a job needs. */
enum { MEASURES = PAGE_MEASURES | PAGE_JOB_STORED };

const struct page_row page_reads[] = {
	{ "show", "show", "run", "ticket candidate", { 0 }, PAGE_STORED, NULL },
	{ "pair", "show", "run", "candidate against", { 0 }, PAGE_STORED, NULL },
	{ "prompt", "show", "run", "candidate ticket", { "--prompt" }, PAGE_STORED, NULL },
	{ "tickets", "show", "run", "", { "--tickets" }, PAGE_STORED, NULL },
	{ "runs", "runs", "", "", { "--brief" }, PAGE_STORED, NULL },
	{ "plan", "plan", "job", "models way evaluate", { 0 }, 0, NULL },
	{ "models", "models", "", "", { "--no-hash" }, 0, NULL },
	{ "check", "check", "run", "", { 0 }, PAGE_STORED, NULL },
	{ "diff", "diff", "run run2", "candidate", { 0 }, PAGE_STORED, NULL },
	{ "decide", "decide", "run", "bar", { 0 }, PAGE_STORED, NULL },
	{ "doctor", "doctor", "", "", { 0 }, 0, NULL },
	{ "prompts", "prompts", "job", "diff", { 0 }, 0, NULL },
	{ "columns",
	  "label",
	  "upload",
	  "text label id sheet encoding no-label",
	  { "--preview" },
	  0,
	  NULL },
	{ "draft", "label", "draft", "reader number", { "--reveal" }, 0, NULL },
	{ "agreement", "label", "draft", "reader", { "--agree", "--reveal" }, 0, NULL },
	{ 0 },
};

const struct page_row page_drafts[] = {
	{ "make",
	  "label",
	  "upload",
	  "out text label id lang group sheet encoding no-label map seed",
	  { 0 },
	  PAGE_CHANGES,
	  NULL },
	{ "take", "label", "from", "out job", { 0 }, PAGE_CHANGES, NULL },
	{ "step",
	  "label",
	  "draft",
	  "reader ticket as unsure skip settle cover uncover everywhere bucket about rename remove "
	  "accept undo",
	  { "--reveal" },
	  PAGE_CHANGES,
	  NULL },
	{ "finish", "label", "draft", "finish tests models", { 0 }, PAGE_CHANGES, NULL },
	{ "fix", "fix", "run", "ticket as reader", { 0 }, PAGE_STORED | PAGE_CHANGES, NULL },
	{ "delete", "label", "draft", "", { "--delete" }, PAGE_CHANGES, NULL },
	{ "prompt", "prompts", "job", "keep text use as", { 0 }, PAGE_CHANGES, NULL },
	{ "head", "tune", "job", "use", { 0 }, PAGE_JOB_STORED | PAGE_CHANGES, NULL },
	{ 0 },
};

const struct page_row page_actions[] = {
	{ "smoke",
	  "smoke",
	  "job",
	  "name models way evaluate threads batch one-at-a-time free race first all no-ladder "
	  "probe timeout",
	  { 0 },
	  PAGE_EVENTS | MEASURES,
	  NULL },
	{ "add",
	  "add",
	  "job tickets",
	  "as run text label id lang group encoding sheet all no-ladder timeout",
	  { 0 },
	  PAGE_EVENTS | MEASURES,
	  NULL },
	{ "suggest",
	  "suggest",
	  "job",
	  "from number out run candidates sample all show-guess",
	  { 0 },
	  PAGE_EVENTS | MEASURES,
	  NULL },
	{ "tune",
	  "tune",
	  "job",
	  "model train number weights epochs layers name",
	  { 0 },
	  PAGE_EVENTS | MEASURES,
	  NULL },
	{ "hello", "hello", "model text", "job", { 0 }, PAGE_MEASURES, NULL },
	{ "try",
	  "try",
	  "job",
	  "prompt ticket tickets models way",
	  { 0 },
	  PAGE_EVENTS | PAGE_MEASURES,
	  NULL },
	{ "init", "init", "folder", "from task tests seed map models", { 0 }, 0, NULL },
	{ "report",
	  "report",
	  "run",
	  "out brief markdown slide evidence",
	  { 0 },
	  PAGE_STORED | PAGE_NO_JSON,
	  NULL },
	{ "export",
	  "export",
	  "run",
	  "format out candidate",
	  { 0 },
	  PAGE_STORED | PAGE_NO_JSON,
	  NULL },
	{ 0 },
};

#define REPORT(kind, ending, ...) \
	{ \
		kind, "report", "run", "", { __VA_ARGS__ }, PAGE_STORED | PAGE_NO_JSON, ending \
	}
#define EXPORT(format, ending) \
	{ \
		format, "export", "run", "candidate", { "--format=" format }, \
			PAGE_STORED | PAGE_NO_JSON, ending \
	}

const struct page_row page_papers[] = {
	REPORT("report", ".html", "--out=-"),
	REPORT("slide", ".html", "--slide", "--out=-"),
	REPORT("evidence", ".html", "--evidence", "--out=-"),
	REPORT("brief", ".txt", "--brief"),
	REPORT("markdown", ".md", "--markdown"),
	EXPORT("json", ".json"),
	EXPORT("jsonl", ".jsonl"),
	EXPORT("csv", ".csv"),
	EXPORT("wide", ".csv"),
	EXPORT("xlsx", ".xlsx"),
	EXPORT("tickets", ".jsonl"),
	EXPORT("promptfoo-tests", ".yaml"),
	EXPORT("promptfoo", ".json"),
	EXPORT("inspect", ".json"),
	EXPORT("inspect-dataset", ".jsonl"),
	EXPORT("openai-evals", ".jsonl"),
	EXPORT("junit", ".xml"),
	{ 0 },
};

/* What the value of a parameter names. Any other parameter is a value of its own. */
enum param_kind {
	PARAM_VALUE,
	PARAM_JOB, /* a job of the folder */
	PARAM_FILE, /* one of its files */
	PARAM_PROMPTS, /* one of its files, or the name of a prompt; several */
	PARAM_NEW, /* a new file or folder in it */
	PARAM_FREE, /* the same; if it is there, NAME-2 and so on */
	PARAM_NAME, /* of what is kept beside a job: no path */
	PARAM_MODEL, /* a model that the page has listed; one, or several */
	PARAM_DRAFT, /* one of its drafts of labels */
	PARAM_UPLOAD, /* the file that was uploaded into a draft */
};

struct param {
	const char *of; /* a verb, or the name of a row; NULL: any */
	const char *name;
	enum param_kind kind;
};

static const struct param params[] = {
	{ NULL, "job", PARAM_JOB },	    { "add", "tickets", PARAM_FILE },
	{ NULL, "from", PARAM_FILE },	    { NULL, "train", PARAM_FILE },
	{ "try", "prompt", PARAM_PROMPTS }, { "make", "out", PARAM_DRAFT },
	{ "take", "out", PARAM_FREE },	    { NULL, "out", PARAM_NEW },
	{ NULL, "folder", PARAM_NEW },	    { NULL, "draft", PARAM_DRAFT },
	{ NULL, "upload", PARAM_UPLOAD },   { NULL, "finish", PARAM_NEW },
	{ NULL, "model", PARAM_MODEL },	    { NULL, "models", PARAM_MODEL },
	{ "tune", "use", PARAM_NAME },
};

struct words_build {
	struct cmd *cmd;
	const struct page_folder *folder;
	const struct page_row *row;
	const char *words[VERB_PROCESS_WORDS + 1];
	size_t n;
	bool only_args; /* "--" was added */
	const char *command;
};

const struct page_row *page_row_find(const struct page_row *rows, const char *name)
{
	for (; rows->name; rows++)
		if (strcmp(rows->name, name) == 0)
			return rows;
	return NULL;
}

static enum param_kind words_kind(const struct page_row *row, const char *name)
{
	for (size_t i = 0; i < COUNT_OF(params); i++)
		if (strcmp(params[i].name, name) == 0 &&
		    (!params[i].of || strcmp(params[i].of, row->verb) == 0 ||
		     strcmp(params[i].of, row->name) == 0))
			return params[i].kind;
	return PARAM_VALUE;
}

/* A word that only the page needs is not part of the command that is shown. */
static int words_add_hidden(struct words_build *b, const char *word)
{
	if (b->n == VERB_PROCESS_WORDS)
		return err_set(&b->cmd->err, ERR_INPUT, "too many values");
	if (strlen(word) > WORD_MAX_BYTES)
		return err_set(&b->cmd->err, ERR_INPUT, "a value is too long");
	b->words[b->n++] =
		arena_strdup(&b->cmd->arena, word); /* values end before the verb starts */
	return 0;
}

static int words_add(struct words_build *b, const char *word)
{
	struct arena *a = &b->cmd->arena;

	b->command = arena_printf(a, "%s %s", b->command, str_shell_word(a, word));
	return words_add_hidden(b, word);
}

static int words_fail(struct words_build *b, const char *name, const char *words)
{
	return err_set(&b->cmd->err, ERR_INPUT, "'%s' of '%s' %s",
		       display_text(&b->cmd->arena, name), b->row->name, words);
}

/* RULE: a new file has a plain name, and is made in the folder of the page. */
static bool words_is_plain(const char *name)
{
	return *name && *name != '.' && *name != '-' && !strchr(name, '/') && strlen(name) < 200;
}

static const char *words_free_name(struct arena *a, const char *name)
{
	const char *free_name = name;

	for (int i = 2; file_is_taken(free_name); i++)
		free_name = arena_printf(a, "%s-%d", name, i);
	return free_name;
}

/* RULE: the name of a prompt is no file's, which the verb would read in its place. */
static bool words_is_prompt(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";

	return *text && strspn(text, plain) == strlen(text) && !file_exists(text);
}

/* What a text from the browser stands for. */
static int words_resolve(struct words_build *b, const char *name, const char *text,
			 const char **ret_text)
{
	const struct page_draft *draft;
	const struct page_job *job;

	*ret_text = text;
	switch (words_kind(b->row, name)) {
	case PARAM_JOB:
		job = page_folder_job(b->folder, text);
		*ret_text = job ? job->path : NULL;
		return job ? 0 : words_fail(b, name, "is not a job of this folder");
	case PARAM_PROMPTS:
		if (words_is_prompt(text))
			return 0;
		/* fallthrough */
	case PARAM_FILE:
		*ret_text = page_folder_file(b->folder, text);
		return *ret_text ? 0 : words_fail(b, name, "is not a file of this folder");
	case PARAM_DRAFT:
	case PARAM_UPLOAD:
		draft = page_folder_draft(b->folder, text);
		if (!draft)
			return words_fail(b, name, "is not a draft of this folder");
		*ret_text = words_kind(b->row, name) == PARAM_DRAFT ? draft->dir : draft->upload;
		return 0;
	case PARAM_MODEL:
		return json_object_get(b->folder->models, text) ?
			       0 :
			       words_fail(b, name, "is not a model that the page has listed");
	case PARAM_FREE:
	case PARAM_NEW:
	case PARAM_NAME:
		if (!words_is_plain(text))
			return words_fail(b, name, "must be a plain file name");
		if (words_kind(b->row, name) == PARAM_FREE)
			*ret_text = words_free_name(&b->cmd->arena, text);
		return 0;
	case PARAM_VALUE:
		break;
	}
	return 0;
}

static int words_list(struct words_build *b, const char *name, const json_t *list,
		      const char **ret_text)
{
	const char *all = NULL, *text;
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		text = json_whole_text(item);
		if (!text)
			return words_fail(b, name, "must hold texts");
		if (words_resolve(b, name, text, &text) < 0)
			return -1;
		all = arena_add_item(&b->cmd->arena, all, ",", "%s",
				     opt_list_item(&b->cmd->arena, text));
	}
	*ret_text = all ? all : "";
	return 0;
}

/* The text of a value; *ret_text is NULL for `true`. */
static int words_text(struct words_build *b, const char *name, const json_t *value,
		      const char **ret_text)
{
	*ret_text = NULL;
	if (json_is_true(value))
		return 0;
	if (json_is_integer(value)) {
		*ret_text =
			arena_printf(&b->cmd->arena, "%lld", (long long)json_integer_value(value));
		return 0;
	}
	if (json_is_array(value))
		return words_list(b, name, value, ret_text);
	*ret_text = json_whole_text(value);
	if (!*ret_text)
		return words_fail(b, name, "has a value of the wrong kind");
	return words_resolve(b, name, *ret_text, ret_text);
}

static int words_add_option(struct words_build *b, const char *name, const json_t *value)
{
	struct arena *a = &b->cmd->arena;
	const char *text;

	if (words_text(b, name, value, &text) < 0)
		return -1;
	return words_add(b, text ? arena_printf(a, "--%s=%s", name, text) :
				   arena_printf(a, "--%s", name));
}

/* Calls for each parameter of a list that has a value, in the list's order. */
static int words_each(struct words_build *b, const char *list, const json_t *values,
		      int (*add)(struct words_build *b, const char *name, const json_t *value))
{
	const char *part, *name;
	const json_t *value;
	size_t n;

	while ((part = str_next_part(&list, ' ', &n))) {
		name = arena_strndup(&b->cmd->arena, part, n);
		value = json_object_get(values, name);
		if (value && !json_is_false(value) && !json_is_null(value) &&
		    add(b, name, value) < 0)
			return -1;
	}
	return 0;
}

static int words_add_text(struct words_build *b, const char *text)
{
	if (*text == '-' && !b->only_args && words_add(b, "--") < 0)
		return -1;
	b->only_args = b->only_args || *text == '-';
	return words_add(b, text);
}

static int words_add_arg(struct words_build *b, const char *name, const json_t *value)
{
	const char *text;

	if (words_text(b, name, value, &text) < 0)
		return -1;
	return text ? words_add_text(b, text) :
		      words_fail(b, name, "has a value of the wrong kind");
}

/* The job that is meant; ERR_INPUT if there is none. */
static int words_job(struct words_build *b, const json_t *values, const struct page_job **ret_job)
{
	const json_t *value = json_object_get(values, "job");

	*ret_job = page_folder_job(b->folder, value ? json_string_value(value) : NULL);
	if (*ret_job && (!value || json_is_string(value)))
		return 0;
	if (value)
		return words_fail(b, "job", "is not a job of this folder");
	return err_set(&b->cmd->err, ERR_INPUT, "there is no job in this folder");
}

/* A job of the folder whose store a measurement shares, so that its runs can be compared. */
static const char words_store_of[] = "store-of";

static int words_find_store_of(struct words_build *b, const json_t *values,
			       const struct page_job **ret_job)
{
	const json_t *value = json_object_get(values, words_store_of);
	const char *id = json_whole_text(value);

	*ret_job = id ? page_folder_job(b->folder, id) : NULL;
	if (*ret_job || !value)
		return 0;
	return words_fail(b, words_store_of, "is not a job of this folder");
}

static int words_add_store(struct words_build *b, const struct page_job *job)
{
	const char *path;

	if (page_folder_store(b->cmd, b->folder, job, &path) < 0)
		return -1;
	return words_add(b, arena_printf(&b->cmd->arena, "--store=%s", path));
}

/* RULE: only what the row lists reaches a command line. */
static int words_check_names(struct words_build *b, const json_t *values)
{
	const json_t *value;
	const char *name;

	json_object_foreach ((json_t *)(uintptr_t)values, name, value) {
		if (!str_is_listed(name, b->row->args, ' ') &&
		    !str_is_listed(name, b->row->options, ' ') &&
		    !(strcmp(name, "job") == 0 && (b->row->is & PAGE_STORED)) &&
		    !(strcmp(name, words_store_of) == 0 && (b->row->is & PAGE_JOB_STORED)))
			return err_set(&b->cmd->err, ERR_INPUT, "'%s' has no parameter '%s'",
				       b->row->name, display_text(&b->cmd->arena, name));
	}
	return 0;
}

/* The options that make the output readable for the page. */
static int words_add_plumbing(struct words_build *b)
{
	if (b->row->is & PAGE_NO_JSON)
		return 0;
	if (words_add_hidden(b, "--json") < 0)
		return -1;
	return b->row->is & PAGE_EVENTS ? words_add_hidden(b, "--json-events=" PAGE_VERB_EVENTS) :
					  0;
}

static int words_build(struct words_build *b, const json_t *values)
{
	bool of_job = str_is_listed("job", b->row->args, ' ');
	const struct page_job *job = NULL, *of_store;

	if (words_check_names(b, values) < 0 || words_add(b, b->row->verb) < 0 ||
	    words_add_plumbing(b) < 0)
		return -1;
	if ((of_job || b->row->is & PAGE_STORED) && words_job(b, values, &job) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(b->row->fixed) && b->row->fixed[i]; i++)
		if (words_add(b, b->row->fixed[i]) < 0)
			return -1;
	if (words_each(b, b->row->options, values, words_add_option) < 0)
		return -1;
	if (words_find_store_of(b, values, &of_store) < 0)
		return -1;
	if ((b->row->is & PAGE_STORED || of_store ||
	     (b->row->is & PAGE_JOB_STORED && b->folder->store)) &&
	    words_add_store(b, of_store ? of_store : job) < 0)
		return -1;
	if (of_job && !json_object_get(values, "job") && words_add_text(b, job->path) < 0)
		return -1;
	return words_each(b, b->row->args, values, words_add_arg);
}

int page_words_make(struct cmd *cmd, const struct page_folder *folder, const struct page_row *row,
		    const json_t *values, struct page_words *ret_words)
{
	struct words_build b = { .cmd = cmd, .folder = folder, .row = row, .command = "toehold" };
	const char **words;

	if (words_build(&b, values) < 0)
		return -1;
	words = arena_array(&cmd->arena, b.n + 1, sizeof(*words));
	memcpy(words, b.words, b.n * sizeof(*words));
	*ret_words = (struct page_words){ words, b.command };
	return 0;
}
