/*
 * Checks tickets of every format. One invalid row refuses the whole file, with the line of that
 * row: a slice must not silently lose rows.
 */
#include "job/ticket/ticket.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/hash.h"
#include "base/str.h"
#include "job/file/label_key.h"
#include "job/ticket/image.h"
#include "job/ticket/ticket_rows.h"

/* LANG_MAX_BYTES: the size of a buffer that RFC 5646, 4.4.1, recommends. */
enum { LANG_MAX_BYTES = 35, LABELS_LISTED = 12 };

const char *const ticket_field_names[FIELD_COUNT] = {
	[FIELD_ID] = "id",     [FIELD_TEXT] = "text",	[FIELD_LABEL] = "label",
	[FIELD_LANG] = "lang", [FIELD_GROUP] = "group", [FIELD_IMAGE] = "image",
};

const enum ticket_field ticket_name_fields[TICKET_N_NAMES] = { FIELD_ID, FIELD_LANG, FIELD_GROUP };

const char *slice_role_name(enum slice_role role)
{
	static const char *const names[] = {
		[SLICE_ORDINARY] = "ordinary",
		[SLICE_HARDER] = "harder",
		[SLICE_POOL] = "pool",
		[SLICE_REVIEWED] = "reviewed",
	};

	return (unsigned)role <= SLICE_REVIEWED ? names[role] : "unknown";
}

/* The job's labels, for a message. */
static const char *ticket_list_labels(const struct ticket_reader *reader)
{
	const struct job *job = reader->job;
	struct buf b;

	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < job->n_labels && i < LABELS_LISTED; i++)
		buf_add_item(&b, ", ", "%s", display_text(reader->arena, job->labels[i].name));
	if (job->n_labels > LABELS_LISTED)
		buf_addf(&b, " and %zu more", job->n_labels - LABELS_LISTED);
	return buf_to_arena(&b, reader->arena);
}

/* The job's label that a reader would take for this one, though its case is the same; or NULL. */
static const char *ticket_twin_label(const struct ticket_reader *reader, const char *word)
{
	const char *key = label_key(reader->arena, word);

	if (strcmp(label_show(reader->arena, word), word) == 0)
		return NULL;
	for (size_t i = 0; i < reader->job->n_labels; i++)
		if (strcmp(label_key(reader->arena, reader->job->labels[i].name), key) == 0)
			return reader->job->labels[i].name;
	return NULL;
}

static int ticket_unknown_label(const struct ticket_reader *reader,
				const struct ticket_draft *draft, struct err *err)
{
	const struct job *job = reader->job;
	const char *names[JOB_MAX_LABELS], *near;
	const char *word = draft->fields[FIELD_LABEL];

	if (ticket_is_blank(word))
		return text_fail(reader->path, draft->line, err,
				 "the label is empty; use one of the job's labels: %s",
				 ticket_list_labels(reader));
	near = ticket_twin_label(reader, word);
	if (near)
		return text_fail(reader->path, draft->line, err,
				 "label '%s' is not the job's label '%s', but they look the same "
				 "(\\u{…} is a character that nobody sees, or takes for another); "
				 "write it as in the job",
				 label_show(reader->arena, word), label_show(reader->arena, near));
	for (size_t i = 0; i < job->n_labels; i++)
		names[i] = job->labels[i].name;
	near = str_nearest(word, names, job->n_labels);
	return text_fail(reader->path, draft->line, err,
			 "label '%s' is not one of the job's labels (%s)%s%s%s",
			 display_text(reader->arena, word), ticket_list_labels(reader),
			 near ? "; did you mean '" : "",
			 near ? display_text(reader->arena, near) : "", near ? "'?" : "");
}

bool ticket_is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

bool ticket_reads(const struct ticket_reader *reader, enum ticket_field field)
{
	return field != FIELD_LABEL || (reader->labelled && !task_writes(reader->job->task));
}

/*
 * Checks only the form that BCP 47 tags (RFC 5646), ISO 639 codes and locale names share, not
 * whether the language exists.
 */
static bool ticket_is_language_tag(const char *word)
{
	size_t n = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

	return word[n] == '\0' && n <= LANG_MAX_BYTES && isalpha((unsigned char)*word);
}

const char *ticket_name_fault(struct arena *a, enum ticket_field field, const char *word)
{
	const char *name = ticket_field_names[field];

	if (ticket_is_blank(word))
		return arena_printf(a, "%s is empty; remove it", name);
	if (strlen(word) > TICKET_NAME_MAX_BYTES)
		return arena_printf(a, "%s is too long: %zu bytes; the limit is %d", name,
				    strlen(word), TICKET_NAME_MAX_BYTES);
	for (const char *p = word; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			return arena_printf(a, "%s '%s' holds a control character; remove it", name,
					    display_text(a, word));
	if (field == FIELD_LANG && !ticket_is_language_tag(word))
		return arena_printf(a,
				    "lang '%s' is not a language tag; write letters, digits and "
				    "hyphens, at most %d, such as de, de-CH or amh",
				    display_text(a, word), LANG_MAX_BYTES);
	return NULL;
}

static int ticket_check_names(const struct ticket_reader *reader, const struct ticket_draft *draft,
			      struct err *err)
{
	for (size_t i = 0; i < TICKET_N_NAMES; i++) {
		const char *word = draft->fields[ticket_name_fields[i]];
		const char *fault =
			word ? ticket_name_fault(reader->arena, ticket_name_fields[i], word) : NULL;

		if (fault)
			return text_fail(reader->path, draft->line, err, "%s", fault);
	}
	return 0;
}

static bool ticket_needs_label(const struct ticket_reader *reader)
{
	return reader->labelled && !reader->label_optional && !task_writes(reader->job->task);
}

/* A ticket needs a text or an image, and a label if the role requires one. */
static int ticket_check_content(const struct ticket_reader *reader,
				const struct ticket_draft *draft, struct err *err)
{
	const char *const *fields = draft->fields;
	bool asks = fields[FIELD_TEXT] || fields[FIELD_IMAGE];

	if (!asks || (ticket_needs_label(reader) && !fields[FIELD_LABEL]))
		return text_fail(reader->path, draft->line, err,
				 "no '%s'; a ticket needs %s; another name is given %s",
				 asks ? "label" : "text",
				 ticket_needs_label(reader) ? "text and label" : "text",
				 columns_how(reader->arena, &reader->job->columns,
					     asks ? FIELD_LABEL : FIELD_TEXT));
	if (task_writes(reader->job->task) && reader->labelled && !reader->label_optional &&
	    !draft->gold)
		return text_fail(reader->path, draft->line, err,
				 "no 'gold'; a ticket of the task '%s' needs its right answer",
				 task_names.texts[reader->job->task]);
	if (!fields[FIELD_IMAGE] && ticket_is_blank(fields[FIELD_TEXT]))
		return text_fail(reader->path, draft->line, err, "the text is empty");
	if (draft->text_len > TICKET_MAX_BYTES)
		return text_fail(reader->path, draft->line, err,
				 "the text is too long: %zu bytes; the limit is %d",
				 draft->text_len, TICKET_MAX_BYTES);
	return ticket_check_names(reader, draft, err);
}

/* Reads and checks the image, and keeps its name, hash and size. */
static int ticket_add_image(struct ticket_reader *reader, const struct ticket_draft *draft,
			    struct ticket *ticket, struct err *err)
{
	char sha256[HASH_HEX_LEN + 1];
	const char *data, *fault;
	struct image_facts facts;
	struct arena a = { 0 };
	struct err why;
	size_t n_bytes;
	int r;

	if (!draft->fields[FIELD_IMAGE])
		return 0;
	fault = ticket_name_fault(reader->arena, FIELD_IMAGE, draft->fields[FIELD_IMAGE]);
	if (fault)
		return text_fail(reader->path, draft->line, err, "%s", fault);
	r = image_read(&a, reader->file, draft->fields[FIELD_IMAGE], &data, &n_bytes, &facts, &why);
	if (r < 0) {
		text_fail(reader->path, draft->line, err, "%s", why.msg);
	} else {
		hash_bytes(data, n_bytes, sha256);
		ticket->image = draft->fields[FIELD_IMAGE];
		ticket->image_sha256 = arena_strdup(reader->arena, sha256);
		ticket->image_bytes = (int64_t)n_bytes;
		ticket->image_width = facts.width;
		ticket->image_height = facts.height;
	}
	arena_release(&a);
	return r;
}

int ticket_add(struct ticket_reader *reader, const struct ticket_draft *draft, struct err *err)
{
	const char *const *fields = draft->fields;
	struct ticket *ticket;
	bool labelled;
	int label = -1;

	if (ticket_check_content(reader, draft, err) < 0)
		return -1;
	labelled = reader->labelled && fields[FIELD_LABEL] &&
		   !(reader->label_optional && ticket_is_blank(fields[FIELD_LABEL]));
	if (labelled)
		label = job_label_index(reader->job, fields[FIELD_LABEL]);
	if (labelled && label < 0)
		return ticket_unknown_label(reader, draft, err);
	if (draft->gold)
		label = 0; /* right */
	if (reader->n == TICKETS_MAX)
		return text_fail(reader->path, draft->line, err,
				 "too many tickets: at most %d are taken", TICKETS_MAX);
	reader->tickets = arena_grow(reader->arena, reader->tickets, reader->n, &reader->cap,
				     sizeof(*reader->tickets));
	ticket = &reader->tickets[reader->n++];
	*ticket = (struct ticket){
		.id = fields[FIELD_ID],
		.text = fields[FIELD_TEXT] ? fields[FIELD_TEXT] : "",
		.text_len = draft->text_len,
		.label = label,
		.gold = draft->gold,
		.lang = fields[FIELD_LANG],
		.group = fields[FIELD_GROUP],
		.line = draft->line,
	};
	if (!ticket->id)
		ticket->id = arena_printf(reader->arena, "line-%zu", draft->line);
	return ticket_add_image(reader, draft, ticket, err);
}

static int ticket_by_id_then_line(const void *x, const void *y)
{
	const struct ticket_id *a = x, *b = y;
	int order = strcmp(a->id, b->id);

	return order ? order : (a->line > b->line) - (a->line < b->line);
}

int ticket_ids_check(struct arena *a, const char *path, struct ticket_id *ids, size_t n,
		     struct err *err)
{
	const struct ticket_id *first = NULL, *again = NULL;

	if (n > 1)
		qsort(ids, n, sizeof(*ids), ticket_by_id_then_line);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(ids[i - 1].id, ids[i].id) != 0 || (again && again->line <= ids[i].line))
			continue;
		first = &ids[i - 1];
		again = &ids[i];
	}
	if (again)
		return err_set(err, ERR_INPUT,
			       "%s:%zu: id '%s' is already on line %zu; each ticket needs its own",
			       path, again->line, display_text(a, again->id), first->line);
	return 0;
}

static int ticket_check_ids(const struct ticket_reader *reader, struct err *err)
{
	struct ticket_id *ids = arena_array(reader->arena, reader->n, sizeof(*ids));

	for (size_t i = 0; i < reader->n; i++)
		ids[i] = (struct ticket_id){ reader->tickets[i].id, reader->tickets[i].line };
	return ticket_ids_check(reader->arena, reader->path, ids, reader->n, err);
}

/* Adds id, text, gold label ("" if none), lang, group, gold answer, and the image's sha256. */
static void ticket_hash(struct hash *h, const struct job *job, const struct ticket *ticket)
{
	hash_add_text(h, ticket->id);
	hash_add_text(h, ticket->text);
	hash_add_text(h, ticket->label < 0 ? "" : job->labels[ticket->label].name);
	hash_add_text(h, ticket->lang);
	hash_add_text(h, ticket->group);
	/* Ids and checksums are never NULL, so a NULL cannot be the start of the next ticket. */
	if (ticket->gold) {
		hash_add_text(h, NULL);
		hash_add_text(h, NULL);
		hash_add_text(h, ticket->gold);
	}
	if (!ticket->image_sha256)
		return;
	hash_add_text(h, NULL);
	hash_add_text(h, ticket->image_sha256);
}

bool ticket_text_is_json(const struct text_file *text, const char *file)
{
	const char *first = text->text + strspn(text->text, " \t\r\n");

	if (text->zip)
		return false;
	return *first == '{' || *first == '[' || str_ends(file, ".jsonl") ||
	       str_ends(file, ".json") || str_ends(file, ".ndjson");
}

/* A text has at most a ticket a line: an array that grows would leave its smaller ones behind. */
static void ticket_make_room(struct ticket_reader *reader)
{
	size_t n;

	if (reader->text.zip)
		return;
	n = text_count_lines(reader->text.text, reader->text.n_bytes) + 1;
	reader->cap = n < TICKETS_MAX ? n : TICKETS_MAX;
	reader->tickets = arena_array(reader->arena, reader->cap, sizeof(*reader->tickets));
}

static int ticket_read_file(struct ticket_reader *reader, struct err *err)
{
	const struct columns *columns = &reader->job->columns;

	if (text_file_load(reader->arena, reader->file, SLICE_MAX_BYTES, columns->encoding,
			   &reader->text, err) < 0)
		return -1;
	reader->text.sheet = columns->sheet;
	if (!reader->text.zip && ticket_is_blank(reader->text.text))
		return err_set(
			err, ERR_INPUT,
			"%s: the file holds no tickets; write one JSON object per line, such as "
			"{\"id\": \"1\", \"text\": \"…\", \"label\": \"%s\"}",
			reader->path, reader->job->labels[0].name);
	ticket_make_room(reader);
	if (ticket_text_is_json(&reader->text, reader->file))
		return ticket_read_jsonl(reader, err);
	if (ticket_read_table(reader, err) < 0)
		return -1;
	return reader->n > 0 ? 0 :
			       err_set(err, ERR_INPUT,
				       "%s: the file holds a header, but no tickets; add rows",
				       reader->path);
}

void slice_hash(const struct job *job, struct slice *slice)
{
	struct hash h;

	hash_init(&h);
	for (size_t i = 0; i < slice->n; i++)
		ticket_hash(&h, job, &slice->tickets[i]);
	hash_hex(&h, slice->sha256);
}

void tickets_hash(const struct job *job, const struct ticket *const *tickets, size_t n,
		  char *ret_hex)
{
	struct hash h;

	hash_init(&h);
	for (size_t i = 0; i < n; i++)
		ticket_hash(&h, job, tickets[i]);
	hash_hex(&h, ret_hex);
}

int slice_load(struct arena *a, const struct job *job, const char *path, enum slice_role role,
	       struct slice *ret_slice, struct err *err)
{
	struct ticket_reader reader = {
		.arena = a,
		.job = job,
		.path = display_path(a, path),
		.file = path,
		.labelled = role != SLICE_POOL,
		.label_optional = role == SLICE_REVIEWED,
	};
	struct slice slice = { .path = arena_strdup(a, path), .role = role };

	if (ticket_read_file(&reader, err) < 0 || ticket_check_ids(&reader, err) < 0)
		return -1;
	slice.note =
		reader.text.note ? arena_printf(a, "%s: %s", reader.path, reader.text.note) : NULL;
	slice.tickets = reader.tickets;
	slice.n = reader.n;
	slice_hash(job, &slice);
	*ret_slice = slice;
	return 0;
}
