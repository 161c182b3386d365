/*
 * Replays a journal. Each verb is a row with the function that does it; a function returns why it
 * cannot be done, or NULL.
 */
#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "flow/draft/draft_parts.h"
#include "job/file/job.h"
#include "job/file/label_key.h"

enum { REPLAY_NAME_BYTES = 60, REPLAY_ABOUT_BYTES = 400, REPLAY_READERS = 50 };

struct replay {
	struct cmd *cmd;
	struct draft *d;
	const struct draft_entry *entry;
	struct draft_row *row; /* of entry->id, or NULL */
};

typedef const char *replay_verb(struct replay *r);

/* A bucket's name is a label of the job. The others' names must look different. */
static const char *replay_check_name(struct replay *r, const char *name, int but)
{
	struct arena *a = &r->cmd->arena;
	const char *key = label_key(a, name);

	if (str_utf8_error(name, strlen(name)) >= 0)
		return "a bucket's name must be UTF-8";
	if (*key == '\0')
		return "a bucket needs a name";
	if (strlen(name) > JOB_MAX_LABEL_BYTES)
		return "the bucket's name is too long";
	for (size_t i = 0; i < r->d->n_buckets; i++)
		if (!r->d->buckets[i].removed && (int)i != but &&
		    strcmp(label_key(a, r->d->buckets[i].name), key) == 0)
			return arena_printf(a, "there is a bucket '%s' already",
					    display_text(a, r->d->buckets[i].name));
	return NULL;
}

/* Behind the others; if there is no more room, in the place of one that was removed. */
static const char *replay_add_bucket(struct replay *r, const char *name, const char *about)
{
	struct draft *d = r->d;
	const char *why = replay_check_name(r, name, DRAFT_OPEN);
	size_t at = 0;

	if (why)
		return why;
	while (at < d->n_buckets && (d->n_buckets < JOB_MAX_LABELS || !d->buckets[at].removed))
		at++;
	if (at == JOB_MAX_LABELS)
		return "there are too many buckets";
	d->buckets = arena_grow(&r->cmd->arena, d->buckets, d->n_buckets, &d->cap_buckets,
				sizeof(*d->buckets));
	d->n_buckets += at == d->n_buckets;
	d->buckets[at] = (struct draft_bucket){ .name = name, .about = about };
	return NULL;
}

/* The entry's reader, who may say something for the first time. */
static const char *replay_find_reader(struct replay *r, struct draft_reader **ret_reader)
{
	struct draft *d = r->d;
	size_t at = 0;

	while (at < d->n_readers && strcmp(d->readers[at].name, r->entry->reader) != 0)
		at++;
	if (at == REPLAY_READERS)
		return "there are too many readers";
	if (at == d->n_readers) {
		d->readers = arena_grow(&r->cmd->arena, d->readers, d->n_readers, &d->cap_readers,
					sizeof(*d->readers));
		d->readers[at].name = r->entry->reader;
		d->readers[at].judgements = arena_array(&r->cmd->arena, d->n, sizeof(int));
		for (size_t i = 0; i < d->n; i++)
			d->readers[at].judgements[i] = DRAFT_OPEN;
		d->n_readers++;
	}
	*ret_reader = &d->readers[at];
	return NULL;
}

static const char *replay_judge(struct replay *r, int judgement)
{
	struct draft_reader *reader;
	const char *why = replay_find_reader(r, &reader);

	if (!why)
		reader->judgements[r->row - r->d->rows] = judgement;
	return why;
}

/* RULE: only tickets that the reader has not seen. Whoever skipped one wants to look again. */
static const char *replay_accept(struct replay *r)
{
	struct draft_reader *reader;
	const char *why = replay_find_reader(r, &reader);
	bool any = false;

	for (size_t i = 0; !why && i < r->d->n; i++) {
		int bucket = r->d->rows[i].file_bucket;

		if (reader->judgements[i] != DRAFT_OPEN || bucket == DRAFT_OPEN)
			continue;
		reader->judgements[i] = bucket;
		any = true;
	}
	return why || any ? why : "no ticket that is still to be read has a label of the export";
}

static const char *replay_import(struct replay *r)
{
	struct draft *d = r->d;

	if (d->file)
		return "the draft has its tickets already";
	d->file = r->entry->file;
	d->job = r->entry->job ? file_from_here(r->entry->job) : NULL;
	d->seed = r->entry->seed;
	for (size_t i = 0; i < r->entry->n_labels; i++) {
		const struct label *label = &r->entry->labels[i];
		const char *why = replay_add_bucket(r, label->name,
						    label->description ? label->description : "");

		if (why)
			return why;
	}
	for (size_t i = 0; i < d->n; i++)
		d->rows[i].file_bucket = d->rows[i].file_label ?
						 draft_bucket_find(d, d->rows[i].file_label) :
						 DRAFT_OPEN;
	return NULL;
}

static bool replay_is_last(const struct replay *r)
{
	return r->entry == &r->d->entries[r->d->n_entries - 1];
}

/* The bucket of the entry's label. If another reader took it back later, it comes again. */
static const char *replay_find_bucket(struct replay *r, int *ret_bucket)
{
	const char *why = NULL;

	*ret_bucket = draft_bucket_find(r->d, r->entry->label);
	if (*ret_bucket == DRAFT_OPEN && replay_is_last(r))
		return "there is no such bucket";
	if (*ret_bucket == DRAFT_OPEN)
		why = replay_add_bucket(r, r->entry->label, "");
	if (!why && *ret_bucket == DRAFT_OPEN)
		*ret_bucket = draft_bucket_find(r->d, r->entry->label);
	return why;
}

static const char *replay_label(struct replay *r)
{
	int bucket;
	const char *why = replay_find_bucket(r, &bucket);

	return why ? why : replay_judge(r, bucket);
}

static const char *replay_unsure(struct replay *r)
{
	return replay_judge(r, DRAFT_UNSURE);
}

static const char *replay_skip(struct replay *r)
{
	return replay_judge(r, DRAFT_SKIPPED);
}

static const char *replay_settle(struct replay *r)
{
	int bucket;
	const char *why = replay_find_bucket(r, &bucket);

	if (!why)
		r->row->settled = bucket;
	return why;
}

/* Marks of the same value. Other spellings of it stay as they are in other tickets. */
static bool replay_mark(struct draft_row *row, const char *mark, const struct draft_row *of,
			bool covered)
{
	bool any = false;

	for (size_t i = 0; i < row->n_parts; i++) {
		struct draft_part *part = &row->parts[i];
		bool same = row == of;

		if (!part->placeholder || strcmp(part->placeholder, mark) != 0)
			continue;
		for (size_t k = 0; k < of->n_parts && !same; k++)
			same = of->parts[k].placeholder &&
			       strcmp(of->parts[k].placeholder, mark) == 0 &&
			       strcmp(of->parts[k].text, part->text) == 0;
		if (!same)
			continue;
		part->covered = covered;
		any = true;
	}
	return any;
}

static const char *replay_marks(struct replay *r, bool covered)
{
	if (!replay_mark(r->row, r->entry->mark, r->row, covered))
		return "the ticket has no such mark";
	for (size_t i = 0; r->entry->everywhere && i < r->d->n; i++)
		replay_mark(&r->d->rows[i], r->entry->mark, r->row, covered);
	return NULL;
}

static const char *replay_cover(struct replay *r)
{
	return replay_marks(r, true);
}

static const char *replay_uncover(struct replay *r)
{
	return replay_marks(r, false);
}

static const char *replay_bucket(struct replay *r)
{
	int bucket = draft_bucket_find(r->d, r->entry->label);

	if (strlen(r->entry->about) > REPLAY_ABOUT_BYTES)
		return "the description is too long";
	if (bucket == DRAFT_OPEN)
		return replay_add_bucket(r, r->entry->label, r->entry->about);
	r->d->buckets[bucket].about = r->entry->about;
	return NULL;
}

static const char *replay_rename(struct replay *r)
{
	int bucket = draft_bucket_find(r->d, r->entry->label);
	const char *why;

	if (bucket == DRAFT_OPEN)
		return "there is no such bucket";
	why = replay_check_name(r, r->entry->to, bucket);
	if (!why)
		r->d->buckets[bucket].name = r->entry->to;
	return why;
}

static bool replay_is_used(const struct draft *d, int bucket)
{
	bool used = false;

	for (size_t i = 0; i < d->n && !used; i++) {
		used = d->rows[i].file_bucket == bucket || d->rows[i].settled == bucket;
		for (size_t k = 0; k < d->n_readers && !used; k++)
			used = d->readers[k].judgements[i] == bucket;
	}
	return used;
}

static const char *replay_remove(struct replay *r)
{
	int bucket = draft_bucket_find(r->d, r->entry->label);

	if (bucket == DRAFT_OPEN)
		return "there is no such bucket";
	if (replay_is_used(r->d, bucket))
		return "tickets have this label; rename it instead";
	r->d->buckets[bucket].removed = true;
	return NULL;
}

static replay_verb *const replay_verbs[DRAFT_N_VERBS] = {
	[DRAFT_IMPORT] = replay_import,	   [DRAFT_LABEL] = replay_label,
	[DRAFT_IS_UNSURE] = replay_unsure, [DRAFT_SKIP] = replay_skip,
	[DRAFT_SETTLE] = replay_settle,	   [DRAFT_COVER] = replay_cover,
	[DRAFT_UNCOVER] = replay_uncover,  [DRAFT_BUCKET] = replay_bucket,
	[DRAFT_RENAME] = replay_rename,	   [DRAFT_REMOVE] = replay_remove,
	[DRAFT_ACCEPT] = replay_accept,
};

/* RULE: undo takes back the last thing that the same reader did, and nothing else. */
static const char *replay_undo_entry(struct draft *d, const struct draft_entry *undo)
{
	for (size_t i = (size_t)(undo - d->entries); i-- > 0;) {
		struct draft_entry *e = &d->entries[i];

		if (e->undone || e->verb == DRAFT_UNDO || e->verb == DRAFT_IMPORT ||
		    strcmp(e->reader, undo->reader) != 0)
			continue;
		e->undone = true;
		return NULL;
	}
	return "there is nothing to undo";
}

static void replay_reset(struct draft *d)
{
	d->file = d->job = NULL;
	d->n_buckets = d->n_readers = 0;
	for (size_t i = 0; i < d->n; i++) {
		d->rows[i].file_bucket = d->rows[i].settled = DRAFT_OPEN;
		for (size_t k = 0; k < d->rows[i].n_parts; k++)
			d->rows[i].parts[k].covered =
				d->rows[i].parts[k].placeholder && !d->rows[i].parts[k].suspect;
	}
}

/* Whether the entry is of this draft at all. */
static const char *replay_check_entry(const struct draft *d, const struct draft_entry *e)
{
	if (d->entries[0].verb != DRAFT_IMPORT)
		return "the draft has no tickets yet";
	if (*e->reader == '\0' || strlen(e->reader) > REPLAY_NAME_BYTES ||
	    str_utf8_error(e->reader, strlen(e->reader)) >= 0)
		return "a reader has a name of at most 60 bytes";
	return e->id && !draft_row_find(d, e->id) ? "the draft has no such ticket" : NULL;
}

/* The last entry may be a new one, so only an earlier one has a place. */
static int replay_fail(struct cmd *cmd, const struct draft *d, const struct draft_entry *e,
		       const char *why)
{
	const char *what = e->id ? e->id : e->label;

	err_set(&cmd->err, ERR_INPUT, "cannot %s%s%s%s: %s", draft_verb_names.texts[e->verb],
		what ? " '" : "", what ? display_text(&cmd->arena, what) : "", what ? "'" : "",
		why);
	if (e->line == d->n_entries)
		return -1;
	return err_wrap(&cmd->err, "%s/" DRAFT_JOURNAL ":%zu", display_path(&cmd->arena, d->dir),
			e->line);
}

int draft_replay(struct cmd *cmd, struct draft *d)
{
	replay_reset(d);
	for (size_t i = 0; i < d->n_entries; i++) {
		struct draft_entry *e = &d->entries[i];
		const char *why = replay_check_entry(d, e);

		if (!why && e->verb == DRAFT_UNDO)
			why = replay_undo_entry(d, e);
		if (why)
			return replay_fail(cmd, d, e, why);
	}
	for (size_t i = 0; i < d->n_entries; i++) {
		const struct draft_entry *e = &d->entries[i];
		struct replay r = { cmd, d, e, e->id ? draft_row_find(d, e->id) : NULL };
		const char *why =
			e->undone || e->verb == DRAFT_UNDO ? NULL : replay_verbs[e->verb](&r);

		if (why && replay_is_last(&r))
			return replay_fail(cmd, d, e, why);
	}
	return 0;
}
