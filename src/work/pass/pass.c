/*
 * Runs a pass: OPEN and PASS once, then for each wave WAVE, ASK for each ticket, and REASONS.
 * message.h has the protocol.
 */
#include "work/pass/pass.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "work/pass/pass_prefix.h"
#include "work/pass/pass_wave.h"
#include "work/pass/stopwatch.h"

/* After more deaths in a row, without an answer in between, the worker is not restarted. */
enum { DEATHS_MAX = 3 };

/*
 * Copies a text of a message for the report. A restarted worker usually sends the same text again;
 * it is stored once.
 */
static void pass_keep(struct pass *p, const char **kept, const char *text)
{
	if (!text)
		text = "";
	if (!*kept || strcmp(*kept, text) != 0)
		*kept = arena_strdup(&p->arena, text);
}

static void pass_report_opened(struct pass *p, const struct msg_opened *o)
{
	struct pass_report *r = &p->report;

	r->load_us += o->load_us;
	pass_keep(p, &r->sandbox, o->sandbox);
	pass_keep(p, &r->server, o->server);
	pass_keep(p, &r->engine_build, p->proc.engine_build);
	pass_keep(p, &r->device, p->proc.device);
	r->peak_rss_bytes = o->peak_rss_bytes;
}

static void pass_report_pass_ready(struct pass *p, const struct msg_pass_ready *m)
{
	struct pass_report *r = &p->report;

	p->shared_tok = m->prefix_tok;
	pass_keep(p, &r->rendered, m->rendered);
	pass_keep(p, &r->template_sha256, m->template_sha256);
	pass_keep(p, &r->template_marks, m->template_marks);
	pass_keep(p, &r->opening, m->opening);
	pass_keep(p, &r->thinking, m->thinking);
	pass_keep(p, &r->probes, m->probes);
	pass_prefix_name(p, m);
}

/* Starts a worker and prepares it for a wave. Sets p->alive if it is ready. */
static int pass_revive(struct pass *p, struct err *err)
{
	const struct pass_settings *s = &p->settings;
	struct proc_spec spec = s->proc;
	struct arena a = { 0 };
	struct pass_message w;

	spec.prefix_fd = p->prefix_fd;
	if (proc_start(&p->proc, &spec, err) < 0)
		return -1;
	if (s->device && strcmp(s->device, p->proc.device) != 0) {
		pass_worker_gone(p, OUTCOME_DEVICE_LOST,
				 arena_printf(&p->arena, "'%s' is gone: the engine now finds '%s'",
					      s->device, p->proc.device));
		return 0;
	}
	proc_send(&p->proc, MSG_OPEN, &s->open);
	if (pass_receive_type(p, &a, s->load_timeout_us, MSG_OPENED, &w) == RECEIVED) {
		pass_report_opened(p, &w.as.opened);
		proc_send(&p->proc, MSG_PASS, &s->pass);
		if (pass_receive_type(p, &a, s->load_timeout_us, MSG_PASS_READY, &w) == RECEIVED) {
			pass_report_pass_ready(p, &w.as.pass_ready);
			p->alive = true;
		}
	}
	arena_release(&a);
	return 0;
}

static int pass_give_answer(struct pass *p, struct pass_item *item, struct answer *answer,
			    struct err *err)
{
	item->answered = true;
	item->label = answer->label;
	/* If the label is read from the text later, so is the reason. */
	if (answer->outcome != OUTCOME_OK || p->settings.pass.mode != PASS_FORCED ||
	    !p->settings.reasons || (answer->label < 0 && p->settings.open.url))
		item->reasoned = true;
	answer->ticket = item->ticket;
	p->report.n_answers++;
	return p->sink.answer(p->sink.ctx, answer, err);
}

/* The answer of a ticket that failed: the outcome says why, and it counts as wrong. */
static int pass_give_failed_answer(struct pass *p, struct pass_item *item, struct err *err)
{
	struct answer answer = { .outcome = p->failure,
				 .label = -1,
				 .first_us = -1,
				 .ttft_us = -1,
				 .label_us = -1,
				 .spans = "",
				 .rule = "none",
				 .detail = p->failure_detail };

	return pass_give_answer(p, item, &answer, err);
}

static int pass_give_reason(struct pass *p, struct pass_item *item, struct reason *reason,
			    struct err *err)
{
	item->reasoned = true;
	reason->ticket = item->ticket;
	p->report.n_reasons++;
	p->report.reason_tok += reason->reason_tok;
	return p->sink.reason(p->sink.ctx, reason, err);
}

static int pass_give_failed_reason(struct pass *p, struct pass_item *item, struct err *err)
{
	struct reason reason = { .outcome = p->failure,
				 .rationale = "",
				 .finish = "",
				 .reason_us = -1,
				 .detail = p->failure_detail };

	return pass_give_reason(p, item, &reason, err);
}

/* The failure takes the place of the next reply that the item needs. */
static int pass_fail_item(struct pass *p, struct pass_item *item, struct err *err)
{
	return item->answered ? pass_give_failed_reason(p, item, err) :
				pass_give_failed_answer(p, item, err);
}

/* Fails the tickets of the wave that will get no reason. */
static int pass_fail_reasons(struct pass *p, struct err *err)
{
	for (size_t i = 0; i < p->n_wave; i++) {
		struct pass_item *item = &p->items[p->wave[i]];

		if (item->answered && !item->reasoned && pass_give_failed_reason(p, item, err) < 0)
			return -1;
	}
	return 0;
}

/* All missing answers and reasons get the failure that ended the pass. */
static int pass_give_up(struct pass *p, struct err *err)
{
	p->report.ended = outcome_name(p->failure);
	for (size_t i = 0; i < p->n_items; i++) {
		if (!p->items[i].answered && pass_give_failed_answer(p, &p->items[i], err) < 0)
			return -1;
		if (!p->items[i].reasoned && pass_give_failed_reason(p, &p->items[i], err) < 0)
			return -1;
	}
	return 0;
}

static void pass_note_peak(struct pass *p, int64_t rss_bytes)
{
	if (rss_bytes > p->report.peak_rss_bytes)
		p->report.peak_rss_bytes = rss_bytes;
}

static void pass_measure_begin(const struct pass *p, struct disturbance_reading *ret)
{
	disturbance_read(proc_cpu_us(&p->proc) + machine_cpu_us(), ret);
}

static void pass_measure_end(struct pass *p, const struct disturbance_reading *before)
{
	struct disturbance_reading after;

	disturbance_read(proc_cpu_us(&p->proc) + machine_cpu_us(), &after);
	disturbance_add(&p->report.disturbance, before, &after);
}

void pass_next(struct pass *p, struct pass_item *items, size_t n_items)
{
	p->items = items;
	p->n_items = n_items;
	p->n_wave = p->n_waiting = 0;
	if (n_items > p->cap_wave) {
		p->wave = arena_array(&p->arena, n_items, sizeof(*p->wave));
		p->cap_wave = n_items;
	}
	for (size_t i = 0; i < n_items; i++)
		if (items[i].answered && (items[i].label < 0 || !p->settings.reasons))
			items[i].reasoned = true;
}

int pass_begin(struct pass *p, const struct pass_settings *settings, struct pass_item *items,
	       size_t n_items, const struct pass_sink *sink, struct err *err)
{
	*p = (struct pass){ .settings = *settings, .sink = *sink };
	p->prefix_fd = pass_prefix_memory(settings->prefixes.max_bytes);
	p->report.ended = "complete";
	p->report.energy_uj = stopwatch_no_energy();
	p->report.disturbance = disturbance_begin();
	p->report.rendered = p->report.template_sha256 = p->report.template_marks = "";
	p->report.opening = p->report.sandbox = p->report.engine_build = p->report.device = "";
	p->report.thinking = p->report.probes = p->report.server = "";
	pass_next(p, items, n_items);
	if (pass_revive(p, err) < 0)
		return -1;
	return p->alive || p->stopped ? 0 : pass_give_up(p, err);
}

/* Offers the wave; the worker accepts as much as fits. */
static enum received pass_offer_wave(struct pass *p, struct arena *a, const struct msg_wave *wave)
{
	int64_t timeout_us = p->settings.load_timeout_us + p->settings.ticket_timeout_us;
	enum received h;
	struct pass_message w;

	proc_send(&p->proc, MSG_WAVE, wave);
	h = pass_receive_type(p, a, timeout_us, MSG_WAVE_READY, &w);
	if (h != RECEIVED)
		return h;
	p->n_wave = (size_t)w.as.wave_ready.n_accepted;
	p->report.prefix_us += w.as.wave_ready.prefix_us;
	p->report.prefix_tok += w.as.wave_ready.prefix_tok;
	p->report.n_ctx = w.as.wave_ready.n_ctx;
	p->report.n_seq = w.as.wave_ready.n_seq;
	if (w.as.wave_ready.n_accepted > p->report.n_wave)
		p->report.n_wave = w.as.wave_ready.n_accepted;
	return pass_prefix_get(p, a, wave->prefix_later ? (size_t)w.as.wave_ready.n_parts : 0);
}

/* Sets *ret_received to RECEIVED_STOP if there is no ticket to offer. */
static int pass_begin_wave(struct pass *p, struct arena *a, enum received *ret_received,
			   struct err *err)
{
	struct bad_image *bad;
	struct msg_wave wave;
	size_t n_bad;

	pass_fill_wave(p, a, &wave, &bad, &n_bad);
	wave.prefix_later = pass_prefix_is_kept(p);
	for (size_t i = 0; i < n_bad; i++) {
		struct pass_item *item = &p->items[bad[i].item];

		pass_failed(p, OUTCOME_BAD_IMAGE, bad[i].why);
		if (pass_fail_item(p, item, err) < 0)
			return -1;
	}
	*ret_received = p->n_wave > 0 ? pass_offer_wave(p, a, &wave) : RECEIVED_STOP;
	return 0;
}

/* True if reasons are given up: each attempt killed the worker. */
static bool pass_gave_up_reasons(const struct pass *p)
{
	return p->n_reason_deaths_in_row > DEATHS_MAX;
}

/* Asks the i-th ticket of the wave. */
static int pass_ask(struct pass *p, size_t i, struct err *err)
{
	struct pass_item *item = &p->items[p->wave[i]];
	struct msg_ask message = { .ticket = (int64_t)i,
				   .known_label = item->answered ? item->label : -1 };
	struct stopwatch watch;
	struct arena a = { 0 };
	struct pass_message w;
	enum received h;
	int r = 0;

	stopwatch_begin(&watch, p->report.energy_uj >= 0);
	proc_send(&p->proc, MSG_ASK, &message);
	h = pass_receive_type(p, &a, p->settings.ticket_timeout_us, MSG_ANSWER, &w);
	p->report.answer_us += stopwatch_end(&watch, &p->report.energy_uj);
	disturbance_add_khz(&p->report.disturbance, disturbance_khz(DISTURBANCE_CPUS));
	if (h == RECEIVED)
		pass_note_peak(p, w.as.answer.peak_rss_bytes);
	if (h == RECEIVED && w.as.answer.ticket != i) {
		pass_worker_gone(p, OUTCOME_CRASHED, "it answered another ticket than was asked");
		h = RECEIVED_FAILURE;
	}
	if (h == RECEIVED) {
		p->n_deaths_in_row = 0;
		p->report.prompt_tok += w.as.answer.prompt_tok - p->shared_tok;
		p->n_waiting += w.as.answer.outcome == OUTCOME_OK && p->settings.reasons &&
				p->settings.pass.mode == PASS_FORCED && !pass_gave_up_reasons(p) &&
				w.as.answer.label >= 0;
		if (!item->answered)
			r = pass_give_answer(p, item, &w.as.answer, err);
		if (r == 0 && pass_gave_up_reasons(p) && !item->reasoned)
			r = pass_give_failed_reason(p, item, err);
	} else if (h == RECEIVED_FAILURE) {
		r = pass_fail_item(p, item, err);
	}
	arena_release(&a);
	return r;
}

/* Accepts one reason for each ticket that has an answer. */
static int pass_take_reason(struct pass *p, struct reason *reason, bool *ret_done, struct err *err)
{
	struct pass_item *item = &p->items[p->wave[reason->ticket]];

	if (item->answered && !item->reasoned && p->n_waiting > 0) {
		p->n_waiting--;
		return pass_give_reason(p, item, reason, err);
	}
	pass_worker_gone(p, OUTCOME_CRASHED, "it sent a reason that was not asked for");
	*ret_done = true;
	return pass_fail_reasons(p, err);
}

/* Phase 2 of the current wave. */
static int pass_write_reasons(struct pass *p, struct err *err)
{
	int64_t timeout_us = p->settings.ticket_timeout_us * 4;
	bool done = p->n_waiting == 0, asked = !done;
	struct stopwatch watch;
	struct arena a = { 0 };
	struct pass_message w = { 0 };
	int r = 0;

	stopwatch_begin(&watch, p->report.energy_uj >= 0);
	if (!done)
		proc_send(&p->proc, MSG_REASONS, NULL);
	while (r == 0 && !done) {
		enum received h = pass_receive(p, &a, timeout_us, true, &w);

		done = h != RECEIVED || w.type != MSG_REASON;
		if (h == RECEIVED && w.type == MSG_REASON)
			r = pass_take_reason(p, &w.as.reason, &done, err);
		else if (h == RECEIVED_FAILURE)
			r = pass_fail_reasons(p, err);
		else if (h == RECEIVED && (w.type != MSG_REASONS_DONE || p->n_waiting > 0)) {
			pass_worker_gone(p, OUTCOME_CRASHED, "it left reasons out");
			r = pass_fail_reasons(p, err);
		}
		arena_release(&a);
	}
	if (w.type == MSG_REASONS_DONE)
		pass_note_peak(p, w.as.reasons_done.peak_rss_bytes);
	p->report.reason_us += stopwatch_end(&watch, &p->report.energy_uj);
	if (asked)
		p->n_reason_deaths_in_row = p->alive ? 0 : p->n_reason_deaths_in_row + 1;
	p->n_waiting = 0;
	return r;
}

static bool pass_anything_left(const struct pass *p)
{
	for (size_t i = 0; i < p->n_items; i++)
		if (!p->items[i].reasoned)
			return true;
	return false;
}

/* True if no further ticket may begin; notes why. */
static bool pass_should_stop(struct pass *p)
{
	const char *why = p->sink.stop(p->sink.ctx);

	if (!why && p->stopped)
		why = "stopped";
	if (why)
		p->report.ended = why;
	p->stopped |= why != NULL;
	return p->stopped;
}

/* Takes one answer of a wave that was asked together; its time is a share of the whole. */
static int pass_take_label(struct pass *p, size_t i, struct answer *answer, struct err *err)
{
	if (answer->ticket != i) {
		pass_worker_gone(p, OUTCOME_CRASHED, "it answered another ticket than was next");
		return 0;
	}
	pass_note_peak(p, answer->peak_rss_bytes);
	p->n_deaths_in_row = 0;
	p->report.prompt_tok += answer->prompt_tok - p->shared_tok;
	return pass_give_answer(p, &p->items[p->wave[i]], answer, err);
}

/*
 * Asks the whole wave together and returns the number of answers. If it fails, the caller asks the
 * rest one by one, which shows the ticket that fails.
 */
static int pass_ask_together(struct pass *p, size_t *ret_n, struct err *err)
{
	/* The first written answer may come when all that began with it are nearly done. */
	int64_t timeout_us = p->settings.ticket_timeout_us *
			     (p->settings.pass.mode == PASS_FORM ? (int64_t)p->n_wave : 1);
	struct stopwatch watch;
	struct arena a = { 0 };
	struct pass_message w;
	int r = 0;

	*ret_n = 0;
	stopwatch_begin(&watch, p->report.energy_uj >= 0);
	proc_send(&p->proc, MSG_LABELS, NULL);
	while (r == 0 && p->alive && *ret_n < p->n_wave) {
		if (pass_receive_type(p, &a, timeout_us, MSG_ANSWER, &w) != RECEIVED)
			break;
		r = pass_take_label(p, *ret_n, &w.as.answer, err);
		*ret_n += p->alive;
		arena_release(&a);
	}
	p->report.answer_us += stopwatch_end(&watch, &p->report.energy_uj);
	arena_release(&a);
	return r;
}

/* Asks the tickets of one wave. */
static int pass_ask_wave(struct pass *p, struct err *err)
{
	size_t first = 0;

	p->n_waiting = 0;
	if (p->settings.together && p->n_deaths_in_row == 0 &&
	    pass_ask_together(p, &first, err) < 0)
		return -1;
	for (size_t i = first; i < p->n_wave && p->alive; i++) {
		if (pass_should_stop(p))
			return 0;
		if (pass_ask(p, i, err) < 0)
			return -1;
		if (p->settings.one_at_a_time && p->alive && p->settings.reasons &&
		    pass_write_reasons(p, err) < 0)
			return -1;
	}
	return 0;
}

/* True if all that is left are the reasons of this wave. */
static bool pass_last_wave(const struct pass *p)
{
	size_t left = 0;

	for (size_t i = 0; i < p->n_items; i++)
		left += !p->items[i].reasoned;
	return left == p->n_waiting;
}

static int pass_answer_waves(struct pass *p, struct err *err)
{
	while (pass_anything_left(p) && !pass_should_stop(p)) {
		struct arena a = { 0 };
		enum received h;
		int r;

		if (!p->alive && p->n_deaths_in_row > DEATHS_MAX)
			return pass_give_up(p, err);
		if (!p->alive && pass_revive(p, err) < 0)
			return -1;
		if (!p->alive)
			return p->stopped ? 0 : pass_give_up(p, err);
		r = pass_begin_wave(p, &a, &h, err);
		arena_release(&a);
		if (r < 0)
			return -1;
		if (h == RECEIVED_FAILURE && p->alive)
			return pass_give_up(p, err);
		if (h != RECEIVED)
			continue;
		if (pass_ask_wave(p, err) < 0)
			return -1;
		if (p->alive && pass_last_wave(p))
			return 0;
		if (p->alive && !p->stopped && pass_write_reasons(p, err) < 0)
			return -1;
	}
	return 0;
}

int pass_answers(struct pass *p, struct err *err)
{
	struct disturbance_reading before;
	int r;

	pass_measure_begin(p, &before);
	r = pass_answer_waves(p, err);
	pass_measure_end(p, &before);
	return r;
}

int pass_reasons(struct pass *p, struct err *err)
{
	struct disturbance_reading before;
	int r;

	if (!p->alive || p->n_waiting == 0 || pass_should_stop(p))
		return 0;
	pass_measure_begin(p, &before);
	r = pass_write_reasons(p, err);
	pass_measure_end(p, &before);
	pass_should_stop(p);
	return r;
}

void pass_end(struct pass *p)
{
	if (p->proc.pid) {
		if (p->stopped)
			proc_kill(&p->proc);
		else
			proc_close(&p->proc);
		p->report.cpu_us += p->proc.cpu_us;
	}
	p->alive = false;
}

void pass_release(struct pass *p)
{
	pass_end(p);
	if (p->prefix_fd > 0)
		close(p->prefix_fd);
	p->prefix_fd = -1;
	arena_release(&p->arena);
}
