/*
 * From counts to JSON and back.
 */
#include "flow/production/production_log.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/json/json.h"
#include "flow/open/store_find.h"
#include "flow/say/say.h"

void production_log_begin(struct production_log *log, const struct labeller *l)
{
	*log = (struct production_log){ .start_us = clock_mono_us() };
	log->by_label = arena_array(&l->cmd->arena, l->run.n_labels, sizeof(*log->by_label));
	log->work.by_label = log->by_label;
}

void production_log_add(struct production_log *log, const struct production_row *row)
{
	if (row->writes && row->answer) {
		log->work.n++;
		return;
	}
	if (row->label < 0) {
		log->n_failed++;
		return;
	}
	log->work.n++;
	log->by_label[row->label]++;
	log->n_abstained += row->abstained;
	if (row->probability >= 0)
		log->work.by_sureness[drift_bin(row->probability)]++;
}

void production_log_add_ticket(struct production_log *log, const struct ticket *ticket)
{
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, log->tickets_sha256);
	hash_add_text(&h, ticket->id);
	hash_add_text(&h, ticket->text);
	hash_add_text(&h, ticket->image_sha256);
	hash_hex(&h, log->tickets_sha256);
}

static json_t *log_counts_json(const size_t *counts, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer((json_int_t)counts[i]));
	return list;
}

static const char *log_text(const struct production_log *log, const struct labeller *l)
{
	return json_text(&l->cmd->arena,
			 json_pack("{s:s, s:I, s:I, s:I, s:f, s:b, s:I, s:I, s:I, s:s, s:o, s:o, "
				   "s:s}",
				   "candidate", l->was->row->name, "labelled",
				   (json_int_t)log->work.n, "abstained",
				   (json_int_t)log->n_abstained, "failed",
				   (json_int_t)log->n_failed, "below", log->below, "together",
				   l->settings.together, "ms",
				   (json_int_t)((clock_mono_us() - log->start_us) / 1000),
				   "answer_ms", (json_int_t)(l->pass.report.answer_us / 1000),
				   "prompt_tok", (json_int_t)l->pass.report.prompt_tok, "engine",
				   l->begun ? l->pass.report.engine_build : "", "by_label",
				   log_counts_json(log->by_label, l->run.n_labels), "by_sureness",
				   log_counts_json(log->work.by_sureness, DRIFT_BINS), "tickets",
				   log->tickets_sha256));
}

void production_log_keep(const struct production_log *log, const struct labeller *l)
{
	struct event_row event = { .run_id = l->run.run->id,
				   .at_us = clock_wall_us(),
				   .kind = EVENT_WORK };
	struct store store = { 0 };
	struct err err = { 0 };
	int r;

	if (log->work.n + log->n_failed == 0)
		return;
	event.text = log_text(log, l);
	r = store_open_patiently(l->cmd, l->run.store_path, &store, &err);
	if (r == 0)
		r = store_put_event(&store, &event, &err);
	store_close(&store);
	if (r < 0)
		say("Could not save the counts of this session: %s\n", err.msg);
}

static bool log_add_counts(const json_t *list, size_t *counts, size_t n)
{
	if (json_array_size(list) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		json_int_t count = json_integer_value(json_array_get(list, i));

		if (count < 0)
			return false;
		counts[i] += (size_t)count;
	}
	return true;
}

static bool log_is_of(const json_t *j, const char *candidate)
{
	const char *name = json_string_value(json_object_get(j, "candidate"));

	return name && strcmp(name, candidate) == 0;
}

/* Another threshold leaves another share to a person. */
static void log_add_person(const json_t *j, size_t n, size_t n_person, struct production_log *sum)
{
	if (sum->below <= 0 ||
	    fabs(json_number_value(json_object_get(j, "below")) - sum->below) > 1e-9)
		return;
	sum->n_below += n;
	sum->n_person += n_person;
}

bool production_log_read(const struct event_row *event, const char *candidate, size_t n_labels,
			 struct production_log *sum)
{
	size_t n, n_abstained, n_failed;
	json_t *j;
	bool ours;

	if (event->kind != EVENT_WORK)
		return false;
	j = json_loads(event->text, 0, NULL);
	ours = log_is_of(j, candidate) &&
	       log_add_counts(json_object_get(j, "by_label"), sum->by_label, n_labels) &&
	       log_add_counts(json_object_get(j, "by_sureness"), sum->work.by_sureness, DRIFT_BINS);
	if (ours) {
		n = (size_t)json_integer_value(json_object_get(j, "labelled"));
		n_abstained = (size_t)json_integer_value(json_object_get(j, "abstained"));
		n_failed = (size_t)json_integer_value(json_object_get(j, "failed"));
		sum->work.n += n;
		sum->n_abstained += n_abstained;
		sum->n_failed += n_failed;
		log_add_person(j, n + n_failed, n_abstained + n_failed, sum);
	}
	json_decref(j);
	return ours;
}

const char *production_log_tickets(struct arena *a, const struct event_row *event,
				   const char *candidate)
{
	const char *tickets, *found = NULL;
	json_t *j;

	if (event->kind != EVENT_WORK)
		return NULL;
	j = json_loads(event->text, 0, NULL);
	if (log_is_of(j, candidate)) {
		tickets = json_string_value(json_object_get(j, "tickets"));
		found = arena_strdup(a, tickets ? tickets : "");
	}
	json_decref(j);
	return found;
}
