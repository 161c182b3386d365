/*
 * The journal of a draft: a line of JSON for each thing that somebody did. Decides what a valid
 * line is, and when it is written for good. Must not know what a line does to the draft.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "flow/draft/draft_parts.h"

enum { JOURNAL_MAX_BYTES = 256 << 20 };

static const char *const journal_verbs[DRAFT_N_VERBS] = { DRAFT_VERBS(NAMES_TEXT) };
const struct names draft_verb_names = { journal_verbs, DRAFT_N_VERBS };

/* The members that a line of each verb has, and no others. */
static const struct journal_form {
	bool id, label, about, to, mark, file;
} forms[DRAFT_N_VERBS] = {
	[DRAFT_IMPORT] = { .file = true },
	[DRAFT_LABEL] = { .id = true, .label = true },
	[DRAFT_IS_UNSURE] = { .id = true },
	[DRAFT_SKIP] = { .id = true },
	[DRAFT_SETTLE] = { .id = true, .label = true },
	[DRAFT_COVER] = { .id = true, .mark = true },
	[DRAFT_UNCOVER] = { .id = true, .mark = true },
	[DRAFT_BUCKET] = { .label = true, .about = true },
	[DRAFT_RENAME] = { .label = true, .to = true },
	[DRAFT_REMOVE] = { .label = true },
	[DRAFT_ACCEPT] = { 0 },
};

static const char *journal_path(struct cmd *cmd, const char *dir)
{
	return arena_printf(&cmd->arena, "%s/" DRAFT_JOURNAL, dir);
}

/* A member that the verb needs; NULL for one that it does not have. */
static bool journal_take(struct arena *a, const json_t *line, const char *name, bool needed,
			 const char **ret_text)
{
	const char *text = needed ? json_whole_text(json_object_get(line, name)) : NULL;

	*ret_text = arena_strdup(a, text);
	return text || !needed;
}

/* The descriptions are a list of their own, which only the labels of a job have. */
static bool journal_take_labels(struct arena *a, const json_t *line, struct draft_entry *e)
{
	const json_t *list = json_object_get(line, "labels"), *label;
	const json_t *abouts = json_object_get(line, "abouts");
	size_t i;

	e->labels = arena_array(a, json_array_size(list), sizeof(*e->labels));
	json_array_foreach (list, i, label) {
		e->labels[i].name = arena_strdup(a, json_whole_text(label));
		e->labels[i].description =
			arena_strdup(a, json_whole_text(json_array_get(abouts, i)));
		if (!e->labels[i].name)
			return false;
	}
	e->n_labels = json_array_size(list);
	return true;
}

static bool journal_take_line(struct arena *a, const json_t *line, struct draft_entry *e)
{
	const char *verb;
	int found;

	if (!journal_take(a, line, "do", true, &verb) ||
	    !journal_take(a, line, "reader", true, &e->reader))
		return false;
	found = names_find(&draft_verb_names, verb);
	if (found < 0)
		return false;
	e->verb = (enum draft_verb)found;
	e->everywhere = json_is_true(json_object_get(line, "everywhere"));
	e->seed = json_integer_value(json_object_get(line, "seed"));
	e->at_us = json_integer_value(json_object_get(line, "at_us"));
	return journal_take(a, line, "id", forms[found].id, &e->id) &&
	       journal_take(a, line, "label", forms[found].label, &e->label) &&
	       journal_take(a, line, "about", forms[found].about, &e->about) &&
	       journal_take(a, line, "to", forms[found].to, &e->to) &&
	       journal_take(a, line, "mark", forms[found].mark, &e->mark) &&
	       journal_take(a, line, "file", forms[found].file, &e->file) &&
	       journal_take(a, line, "job", json_object_get(line, "job"), &e->job) &&
	       journal_take_labels(a, line, e);
}

static int journal_add(struct cmd *cmd, const char *path, const char *text, size_t n_bytes,
		       struct draft *d)
{
	struct draft_entry *e;
	json_t *line = json_loadb(text, n_bytes, JSON_REJECT_DUPLICATES, NULL);
	bool ok;

	d->entries = arena_grow(&cmd->arena, d->entries, d->n_entries, &d->cap_entries,
				sizeof(*d->entries));
	e = &d->entries[d->n_entries++];
	*e = (struct draft_entry){ .line = d->n_entries };
	ok = json_is_object(line) && journal_take_line(&cmd->arena, line, e);
	json_decref(line);
	if (ok)
		return 0;
	return err_set(&cmd->err, ERR_INPUT,
		       "%s:%zu: this is no entry of a draft; remove the line to go on without it",
		       display_path(&cmd->arena, path), e->line);
}

/* The bytes up to the end of the last whole line. */
static size_t journal_whole(const char *text, size_t n_bytes)
{
	while (n_bytes && text[n_bytes - 1] != '\n')
		n_bytes--;
	return n_bytes;
}

static int journal_load(struct cmd *cmd, int fd, const char **ret_text, size_t *ret_n)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text;

	if (size < 0 || size > JOURNAL_MAX_BYTES)
		return err_set(&cmd->err, ERR_INPUT, "the journal is no file of at most %d bytes",
			       JOURNAL_MAX_BYTES);
	text = arena_alloc(&cmd->arena, (size_t)size + 1);
	if (file_read_at(fd, 0, text, (size_t)size) < 0)
		return err_sys(&cmd->err, ERR_INPUT, errno, "cannot read the journal");
	*ret_text = text;
	*ret_n = journal_whole(text, (size_t)size);
	return 0;
}

int draft_journal_read(struct cmd *cmd, int fd, struct draft *d)
{
	const char *path = journal_path(cmd, d->dir), *text, *end;
	size_t n_bytes;

	if (journal_load(cmd, fd, &text, &n_bytes) < 0)
		return err_wrap(&cmd->err, "%s", display_path(&cmd->arena, path));
	for (const char *p = text; p < text + n_bytes; p = end + 1) {
		end = memchr(p, '\n', (size_t)(text + n_bytes - p));
		if (journal_add(cmd, path, p, (size_t)(end - p), d) < 0)
			return -1;
	}
	return 0;
}

int draft_journal_lock(struct cmd *cmd, const char *dir, int *ret_fd)
{
	const char *path = journal_path(cmd, dir);
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' is no draft of labels; make one: toehold label FILE -o %s",
			       display_path(&cmd->arena, dir),
			       display_shell_word(&cmd->arena, dir));
	if (fd < 0 || flock(fd, LOCK_EX) < 0) {
		err_sys(&cmd->err, ERR_INPUT, errno, "cannot open '%s'",
			display_path(&cmd->arena, path));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

static void journal_add_labels(json_t *line, const struct draft_entry *e)
{
	json_t *labels = json_array(), *abouts = json_array();

	for (size_t i = 0; i < e->n_labels; i++) {
		json_array_append_new(labels, json_any_text(e->labels[i].name));
		json_array_append_new(abouts, json_any_text(e->labels[i].description));
	}
	json_object_set_new(line, "labels", labels);
	if (e->job)
		json_object_set(line, "abouts", abouts);
	json_decref(abouts);
}

static const char *journal_line(struct arena *a, const struct draft_entry *e)
{
	json_t *line =
		json_pack("{s:I, s:s, s:o}", "at_us", (json_int_t)clock_wall_us(), "do",
			  draft_verb_names.texts[e->verb], "reader", json_any_text(e->reader));
	const struct {
		const char *name, *text;
	} members[] = { { "id", e->id },  { "label", e->label }, { "about", e->about },
			{ "to", e->to },  { "mark", e->mark },	 { "file", e->file },
			{ "job", e->job } };

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (members[i].text)
			json_object_set_new(line, members[i].name, json_any_text(members[i].text));
	if (e->everywhere)
		json_object_set_new(line, "everywhere", json_true());
	if (e->verb == DRAFT_IMPORT) {
		json_object_set_new(line, "seed", json_integer((json_int_t)e->seed));
		journal_add_labels(line, e);
	}
	return arena_printf(a, "%s\n", json_text(a, line));
}

int draft_journal_append(struct cmd *cmd, int fd, const struct draft_entry *entry)
{
	const char *line = journal_line(&cmd->arena, entry), *text;
	size_t n_bytes;

	if (journal_load(cmd, fd, &text, &n_bytes) < 0)
		return -1;
	if (file_write_at(fd, (int64_t)n_bytes, line, strlen(line)) < 0 ||
	    ftruncate(fd, (off_t)(n_bytes + strlen(line))) < 0 || fdatasync(fd) < 0)
		return err_sys(&cmd->err, ERR_INPUT, errno,
			       "cannot write the journal; is the "
			       "disk full?");
	return 0;
}
