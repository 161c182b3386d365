/*
 * What the page shows of a draft. A covered text is in it only if the view reveals it.
 */
#include "flow/draft/draft_json.h"

#include <string.h>

#include "base/json/json.h"

enum json_state { STATE_OPEN, STATE_LABELLED, STATE_UNSURE, STATE_SKIPPED };

static enum json_state json_state_of(int judgement)
{
	if (judgement >= 0)
		return STATE_LABELLED;
	if (judgement == DRAFT_UNSURE)
		return STATE_UNSURE;
	return judgement == DRAFT_SKIPPED ? STATE_SKIPPED : STATE_OPEN;
}

void draft_count(const struct draft *d, const char *reader, struct draft_progress *ret_progress)
{
	const struct draft_reader *of = draft_reader_find(d, reader);
	size_t n[STATE_SKIPPED + 1] = { 0 };
	struct draft_progress p = { 0 };

	for (size_t i = 0; i < d->n; i++) {
		enum json_state state = json_state_of(draft_judgement(of, i));

		n[state]++;
		p.acceptable += state == STATE_OPEN && d->rows[i].file_bucket != DRAFT_OPEN;
		p.ready += draft_final(d, i) != DRAFT_OPEN;
		p.disputed += draft_is_disputed(d, i);
	}
	p.open = n[STATE_OPEN];
	p.labelled = n[STATE_LABELLED];
	p.unsure = n[STATE_UNSURE];
	p.skipped = n[STATE_SKIPPED];
	*ret_progress = p;
}

static json_t *json_progress(const struct draft *d, const char *reader)
{
	struct draft_progress p;

	draft_count(d, reader, &p);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "tickets", (json_int_t)d->n,
			 "labelled", (json_int_t)p.labelled, "unsure", (json_int_t)p.unsure,
			 "skipped", (json_int_t)p.skipped, "open", (json_int_t)p.open, "ready",
			 (json_int_t)p.ready, "disputed", (json_int_t)p.disputed, "acceptable",
			 (json_int_t)p.acceptable);
}

/* How many tickets a reader gave to each bucket. */
static json_t *json_buckets(struct arena *a, const struct draft *d, const char *reader)
{
	const struct draft_reader *of = draft_reader_find(d, reader);
	size_t *n = arena_array(a, d->n_buckets, sizeof(*n));
	json_t *list = json_array();

	for (size_t i = 0; i < d->n; i++)
		if (draft_judgement(of, i) >= 0)
			n[draft_judgement(of, i)]++;
	for (size_t i = 0; i < d->n_buckets; i++)
		if (!d->buckets[i].removed)
			json_array_append_new(list,
					      json_pack("{s:o, s:o, s:I}", "name",
							json_any_text(d->buckets[i].name), "about",
							json_any_text(d->buckets[i].about),
							"tickets", (json_int_t)n[i]));
	return list;
}

static json_t *json_bucket_name(const struct draft *d, int bucket)
{
	return json_any_text(bucket >= 0 ? d->buckets[bucket].name : NULL);
}

static json_t *json_part(const struct draft_part *part, bool reveal)
{
	json_t *value;

	if (!part->placeholder)
		return json_any_text(part->text);
	value = json_pack("{s:o, s:o, s:o, s:b, s:b}", "mark", json_any_text(part->placeholder),
			  "type", json_any_text(part->type), "why", json_any_text(part->why),
			  "suspect", part->suspect, "covered", part->covered);
	if (reveal || !part->covered)
		json_object_set_new(value, "text", json_any_text(part->text));
	return value;
}

static json_t *json_parts(const struct draft_row *row, bool reveal)
{
	json_t *list = json_array();

	for (size_t i = 0; i < row->n_parts; i++)
		json_array_append_new(list, json_part(&row->parts[i], reveal));
	return list;
}

/* Whether someone else has read it: then a second reading says more than a new ticket. */
static bool json_is_of_others(const struct draft *d, size_t at, const char *reader)
{
	for (size_t i = 0; i < d->n_readers; i++)
		if (strcmp(d->readers[i].name, reader) != 0 &&
		    (d->readers[i].judgements[at] >= 0 ||
		     d->readers[i].judgements[at] == DRAFT_UNSURE))
			return true;
	return false;
}

static json_t *json_row(const struct draft *d, size_t at, const struct draft_view *view)
{
	static const char *const states[] = { "open", "labelled", "unsure", "skipped" };
	const struct draft_row *row = &d->rows[at];
	int judgement = draft_judgement(draft_reader_find(d, view->reader), at);

	return json_pack("{s:o, s:s, s:b, s:o, s:o, s:o, s:o}", "id", json_any_text(row->id),
			 "state", states[json_state_of(judgement)], "of_others",
			 json_is_of_others(d, at, view->reader), "label",
			 json_bucket_name(d, judgement), "file_label",
			 json_bucket_name(d, row->file_bucket), "repeats",
			 json_any_text(row->repeats >= 0 ? d->rows[row->repeats].id : NULL),
			 "parts", json_parts(row, view->reveal));
}

static json_t *json_readers(const struct draft *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_readers; i++)
		json_array_append_new(list, json_any_text(d->readers[i].name));
	return list;
}

/* What a reader can take back. */
static bool json_can_undo(const struct draft *d, const char *reader)
{
	for (size_t i = 0; i < d->n_entries; i++) {
		const struct draft_entry *e = &d->entries[i];

		if (!e->undone && e->verb != DRAFT_UNDO && e->verb != DRAFT_IMPORT &&
		    strcmp(e->reader, reader) == 0)
			return true;
	}
	return false;
}

/* What each answer about a draft holds. */
static json_t *json_head(struct arena *a, const struct draft *d, const struct draft_view *view)
{
	return json_pack(
		"{s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:b}", "draft", json_any_text(d->dir),
		"file", json_any_text(d->file), "job", json_any_text(d->job), "entries",
		(json_int_t)d->n_entries, "reader", json_any_text(view->reader), "readers",
		json_readers(d), "buckets", json_buckets(a, d, view->reader), "progress",
		json_progress(d, view->reader), "can_undo", json_can_undo(d, view->reader));
}

json_t *draft_to_json(struct arena *a, const struct draft *d, const struct draft_view *view)
{
	const struct draft_reader *reader = draft_reader_find(d, view->reader);
	json_t *head = json_head(a, d, view), *tickets = json_array();
	size_t n_new = 0;

	for (int first = 1; first >= 0; first--)
		for (size_t i = 0; i < d->n; i++) {
			bool is_new = draft_judgement(reader, i) == DRAFT_OPEN;

			if ((!is_new || json_is_of_others(d, i, view->reader)) != first ||
			    (is_new && n_new == view->number))
				continue;
			n_new += is_new;
			json_array_append_new(tickets, json_row(d, i, view));
		}
	json_object_set_new(head, "tickets", tickets);
	return head;
}

static bool json_same_marks(const struct draft_row *x, const struct draft_row *y)
{
	for (size_t i = 0; i < x->n_parts; i++)
		if (x->parts[i].covered != y->parts[i].covered)
			return false;
	return true;
}

json_t *draft_changes_to_json(struct arena *a, const struct draft *before,
			      const struct draft *after, const struct draft_view *view)
{
	const struct draft_reader *was = draft_reader_find(before, view->reader);
	const struct draft_reader *is = draft_reader_find(after, view->reader);
	json_t *head = json_head(a, after, view), *tickets = json_array();

	for (size_t i = 0; i < after->n; i++)
		if (draft_judgement(was, i) != draft_judgement(is, i) ||
		    before->rows[i].settled != after->rows[i].settled ||
		    !json_same_marks(&before->rows[i], &after->rows[i]))
			json_array_append_new(tickets, json_row(after, i, view));
	json_object_set_new(head, "changed", tickets);
	return head;
}

/* ---- agreement ---- */

/* The export's own labels as those of a reader. */
static struct draft_reader json_reader_of_file(struct arena *a, const struct draft *d)
{
	struct draft_reader file = { DRAFT_FILE_READER, arena_array(a, d->n, sizeof(int)) };

	for (size_t i = 0; i < d->n; i++)
		file.judgements[i] = d->rows[i].file_bucket;
	return file;
}

struct draft_pair *draft_pairs(struct arena *a, const struct draft *d, size_t *ret_n)
{
	size_t n = d->n_readers + 1, n_pairs = 0;
	struct draft_reader *readers = arena_array(a, n, sizeof(*readers));
	struct draft_pair *pairs = arena_array(a, n * n, sizeof(*pairs));

	for (size_t i = 0; i < d->n_readers; i++)
		readers[i] = d->readers[i];
	readers[d->n_readers] = json_reader_of_file(a, d);
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n; k++) {
			struct draft_pair *pair = &pairs[n_pairs];

			*pair = (struct draft_pair){ .a = readers[i].name, .b = readers[k].name };
			pair->kappa = kappa_of(readers[i].judgements, readers[k].judgements, d->n,
					       d->n_buckets);
			n_pairs += pair->kappa.n > 0;
		}
	*ret_n = n_pairs;
	return pairs;
}

static json_t *json_real_or_null(bool known, double value)
{
	return known ? json_real(value) : json_null();
}

static json_t *json_pair(const struct draft_pair *pair)
{
	const struct kappa *k = &pair->kappa;

	return json_pack("{s:o, s:o, s:I, s:I, s:f, s:o, s:o, s:o, s:s}", "a",
			 json_any_text(pair->a), "b", json_any_text(pair->b), "tickets",
			 (json_int_t)k->n, "same", (json_int_t)k->n_same, "by_chance", k->by_chance,
			 "kappa", json_real_or_null(k->defined, k->value), "low",
			 json_real_or_null(k->has_range, k->low), "high",
			 json_real_or_null(k->has_range, k->high), "words", kappa_words(k));
}

static json_t *json_said(const struct draft *d, size_t row)
{
	json_t *said = json_object();

	for (size_t i = 0; i < d->n_readers; i++) {
		int judgement = d->readers[i].judgements[row];

		if (judgement >= 0)
			json_object_set_new(said, d->readers[i].name,
					    json_bucket_name(d, judgement));
		else if (judgement == DRAFT_UNSURE)
			json_object_set_new(said, d->readers[i].name, json_null());
	}
	return said;
}

static bool json_is_shared(const struct draft *d, size_t row)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_readers; i++) {
		int judgement = d->readers[i].judgements[row];

		n += judgement >= 0 || judgement == DRAFT_UNSURE;
	}
	return n > 1;
}

json_t *draft_agreement_to_json(struct arena *a, const struct draft *d,
				const struct draft_view *view)
{
	size_t n;
	const struct draft_pair *pairs = draft_pairs(a, d, &n);
	json_t *head = json_head(a, d, view), *list = json_array(), *tickets = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pair(&pairs[i]));
	for (size_t i = 0; i < d->n; i++) {
		if (!json_is_shared(d, i))
			continue;
		json_array_append_new(
			tickets, json_pack("{s:o, s:o, s:o, s:b, s:o}", "id",
					   json_any_text(d->rows[i].id), "said", json_said(d, i),
					   "settled", json_bucket_name(d, d->rows[i].settled),
					   "disputed", draft_is_disputed(d, i), "parts",
					   json_parts(&d->rows[i], view->reveal)));
	}
	json_object_set_new(head, "pairs", list);
	json_object_set_new(head, "shared", tickets);
	return head;
}
