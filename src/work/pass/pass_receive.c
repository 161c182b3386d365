/*
 * Waits for the worker and names its death. A worker has read hostile bytes, so everything that it
 * sends is checked here before it is used.
 */
#include "work/pass/pass_receive.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "job/file/label_order.h"

/* A signal that arrives between two waits ends neither, so check at this interval. */
enum { CHECK_US = 250000 };

void pass_failed(struct pass *p, enum outcome outcome, const char *detail)
{
	p->failure = outcome;
	snprintf(p->failure_detail, sizeof(p->failure_detail), "%s", detail);
}

void pass_worker_gone(struct pass *p, enum outcome outcome, const char *detail)
{
	p->report.cpu_us += proc_cpu_us(&p->proc);
	proc_kill(&p->proc);
	p->alive = false;
	p->n_waiting = 0;
	p->n_deaths_in_row++;
	pass_failed(p, outcome, detail);
}

/* What an answer says about label mass and orders. */
static bool receive_shares_are_valid(const struct answer *a)
{
	return a->label_mass >= 0 && a->label_mass <= 1 && a->n_orders >= 0 &&
	       a->n_orders <= LABEL_ORDERS_MAX && a->n_agreed >= 0 && a->n_agreed <= a->n_orders;
}

/* Probabilities of an answer with a label: each from 0 to 1, all together 1 but for rounding. */
static bool receive_probs_are_valid(const struct answer *a)
{
	const double rounding = 1e-6;
	double sum = 0;

	for (size_t i = 0; i < a->n_probs; i++) {
		if (!(a->probs[i] >= 0 && a->probs[i] <= 1 + rounding))
			return false;
		sum += a->probs[i];
	}
	return a->n_probs == 0 || a->label < 0 || fabs(sum - 1) <= rounding;
}

static bool receive_sums_are_valid(const struct msg_pass_ready *m)
{
	for (size_t i = 0; i < m->n_parts; i++)
		if (!hash_is_hex(m->parts[i], HASH_HEX_LEN))
			return false;
	return true;
}

static bool receive_is_valid(const struct pass *p, const struct pass_message *w)
{
	const struct answer *a = &w->as.answer;
	const struct msg_prefix_ready *part = &w->as.prefix_ready;
	const struct msg_wave_ready *r = &w->as.wave_ready;

	switch (w->type) {
	case MSG_ANSWER:
		return (unsigned)a->outcome < OUTCOME_COUNT && a->label >= -1 &&
		       a->label < (int)p->settings.pass.n_labels &&
		       (a->label < 0 || a->outcome == OUTCOME_OK) &&
		       (a->n_probs == 0 || a->n_probs == p->settings.pass.n_labels) &&
		       a->ticket < p->n_wave && a->spans && a->rule && a->detail &&
		       receive_shares_are_valid(a) && receive_probs_are_valid(a) &&
		       (a->n_hidden == 0 || p->settings.pass.hidden) &&
		       (a->label >= 0 || a->outcome != OUTCOME_OK || a->n_hidden > 0 ||
			p->settings.pass.mode != PASS_FORCED || p->settings.open.url);
	case MSG_REASON:
		return (unsigned)w->as.reason.outcome < OUTCOME_COUNT &&
		       w->as.reason.ticket < p->n_wave && w->as.reason.rationale &&
		       w->as.reason.finish && w->as.reason.detail;
	case MSG_WAVE_READY:
		return r->n_accepted > 0 && (size_t)r->n_accepted <= p->n_wave && r->n_parts >= 0 &&
		       (size_t)r->n_parts <= p->n_prefix_keys;
	case MSG_PASS_READY:
		return receive_sums_are_valid(&w->as.pass_ready);
	case MSG_PREFIX_READY:
		return part->n_tok > 0 && part->n_bytes >= 0 &&
		       part->n_bytes <= p->settings.prefixes.max_bytes;
	case MSG_FAILED:
		return message_failed_is_valid(&w->as.failed);
	default:
		return true;
	}
}

/* True if the worker's current task is to be given up. */
static bool receive_should_give_up(const struct pass *p, bool impatient)
{
	const struct pass_sink *s = &p->sink;

	return (s->abandon && s->abandon(s->ctx)) || (impatient && s->stop && s->stop(s->ctx));
}

/* As proc_wait(), but returns PROC_INTERRUPTED at times, for signals before the wait. */
static enum proc_event receive_wait(struct pass *p, int64_t deadline_us,
				    enum message_type *ret_type, struct wire_reader *ret_payload,
				    struct proc_death *ret_death)
{
	int64_t check_us = clock_mono_us() + CHECK_US;
	enum proc_event event;

	if (check_us >= deadline_us)
		return proc_wait(&p->proc, deadline_us, ret_type, ret_payload, ret_death);
	event = proc_wait(&p->proc, check_us, ret_type, ret_payload, ret_death);
	return event == PROC_TIMED_OUT ? PROC_INTERRUPTED : event;
}

enum received pass_receive(struct pass *p, struct arena *a, int64_t timeout_us, bool impatient,
			   struct pass_message *ret)
{
	int64_t deadline_us = clock_mono_us() + timeout_us;
	struct wire_reader payload;
	struct proc_death death;
	struct err err;

	for (;;) {
		switch (receive_wait(p, deadline_us, &ret->type, &payload, &death)) {
		case PROC_INTERRUPTED:
			if (!receive_should_give_up(p, impatient))
				continue;
			p->stopped = true;
			return RECEIVED_STOP;
		case PROC_TIMED_OUT:
			pass_worker_gone(p, OUTCOME_TIMEOUT,
					 "no answer before the deadline; killed");
			return RECEIVED_FAILURE;
		case PROC_DIED:
			pass_worker_gone(p, death.outcome, death.detail);
			return RECEIVED_FAILURE;
		case PROC_MESSAGE:
			break;
		}
		memset(&ret->as, 0, sizeof(ret->as));
		if (message_take(ret->type, &payload, a, &ret->as, &err) < 0 ||
		    !receive_is_valid(p, ret)) {
			pass_worker_gone(p, OUTCOME_CRASHED,
					 "it sent a message that makes no sense");
			return RECEIVED_FAILURE;
		}
		if (ret->type != MSG_FAILED)
			return RECEIVED;
		pass_failed(p, (enum outcome)ret->as.failed.outcome, ret->as.failed.text);
		return RECEIVED_FAILURE;
	}
}

enum received pass_receive_type(struct pass *p, struct arena *a, int64_t timeout_us,
				enum message_type type, struct pass_message *ret)
{
	enum received h = pass_receive(p, a, timeout_us, type != MSG_ANSWER, ret);

	if (h != RECEIVED || ret->type == type)
		return h;
	pass_worker_gone(p, OUTCOME_CRASHED, "it sent a message out of turn");
	return RECEIVED_FAILURE;
}
