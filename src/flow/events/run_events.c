/*
 * Keeps the rows up to date and gives each event to its readers.
 */
#include "flow/events/run_events.h"

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "flow/ask/track.h"
#include "flow/events/event_lines.h"
#include "flow/events/live.h"
#include "flow/say/status.h"
#include "report/text/plan_text.h"

#define STATE_NAME(id, name, words, end) [id] = name,
#define STATE_WORDS(id, name, words, end) [id] = (words),
#define STATE_IS_END(id, name, words, end) [id] = (end),

static const char *const state_names[] = { CANDIDATE_STATES(STATE_NAME) };
static const char *const state_words[] = { CANDIDATE_STATES(STATE_WORDS) };
static const bool state_is_end[] = { CANDIDATE_STATES(STATE_IS_END) };

const char *candidate_state_name(enum candidate_state state)
{
	return state_names[state];
}

const char *candidate_state_words(enum candidate_state state)
{
	return state_words[state];
}

bool candidate_state_is_end(enum candidate_state state)
{
	return state_is_end[state];
}

static void events_emit(const struct run_events *e, const struct run_event *event)
{
	if (e->live)
		live_take(e, event);
	if (e->lines)
		event_lines_take(e->lines, e, event);
}

/* The parameters that a token goes through, or else the bytes: what its time is proportional to. */
static double events_token_work(const struct candidate *c)
{
	const struct model_facts *f = &c->model->facts;

	if (f->n_params_active > 0)
		return (double)f->n_params_active;
	return f->n_params > 0 ? (double)f->n_params : (double)c->need.weights_bytes;
}

static void events_plan_row(struct candidate_progress *row, const struct candidate *c,
			    const char *name, size_t n_tickets)
{
	double work = events_token_work(c), n = n_tickets ? (double)n_tickets : 1;
	bool known = c->estimate_us >= 0;

	*row = (struct candidate_progress){
		.candidate = c,
		.name = name,
		.state = c->refused ? CANDIDATE_REFUSED : CANDIDATE_WAITING,
		.n_tickets = n_tickets,
		.phases = { { .n_left = n_tickets,
			      .estimate_us = known ? c->estimate_us - c->reason_us : -1,
			      .work = (double)(c->prefix_tok + c->ticket_tok) / n * work },
			    { .n_left = c->reason_tok > 0 ? n_tickets : 0,
			      .estimate_us = known ? c->reason_us : -1,
			      .work = (double)c->reason_tok / n * work } },
	};
}

void run_events_begin(struct session *s)
{
	struct arena *a = &s->cmd->arena;
	struct run_events *e = &s->events;
	const struct plan *plan = &s->prepared.plan;
	const char **names = plan_short_names(a, plan);

	e->session = s;
	e->n = plan->n;
	e->rows = arena_array(a, plan->n, sizeof(*e->rows));
	e->live = status_is_on() && !event_lines_fill_stdout(e->lines);
	for (size_t i = 0; i < plan->n; i++) {
		events_plan_row(&e->rows[i], &plan->candidates[i], names[i], s->prepared.slice.n);
		e->rows[i].ttft_us = arena_array(a, s->prepared.slice.n, sizeof(int64_t));
	}
	events_emit(e, &(struct run_event){ .kind = RUN_EVENT_STARTED });
}

static struct candidate_progress *events_row_of(const struct track *t)
{
	return &t->session->events.rows[t->no - 1];
}

/* What the pass has stored so far, and the most memory that its worker used. */
static void events_follow(struct candidate_progress *row, const struct track *t)
{
	int64_t peak_bytes = t->pass.report.peak_rss_bytes;

	row->n_answered = t->n_answered;
	row->n_reasoned = t->n_reasoned;
	row->n_right = t->n_right;
	if (peak_bytes > row->peak_rss_bytes)
		row->peak_rss_bytes = peak_bytes;
}

static void events_begin_phase(struct candidate_progress *row, int phase, size_t n_left)
{
	row->phases[phase].n_left = n_left;
	row->phases[phase].n_done = 0;
	row->phases[phase].start_us = clock_mono_us();
}

static void events_set_state(struct session *s, struct candidate_progress *row,
			     enum candidate_state state)
{
	if (row->state == state)
		return;
	row->state = state;
	events_emit(&s->events, &(struct run_event){ .kind = RUN_EVENT_CANDIDATE, .row = row });
}

void run_events_row_state(struct session *s, size_t at, enum candidate_state state)
{
	events_set_state(s, &s->events.rows[at], state);
}

void run_events_state(const struct track *t, enum candidate_state state)
{
	struct candidate_progress *row = events_row_of(t);

	events_follow(row, t);
	row->n_tickets = t->n_items;
	if (state == CANDIDATE_LOADING)
		events_begin_phase(row, PHASE_ANSWERS, t->n_items - t->n_answered);
	if (state == CANDIDATE_ANSWERED || state == CANDIDATE_WRITING)
		events_begin_phase(row, PHASE_REASONS, t->n_items - t->n_reasoned);
	events_set_state(t->session, row, state);
}

static void events_count(struct candidate_progress *row, int phase)
{
	struct phase_progress *p = &row->phases[phase];

	p->last_us = clock_mono_us();
	if (p->n_done++ == 0)
		p->first_us = p->last_us;
}

void run_events_answer(const struct track *t, const struct answer *answer)
{
	const struct ticket *ticket = &t->session->prepared.slice.tickets[answer->ticket];
	struct candidate_progress *row = events_row_of(t);

	events_count(row, PHASE_ANSWERS);
	events_follow(row, t);
	if (answer->ttft_us >= 0 && row->n_ttft < row->n_tickets)
		row->ttft_us[row->n_ttft++] = answer->ttft_us;
	events_emit(&t->session->events,
		    &(struct run_event){
			    .kind = RUN_EVENT_ANSWER,
			    .row = row,
			    .ticket = ticket->id,
			    .outcome = answer->outcome,
			    .right = ticket->label < 0 ? -1 : answer_is_right(answer, ticket),
			    .ttft_us = answer->ttft_us,
			    .label_us = answer->label_us });
}

void run_events_reason(const struct track *t, const struct reason *reason)
{
	struct candidate_progress *row = events_row_of(t);

	events_count(row, PHASE_REASONS);
	events_follow(row, t);
	events_emit(&t->session->events,
		    &(struct run_event){
			    .kind = RUN_EVENT_REASON,
			    .row = row,
			    .ticket = t->session->prepared.slice.tickets[reason->ticket].id,
			    .outcome = reason->outcome,
			    .reason_us = reason->reason_us });
}

void run_events_tick(struct session *s)
{
	events_emit(&s->events, &(struct run_event){ .kind = RUN_EVENT_TICK });
}

void run_events_decision(const struct session *s, const struct result *r, bool final)
{
	events_emit(&s->events,
		    &(struct run_event){ .kind = RUN_EVENT_DECISION, .result = r, .final = final });
}

void run_events_finish(const struct session *s, int exit_code)
{
	events_emit(&s->events,
		    &(struct run_event){ .kind = RUN_EVENT_FINISHED, .exit_code = exit_code });
}

void run_events_end(struct session *s)
{
	s->events.live = false;
	status_clear();
}
