/*
 * `toehold watch [RUN]`: do the tickets in production still look like those of the run? Reads what
 * `classify` and `serve` counted; asks no model.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/json/json.h"
#include "cmd/command.h"
#include "flow/open/load.h"
#include "flow/open/store_find.h"
#include "flow/production/labeller.h"
#include "flow/production/production_log.h"
#include "flow/task_verbs.h"
#include "report/promise_text.h"
#include "report/text/production_text.h"

struct watch_options {
	const char *candidate, *store;
	int64_t last;
	bool json;
};

#define AT(field) offsetof(struct watch_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("candidate", 'c', AT(candidate), "NAME",
		 "check this candidate (default: the pick)"),
	OPT_INT("last", 0, AT(last), "N", "count only the last N sessions (default: all)", 1,
		1000000),
	STORE_ROW(AT(store)),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "watch",
	.args = "[RUN]",
	.max_args = 1,
	.summary = "check whether new tickets still look like those of the run",
	.details =
		"Compares label shares, and how sure the candidate is, with those in the run. In\n"
		"production nobody knows the right labels, so a change is a reason to label 25\n"
		"new tickets, not a verdict. Exit code 1: the tickets have changed.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct watch_options),
};

/* One false alarm in a hundred calls; the share of a promise adds one in two hundred. */
static const double LEVEL = .01;

/* Counts the candidate's answers on the run's ordinary tickets. */
static void watch_count_then(struct arena *a, const struct result *r,
			     const struct candidate_result *c, struct production_log *ret)
{
	*ret = (struct production_log){ 0 };
	ret->work.by_label = ret->by_label = arena_array(a, r->n_labels, sizeof(*ret->by_label));
	for (size_t i = 0; i < r->n_ordinary; i++) {
		const struct answer *answer = c->answers[i];
		const struct production_row reply = {
			.label = answer ? answer->label : -1,
			.probability = answer_probability(answer, r->n_labels),
		};

		production_log_add(ret, &reply);
	}
}

/* The share that goes to a person, by a promise on record. */
struct watch_promise {
	struct promise_record record;
	bool known; /* it was made, and leaves tickets to a person */
	struct drift drift;
};

/* Sessions in production. */
struct watch_sessions {
	size_t n, n_repeated; /* counted, and left out: the same tickets as a newer one */
};

static bool watch_has_seen(const char **seen, size_t n, const char *tickets)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(seen[i], tickets) == 0)
			return true;
	return false;
}

/*
 * Counts this candidate's answers in production, over the newest `last` sessions (0: all). The
 * same tickets, classified again, count once. ret->below is set by the caller.
 */
static struct watch_sessions watch_count_now(struct arena *a, const struct result *r,
					     const struct candidate_result *c, size_t last,
					     struct production_log *ret)
{
	const char **seen = arena_array(a, r->n_events, sizeof(*seen)), *tickets;
	struct watch_sessions s = { 0 };
	size_t n_seen = 0;

	ret->work.by_label = ret->by_label = arena_array(a, r->n_labels, sizeof(*ret->by_label));
	for (size_t i = r->n_events; i > 0 && (last == 0 || s.n < last); i--) {
		tickets = production_log_tickets(a, &r->events[i - 1], c->row->name);
		if (tickets && *tickets && watch_has_seen(seen, n_seen, tickets)) {
			s.n_repeated++;
			continue;
		}
		if (tickets && *tickets)
			seen[n_seen++] = tickets;
		s.n += production_log_read(&r->events[i - 1], c->row->name, r->n_labels, ret);
	}
	return s;
}

/* The same test, with two kinds of tickets: taken, and left to a person. */
static void watch_compare_promise(const struct production_log *now, struct watch_promise *p)
{
	const struct promise *was = &p->record.promise;
	const size_t then_by[] = { was->n_taken, was->n - was->n_taken };
	const size_t now_by[] = { now->n_below - now->n_person, now->n_person };
	const struct workload then = { .n = was->n, .by_label = then_by };
	const struct workload here = { .n = now->n_below, .by_label = now_by };

	drift_compare(&then, &here, COUNT_OF(now_by), LEVEL, &p->drift);
}

static void watch_find_promise(struct arena *a, const struct result *r,
			       const struct candidate_result *c, struct watch_promise *ret)
{
	*ret = (struct watch_promise){ 0 };
	ret->known =
		promise_of_candidate(a, r, c, 0, &ret->record) && ret->record.promise.threshold > 0;
}

static json_t *watch_promise_json(const struct production_log *now, const struct watch_promise *p)
{
	const struct promise *was = &p->record.promise;

	return json_pack("{s:f, s:I, s:I, s:I, s:I, s:f, s:b, s:b}", "right", p->record.right,
			 "n_then", (json_int_t)was->n, "person_then",
			 (json_int_t)(was->n - was->n_taken), "n_now", (json_int_t)now->n_below,
			 "person_now", (json_int_t)now->n_person, "p", p->drift.labels_p, "enough",
			 p->drift.enough, "drifted", p->drift.drifted);
}

static void watch_print_promise(const struct production_log *now, const struct watch_promise *p)
{
	const struct promise *was = &p->record.promise;

	if (now->n_below == 0)
		return;
	printf("To a person, by the promise of %.6g%%: %.1f%% when it was made, %.1f%% now (p = "
	       "%.3g).\n",
	       100 * p->record.right, 100 * (double)(was->n - was->n_taken) / (double)was->n,
	       100 * (double)now->n_person / (double)now->n_below, p->drift.labels_p);
	if (p->drift.drifted)
		puts("That share has drifted: label new tickets, and make the promise again.");
}

static json_t *watch_drift_json(const struct production_log *then, const struct production_log *now,
				const struct drift *d, struct watch_sessions sessions)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:b, s:b}", "sessions",
			 (json_int_t)sessions.n, "repeated_sessions",
			 (json_int_t)sessions.n_repeated, "n_then", (json_int_t)then->work.n,
			 "n_now", (json_int_t)now->work.n, "abstained",
			 (json_int_t)now->n_abstained, "failed", (json_int_t)now->n_failed,
			 "labels_p", d->labels_p, "sureness_p", d->sureness_p, "distance",
			 d->distance, "enough", d->enough, "drifted", d->drifted);
}

static const char *watch_repeated_words(struct arena *a, size_t n)
{
	return n == 0 ? "" :
			arena_printf(a, " (%zu more of the same tickets %s not counted)", n,
				     n == 1 ? "is" : "are");
}

static int watch_compare(struct cmd *cmd, const struct watch_options *o, const struct result *r)
{
	const struct candidate_result *c;
	struct production_log then, now;
	struct watch_sessions sessions;
	struct watch_promise promise;
	struct drift drift;
	json_t *j;

	if (task_verb_check(spec.verb, r->run->task, &cmd->err) < 0 ||
	    labeller_choose(cmd, r, o->candidate, &c) < 0)
		return -1;
	watch_count_then(&cmd->arena, r, c, &then);
	watch_find_promise(&cmd->arena, r, c, &promise);
	now = (struct production_log){ .below = promise.known ? promise.record.promise.threshold :
								0 };
	sessions = watch_count_now(&cmd->arena, r, c, (size_t)o->last, &now);
	if (sessions.n == 0)
		return err_set(&cmd->err, ERR_INPUT,
			       "%s of run '%s' has not labelled any tickets yet; 'toehold classify "
			       "--run %s%s' starts it",
			       c->row->name, r->run->name, r->run->name,
			       store_option_for(cmd, r->store_path, r->run->name));
	drift_compare(&then.work, &now.work, r->n_labels, LEVEL, &drift);
	watch_compare_promise(&now, &promise);
	if (o->json) {
		j = watch_drift_json(&then, &now, &drift, sessions);
		if (promise.known)
			json_object_set_new(j, "promise", watch_promise_json(&now, &promise));
		json_print(j, stdout);
	} else {
		printf("%s of run '%s', %zu session%s in production%s\n", c->row->name,
		       r->run->name, sessions.n, sessions.n == 1 ? "" : "s",
		       watch_repeated_words(&cmd->arena, sessions.n_repeated));
		production_write_drift(&cmd->arena, r, &then.work, &now.work, &drift, stdout);
		watch_print_promise(&now, &promise);
	}
	return drift.drifted || promise.drift.drifted ? 1 : 0;
}

static int watch_run(struct cmd *cmd, void *options)
{
	struct load_options load = { 0 };
	const struct watch_options *o = options;
	struct result r;
	int code;

	load.name = cmd->args.items[0];
	code = load_from_store(cmd, o->store, &load, &r);
	if (code == 0)
		code = watch_compare(cmd, o, &r);
	return code;
}

const struct command cmd_watch = { &spec, watch_run };
