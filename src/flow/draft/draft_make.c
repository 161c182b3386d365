/*
 * The stages: read, find personal data, draw, find repeats, write. The import's entry comes last
 * into the journal: before it, the draft is one without tickets and can be made again.
 */
#include "flow/draft/draft_make.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/special_file.h"
#include "base/str.h"
#include "flow/draft/draft_columns.h"
#include "flow/draft/draft_parts.h"
#include "flow/open/job_find.h"
#include "flow/start/start.h"
#include "job/file/label_key.h"
#include "job/import/label_counts.h"
#include "job/redact/redact.h"
#include "job/ticket/leak_guard.h"

struct making {
	struct cmd *cmd;
	const struct draft_source *source;
	struct draft_made *made;
	struct draft draft;
	int journal; /* locked until the tickets are in it */
	const char *data; /* the export's bytes */
	size_t n_bytes;
	struct label_counts labels; /* of the export */
	const char **names; /* of those labels: the job's spelling if there is a job */
	struct job job; /* if the source names one */
	struct redactor *redactor;
	struct redact_key key;
};

/* A draft into which a file was uploaded has an empty journal. */
static int make_journal(struct making *m)
{
	struct cmd *cmd = m->cmd;
	const char *dir = m->source->dir;
	const char *journal = arena_printf(&cmd->arena, "%s/" DRAFT_JOURNAL, dir);
	int fd;

	if (file_exists(journal))
		return 0;
	if (file_is_taken(dir))
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' already exists and was not changed; name a new folder with "
			       "--out",
			       display_path(&cmd->arena, dir));
	if (file_make_dirs(dir, 0755, &cmd->err) < 0)
		return -1;
	fd = open(journal, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(&cmd->err, ERR_INPUT, errno, "cannot make '%s'",
			       display_path(&cmd->arena, journal));
	close(fd);
	return 0;
}

/* The journal is opened or made. Its lock keeps out another import into the same folder. */
static int make_open_dir(struct making *m)
{
	struct cmd *cmd = m->cmd;
	const char *dir = m->source->dir;
	struct draft old = { .dir = dir };
	int r;

	if (make_journal(m) < 0 || draft_journal_lock(cmd, dir, &m->journal) < 0)
		return -1;
	r = draft_journal_read(cmd, m->journal, &old);
	if (r == 0 && old.n_entries)
		r = err_set(&cmd->err, ERR_INPUT,
			    "'%s' has its tickets already; go on with: toehold label %s",
			    display_path(&cmd->arena, dir), display_shell_word(&cmd->arena, dir));
	if (r < 0)
		close(m->journal);
	return r;
}

/* RULE: a value that is covered in the job's tickets is covered by the same placeholder here. */
static int make_take_key(struct making *m)
{
	enum { KEY_BYTES = 4096 };
	struct arena *a = &m->cmd->arena;
	const char *key = arena_printf(a, "%s/" DRAFT_KEY, m->source->dir);
	const char *of_job = m->source->job ? file_beside(a, m->source->job, DRAFT_KEY) : NULL;
	size_t n_bytes;
	char *text;

	if (!of_job || !file_exists(of_job))
		return 0;
	if (file_read(a, of_job, KEY_BYTES, &text, &n_bytes, &m->cmd->err) < 0)
		return -1;
	return file_write(key, 0600, text, n_bytes, &m->cmd->err);
}

/* RULE: what is not redacted lies in `secrets`, for nobody else to read. */
static int make_keep_export(struct making *m)
{
	struct arena *a = &m->cmd->arena;
	const char *folder = arena_printf(a, "%s/secrets", m->source->dir);
	const char *from = m->source->from, *path;

	if (file_make_dirs(folder, 0700, &m->cmd->err) < 0 || make_take_key(m) < 0 ||
	    redact_key_load(a, arena_printf(a, "%s/" DRAFT_KEY, m->source->dir), &m->key,
			    &m->cmd->err) < 0)
		return -1;
	path = arena_printf(a, "%s/%s", folder,
			    special_input_fd(from) >= 0 ? "export" :
							  draft_export_name(a, str_basename(from)));
	if (file_is_same(from, path))
		return 0;
	return file_write(path, 0600, m->data, m->n_bytes, &m->cmd->err);
}

static void make_count_labels(struct making *m)
{
	label_counts_of(&m->cmd->arena, &m->made->imported, &m->labels);
	m->names = arena_array(&m->cmd->arena, m->labels.n, sizeof(*m->names));
	for (size_t i = 0; i < m->labels.n; i++)
		m->names[i] = m->labels.items[i].name;
}

static int make_check_labels(struct making *m)
{
	struct cmd *cmd = m->cmd;

	if (m->labels.n > JOB_MAX_LABELS)
		return err_set(
			&cmd->err, ERR_INPUT,
			"%s: there are %zu different labels, such as '%s'. Is another column "
			"the label? Name it with --label, or give --no-label",
			m->made->imported.path, m->labels.n,
			display_text(&cmd->arena, m->labels.items[0].name));
	for (size_t i = 0; i < m->labels.n; i++)
		if (start_check_label(cmd, m->redactor, m->made->imported.path,
				      m->labels.items[i].name,
				      "Is another column the label? Name it with --label, or give "
				      "--no-label") < 0)
			return -1;
	return 0;
}

/*
 * The job that the source names: one label a ticket is what a person can give with a key. RULE: its
 * path is kept as one that leads there from every folder.
 */
static int make_load_job(struct making *m, struct draft_source *source)
{
	struct cmd *cmd = m->cmd;
	const char *path;

	if (!source->job)
		return 0;
	if (job_find_at(cmd, source->job, &path) < 0)
		return -1;
	if (job_load(&cmd->arena, path, &m->job, &cmd->err) < 0)
		return -1;
	source->job = file_absolute(&cmd->arena, path);
	if (!task_writes(m->job.task))
		return 0;
	return err_set(&cmd->err, ERR_REFUSED,
		       "%s: its tickets do not have one label each, and 'toehold label' gives one",
		       display_path(&cmd->arena, path));
}

/* RULE: a label of the export is one of the job's, whatever its spelling, or it is refused. */
static int make_match_labels(struct making *m)
{
	struct arena *a = &m->cmd->arena;

	for (size_t i = 0; i < m->labels.n; i++) {
		const struct import_label *label = &m->labels.items[i];
		const char *key = label_key(a, label->name);
		size_t k = 0;

		while (k < m->job.n_labels && strcmp(key, label_key(a, m->job.labels[k].name)) != 0)
			k++;
		if (k == m->job.n_labels)
			return err_set(&m->cmd->err, ERR_INPUT,
				       "%s: the label '%s' is none of the job's; rename it with "
				       "--map OLD=NEW, or give --no-label",
				       m->made->imported.path, display_text(a, label->name));
		m->names[i] = m->job.labels[k].name;
	}
	return 0;
}

static struct draft_part make_mark(struct making *m, const char *text,
				   const struct redact_span *span, bool suspect)
{
	struct arena *a = &m->cmd->arena;
	size_t n_bytes = span->end - span->start;
	/* A placeholder has a type: what only looks odd is called a number of something. */
	enum redact_type type = span->type < REDACT_N_TYPES ? span->type : REDACT_ID;

	return (struct draft_part){
		.text = arena_strndup(a, text + span->start, n_bytes),
		.placeholder = redact_placeholder(a, &m->key, type, text + span->start, n_bytes),
		.type = redact_type_name(type),
		.why = span->what,
		.suspect = suspect,
	};
}

/* Covered places and suspects in the order of the text; both lists are sorted. */
static const struct redact_span *make_next_span(const struct redact_result *found, size_t *covered,
						size_t *suspect)
{
	if (*covered < found->n_covered &&
	    (*suspect == found->n_suspects ||
	     found->covered[*covered].start <= found->suspects[*suspect].start))
		return &found->covered[(*covered)++];
	return *suspect < found->n_suspects ? &found->suspects[(*suspect)++] : NULL;
}

static int make_parts(struct making *m, const struct import_row *from, struct draft_row *row)
{
	struct arena *a = &m->cmd->arena;
	const struct redact_span *span;
	struct redact_result found;
	size_t covered = 0, suspect = 0, at = 0;

	if (redact_scan(m->redactor, a, from->text, from->text_len, REDACT_ALL_TYPES, &found,
			&m->cmd->err) < 0)
		return err_wrap(&m->cmd->err, "%s:%zu", m->made->imported.path, from->line);
	row->parts =
		arena_array(a, 2 * (found.n_covered + found.n_suspects) + 1, sizeof(*row->parts));
	while ((span = make_next_span(&found, &covered, &suspect))) {
		bool is_suspect = suspect && span == &found.suspects[suspect - 1];

		if (span->start < at)
			continue; /* the one before it covers it */
		if (span->start > at)
			row->parts[row->n_parts++].text =
				arena_strndup(a, from->text + at, span->start - at);
		row->parts[row->n_parts++] = make_mark(m, from->text, span, is_suspect);
		m->made->n_covered += !is_suspect;
		m->made->n_suspects += is_suspect;
		at = span->end;
	}
	if (at < from->text_len || row->n_parts == 0)
		row->parts[row->n_parts++].text = from->text + at;
	return 0;
}

static int make_name(struct making *m, const char *name, const char **ret_name)
{
	const struct redact_cover with = { m->redactor, &m->key, REDACT_NAME_TYPES };
	struct redact_result found;

	*ret_name = name;
	return name ? redact_cover(&with, &m->cmd->arena, ret_name, &found, &m->cmd->err) : 0;
}

static int make_row(struct making *m, const struct import_row *from)
{
	struct draft_row *row = &m->draft.rows[m->draft.n];

	*row = (struct draft_row){ .lang = from->lang, .line = from->line, .repeats = -1 };
	if (from->label && !m->source->no_label)
		row->file_label = m->names[label_counts_find(&m->labels, from->label)];
	if (make_name(m, from->id, &row->id) < 0 || make_name(m, from->group, &row->group) < 0 ||
	    make_parts(m, from, row) < 0)
		return -1;
	m->draft.n++;
	return 0;
}

static void make_number_ids(struct making *m)
{
	const char ***ids = arena_array(&m->cmd->arena, m->draft.n, sizeof(*ids));

	for (size_t i = 0; i < m->draft.n; i++)
		ids[i] = &m->draft.rows[i].id;
	start_number_ids(&m->cmd->arena, ids, m->draft.n);
}

static int make_rows(struct making *m)
{
	const struct imported *in = &m->made->imported;
	int r = redactor_open(REDACT_EVERYTHING, &m->redactor, &m->cmd->err);

	if (r < 0)
		return -1;
	m->draft.rows = arena_array(&m->cmd->arena, in->n + in->n_pool, sizeof(*m->draft.rows));
	if (!m->source->no_label) {
		make_count_labels(m);
		r = m->source->job ? make_match_labels(m) : make_check_labels(m);
	}
	for (size_t i = 0; i < in->n && r == 0; i++)
		r = make_row(m, &in->rows[i]);
	for (size_t i = 0; i < in->n_pool && r == 0; i++)
		r = make_row(m, &in->pool[i]);
	make_number_ids(m);
	redactor_close(m->redactor);
	return r;
}

/* ---- the order of reading ---- */

struct make_drawn {
	const struct draft_row *row;
	char hash[HASH_HEX_LEN + 1];
};

static int make_by_hash(const void *x, const void *y)
{
	return strcmp(((const struct make_drawn *)x)->hash, ((const struct make_drawn *)y)->hash);
}

static struct make_drawn *make_draw(struct arena *a, const struct making *m)
{
	struct make_drawn *drawn = arena_array(a, m->draft.n, sizeof(*drawn));

	for (size_t i = 0; i < m->draft.n; i++) {
		struct hash h;

		drawn[i].row = &m->draft.rows[i];
		hash_init(&h);
		hash_add_i64(&h, m->source->seed);
		hash_add_text(&h, m->draft.rows[i].id);
		hash_hex(&h, drawn[i].hash);
	}
	qsort(drawn, m->draft.n, sizeof(*drawn), make_by_hash);
	return drawn;
}

/* Without labels and groups: only the text counts. */
static struct ticket *make_tickets(struct arena *a, const struct make_drawn *drawn, size_t n)
{
	struct ticket *tickets = arena_array(a, n, sizeof(*tickets));

	for (size_t i = 0; i < n; i++) {
		tickets[i] = (struct ticket){ .id = drawn[i].row->id, .label = -1 };
		tickets[i].text = draft_text(a, drawn[i].row);
		tickets[i].text_len = strlen(tickets[i].text);
	}
	return tickets;
}

/* Fills `repeats` of the rows; list[i] is the ticket of row i. The first ones repeat none. */
static void make_point_at_repeats(struct making *m, const struct ticket *const *list,
				  size_t n_first)
{
	struct arena scratch = { 0 };
	struct slice first = { .tickets = arena_array(&scratch, n_first, sizeof(struct ticket)),
			       .n = n_first };
	const struct slice *slices[] = { &first };
	struct leak_guard guard;

	for (size_t i = 0; i < n_first; i++)
		first.tickets[i] = *list[i];
	guard = leak_guard_build(&scratch, slices, 1);
	for (size_t i = n_first; i < m->draft.n; i++) {
		struct arena one = { 0 };
		const struct ticket *hit = leak_guard_hit(&one, &guard, list[i]);

		m->draft.rows[i].repeats = hit ? (int)(hit - first.tickets) : -1;
		m->made->n_repeats += hit != NULL;
		arena_release(&one);
	}
	arena_release(&scratch);
}

/* RULE: tickets are read in a drawn order, so that the first 25 are a fair sample; repeats last. */
static void make_order(struct making *m)
{
	size_t n = m->draft.n, n_done = 0, n_first = 0;
	struct arena scratch = { 0 };
	const struct make_drawn *drawn = make_draw(&scratch, m);
	const struct ticket *tickets = make_tickets(&scratch, drawn, n);
	const struct ticket **list = arena_array(&scratch, n, sizeof(struct ticket *));
	struct draft_row *rows = arena_array(&m->cmd->arena, n, sizeof(*rows));
	const bool *repeats;

	for (size_t i = 0; i < n; i++)
		list[i] = &tickets[i];
	repeats = guard_find_repeats(&scratch, list, n);
	for (int last = 0; last < 2; last++)
		for (size_t i = 0; i < n; i++) {
			if (repeats[i] != last)
				continue;
			rows[n_done] = *drawn[i].row;
			list[n_done++] = &tickets[i];
			n_first += !last;
		}
	m->draft.rows = rows;
	make_point_at_repeats(m, list, n_first);
	arena_release(&scratch);
}

/* ---- all of it ---- */

static int make_write(struct making *m)
{
	struct draft_entry entry = { .verb = DRAFT_IMPORT,
				     .reader = DRAFT_FILE_READER,
				     .file = special_input_fd(m->source->from) >= 0 ?
						     "standard input" :
						     str_basename(m->source->from),
				     .job = m->source->job,
				     .seed = m->source->seed,
				     .labels = m->job.labels,
				     .n_labels = m->job.n_labels };
	struct draft before = { .dir = m->source->dir }, after;

	if (!m->source->job) {
		entry.n_labels = m->labels.n;
		entry.labels = arena_array(&m->cmd->arena, m->labels.n, sizeof(*entry.labels));
		for (size_t i = 0; i < m->labels.n; i++)
			entry.labels[i].name = m->names[i];
	}
	if (draft_rows_index(m->cmd, &m->draft) < 0 || draft_rows_write(m->cmd, &m->draft) < 0)
		return -1;
	return draft_do_locked(m->cmd, m->journal, &entry, &before, &after);
}

static int make_all(struct making *m)
{
	if (make_keep_export(m) < 0 || make_rows(m) < 0)
		return -1;
	make_order(m);
	return make_write(m);
}

int draft_make(struct cmd *cmd, const struct draft_source *source, struct draft_made *ret_made)
{
	struct draft_source whole = *source;
	struct making m = { .cmd = cmd, .source = &whole, .made = ret_made };
	struct import_options import = source->import;
	int r;

	*ret_made = (struct draft_made){ 0 };
	m.draft.dir = source->dir;
	import.unlabelled = true;
	if (make_load_job(&m, &whole) < 0 ||
	    draft_read_export(cmd, source, &import, &ret_made->guess, &m.data, &m.n_bytes) < 0 ||
	    import_parse(&cmd->arena, source->from, m.data, m.n_bytes, &import, &ret_made->imported,
			 &cmd->err) < 0 ||
	    make_open_dir(&m) < 0)
		return -1;
	r = make_all(&m);
	close(m.journal);
	return r;
}
