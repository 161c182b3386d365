/*
 * The record of a head, or of the baseline `words`, as text and JSON.
 */
#include "report/tuned_heads.h"

#include "base/json/json.h"
#include "judge/head/head.h"
#include "judge/measure/stats.h"
#include "report/words/words.h"
#include "report/text/tune_text.h"
#include "report/ways.h"

size_t tuned_heads_of(struct arena *a, const struct result *r, struct tuned_head **ret_heads)
{
	struct tuned_head *heads = arena_array(a, r->n, sizeof(*heads));
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		struct tuned_head *h = &heads[n];

		if (!head_record_read(a, r->candidates[i].row->head_json, &h->record))
			continue;
		h->candidate = i;
		ways_split(a, r->candidates[i].row, &h->model, &h->way);
		n++;
	}
	*ret_heads = heads;
	return n;
}

const char *head_words_learnt(struct arena *a, const struct head_record *h)
{
	struct interval i = stats_wilson(h->quality.right, h->n, 0.95);
	const char *left_out =
		h->n_refused == 0 ?
			"" :
			arena_printf(a, " (%zu more left out: too similar to tickets under test)",
				     h->n_refused);

	return arena_printf(a,
			    "learnt from %zu tickets%s; held out %zu of %zu right (%s, 95%% "
			    "interval %.0f to %.0f%%)",
			    h->n, left_out, h->quality.right, h->n,
			    words_share(a, (double)h->quality.right / (double)h->n), 100 * i.low,
			    100 * i.high);
}

const char *head_words_curve(struct arena *a, const struct head_record *h)
{
	const struct head_quality *q = &h->quality;
	const char *list = "";

	for (size_t i = 0; i < q->n_curve; i++)
		list = arena_add_item(a, list, ", ", "%zu tickets: %s", q->curve[i].n,
				      words_share(a, (double)q->curve[i].right / (double)h->n));
	return list;
}

const char *head_words_outlook(struct arena *a, const struct head_record *h)
{
	const struct head_quality *q = &h->quality;

	if (q->gain.more != HEAD_MORE && q->n_curve > 1)
		return arena_printf(a,
				    "This head has no record of what %d more labels would bring: "
				    "tune again to get it.",
				    HEAD_MORE);
	return tuned_outlook_words(a, &q->gain);
}

static void head_add_record(struct arena *a, const struct head_record *h, json_t *j)
{
	const struct head_quality *q = &h->quality;

	json_object_set_new(j, "tickets", json_integer((json_int_t)h->n));
	json_object_set_new(j, "left_out", json_integer((json_int_t)h->n_refused));
	json_object_set_new(j, "held_out", tuned_share_to_json(q->right, h->n));
	json_object_set_new(j, "curve", tuned_curve_to_json(q, h->n));
	if (q->gain.more == HEAD_MORE)
		json_object_set_new(j, "outlook", tuned_outlook_to_json(a, &q->gain));
}

json_t *tuned_head_to_json(struct arena *a, const struct candidate_result *c)
{
	struct head_record record;
	json_t *j = json_pack("{s:o, s:s, s:s}", "path", json_any_text(c->row->head_path), "sha256",
			      c->pass->head_sha256, "training_sha256", c->pass->examples_sha256);

	if (!head_record_read(a, c->row->head_json, &record))
		return j;
	json_object_set_new(j, "name", json_any_text(record.name));
	json_object_set_new(j, "base", json_any_text(record.base_label));
	json_object_set_new(j, "base_sha256", json_any_text(record.base_sha256));
	head_add_record(a, &record, j);
	return j;
}

void learnt_add_json(struct arena *a, const struct candidate_result *c, json_t *j)
{
	struct head_record record;
	json_t *learnt;

	if (!c->baseline || !head_record_read(a, c->row->head_json, &record))
		return;
	learnt = json_object();
	head_add_record(a, &record, learnt);
	json_object_set_new(j, "learnt", learnt);
}
