/*
 * A draft that is opened, changed, and read.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/display.h"
#include "base/buf.h"
#include "flow/draft/draft_parts.h"
#include "job/redact/redact.h"

int draft_bucket_find(const struct draft *d, const char *name)
{
	for (size_t i = 0; i < d->n_buckets; i++)
		if (!d->buckets[i].removed && strcmp(d->buckets[i].name, name) == 0)
			return (int)i;
	return DRAFT_OPEN;
}

static int state_by_id(const void *x, const void *y)
{
	return strcmp((*(struct draft_row *const *)x)->id, (*(struct draft_row *const *)y)->id);
}

int draft_rows_index(struct cmd *cmd, struct draft *d)
{
	d->by_id = arena_array(&cmd->arena, d->n, sizeof(struct draft_row *));
	for (size_t i = 0; i < d->n; i++)
		d->by_id[i] = &d->rows[i];
	if (d->n > 1)
		qsort(d->by_id, d->n, sizeof(struct draft_row *), state_by_id);
	for (size_t i = 1; i < d->n; i++)
		if (state_by_id(&d->by_id[i - 1], &d->by_id[i]) == 0)
			return err_set(&cmd->err, ERR_INPUT, "the id '%s' appears twice",
				       display_text(&cmd->arena, d->by_id[i]->id));
	return 0;
}

struct draft_row *draft_row_find(const struct draft *d, const char *id)
{
	struct draft_row key = { .id = id }, *at = &key, **found;

	found = d->n ? bsearch(&at, d->by_id, d->n, sizeof(struct draft_row *), state_by_id) : NULL;
	return found ? *found : NULL;
}

const struct draft_reader *draft_reader_find(const struct draft *d, const char *name)
{
	for (size_t i = 0; i < d->n_readers; i++)
		if (strcmp(d->readers[i].name, name) == 0)
			return &d->readers[i];
	return NULL;
}

int draft_judgement(const struct draft_reader *reader, size_t row)
{
	return reader ? reader->judgements[row] : DRAFT_OPEN;
}

static int state_read(struct cmd *cmd, const char *dir, int fd, struct draft *d)
{
	*d = (struct draft){ .dir = dir };
	if (draft_journal_read(cmd, fd, d) < 0)
		return -1;
	return d->n_entries ? draft_rows_read(cmd, d) : 0;
}

int draft_open(struct cmd *cmd, const char *dir, struct draft *ret_draft)
{
	int fd, r;

	if (draft_journal_lock(cmd, dir, &fd) < 0)
		return -1;
	r = state_read(cmd, dir, fd, ret_draft);
	close(fd);
	return r < 0 ? -1 : draft_replay(cmd, ret_draft);
}

/* A bucket is a name that everybody sees: it must not be somebody's address. */
static int state_check_bucket(struct cmd *cmd, const char *name)
{
	struct redactor *redactor;
	struct redact_result found;
	int r = redactor_open(REDACT_STRUCTURED, &redactor, &cmd->err);

	if (r < 0)
		return -1;
	r = redact_scan(redactor, &cmd->arena, name, strlen(name), REDACT_STRUCTURED_TYPES, &found,
			&cmd->err);
	redactor_close(redactor);
	if (r == 0 && found.n_covered)
		return err_set(&cmd->err, ERR_REFUSED,
			       "the bucket's name looks like personal data (%s); choose another",
			       redact_type_name(found.covered[0].type));
	return r;
}

/* What an entry of an older draft may hold, and a new one may not. */
static int state_check_new(struct cmd *cmd, const struct draft_entry *e, const struct draft *before)
{
	if (e->verb != DRAFT_IMPORT && strcmp(e->reader, DRAFT_FILE_READER) == 0)
		return err_set(&cmd->err, ERR_INPUT,
			       "the reader '" DRAFT_FILE_READER "' stands for the labels of the "
			       "export; choose another name");
	if (before->job &&
	    (e->verb == DRAFT_BUCKET || e->verb == DRAFT_RENAME || e->verb == DRAFT_REMOVE))
		return err_set(&cmd->err, ERR_INPUT,
			       "the buckets are the labels of the job '%s', and stay as they are",
			       display_path(&cmd->arena, before->job));
	if (e->verb == DRAFT_RENAME)
		return state_check_bucket(cmd, e->to);
	if (e->verb == DRAFT_BUCKET && draft_bucket_find(before, e->label) == DRAFT_OPEN)
		return state_check_bucket(cmd, e->label);
	return 0;
}

int draft_do_locked(struct cmd *cmd, int fd, const struct draft_entry *entry, struct draft *before,
		    struct draft *after)
{
	if (state_read(cmd, before->dir, fd, before) < 0 || draft_replay(cmd, before) < 0 ||
	    state_read(cmd, before->dir, fd, after) < 0)
		return -1;
	after->entries = arena_grow(&cmd->arena, after->entries, after->n_entries,
				    &after->cap_entries, sizeof(*after->entries));
	after->entries[after->n_entries] = *entry;
	after->entries[after->n_entries].line = after->n_entries + 1;
	after->n_entries++;
	if (draft_replay(cmd, after) < 0 || state_check_new(cmd, entry, before) < 0)
		return -1;
	return draft_journal_append(cmd, fd, entry);
}

int draft_do(struct cmd *cmd, const char *dir, const struct draft_entry *entry,
	     struct draft *ret_before, struct draft *ret_after)
{
	int fd, r;

	if (draft_journal_lock(cmd, dir, &fd) < 0)
		return -1;
	ret_before->dir = dir;
	r = draft_do_locked(cmd, fd, entry, ret_before, ret_after);
	close(fd);
	return r;
}

/* ---- what it comes to ---- */

/* What all readers say: DRAFT_UNSURE if they differ, DRAFT_OPEN if nobody says anything. */
static int state_shared(const struct draft *d, size_t row)
{
	int shared = DRAFT_OPEN;

	for (size_t i = 0; i < d->n_readers; i++) {
		int one = d->readers[i].judgements[row];

		if (one == DRAFT_OPEN || one == DRAFT_SKIPPED)
			continue;
		if (shared != DRAFT_OPEN && shared != one)
			return DRAFT_UNSURE;
		shared = one;
	}
	return shared;
}

bool draft_is_disputed(const struct draft *d, size_t row)
{
	bool one = false;

	if (d->rows[row].settled != DRAFT_OPEN || state_shared(d, row) != DRAFT_UNSURE)
		return false;
	for (size_t i = 0; i < d->n_readers; i++)
		one |= d->readers[i].judgements[row] >= 0;
	return one;
}

int draft_final(const struct draft *d, size_t row)
{
	int shared = state_shared(d, row);

	if (d->rows[row].settled != DRAFT_OPEN)
		return d->rows[row].settled;
	if (shared == DRAFT_OPEN)
		return d->rows[row].file_bucket;
	return shared == DRAFT_UNSURE ? DRAFT_OPEN : shared;
}

const char *draft_export_name(struct arena *a, const char *name)
{
	const char *path = arena_printf(a, "secrets/%s", name);
	bool taken = strcmp(path, DRAFT_ROWS) == 0 || strcmp(path, DRAFT_KEY) == 0;

	return taken ? arena_printf(a, "export-%s", name) : name;
}

const char *draft_text(struct arena *a, const struct draft_row *row)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	for (size_t i = 0; i < row->n_parts; i++)
		buf_adds(&b,
			 row->parts[i].covered ? row->parts[i].placeholder : row->parts[i].text);
	return buf_to_arena(&b, a);
}
