/*
 * What happens while candidates are asked, as events: one struct, and two that read it, the live
 * lines of a terminal (live.h) and the JSON Lines of --json-events (event_lines.h). Decides what an
 * event is, and keeps where each candidate stands; must not know how either is shown. No event
 * holds the text of a ticket, a reason, or what a server or a worker wrote.
 */
#ifndef FLOW_EVENTS_RUN_EVENTS_H
#define FLOW_EVENTS_RUN_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/names.h"
#include "job/plan/plan.h"
#include "report/result/result.h"
#include "work/reply.h"

struct session;
struct track;
struct event_lines;

/* constant, name in JSON */
#define RUN_EVENTS(X) \
	X(RUN_EVENT_STARTED, "run_started") \
	X(RUN_EVENT_CANDIDATE, "candidate") \
	X(RUN_EVENT_ANSWER, "answer") \
	X(RUN_EVENT_REASON, "reason") \
	X(RUN_EVENT_DECISION, "decision") \
	X(RUN_EVENT_FINISHED, "run_finished") \
	X(RUN_EVENT_TICK, "") /* only time has passed: for what is drawn */

enum run_event_kind { RUN_EVENTS(NAMES_CONSTANT) };

/* constant, name in JSON, words for people, whether nothing more is asked */
#define CANDIDATE_STATES(X) \
	X(CANDIDATE_WAITING, "waiting", "waiting", false) \
	X(CANDIDATE_LEARNING, "learning", "learning", false) \
	X(CANDIDATE_LOADING, "loading", "loading", false) \
	X(CANDIDATE_ANSWERING, "answering", "answering", false) \
	X(CANDIDATE_ANSWERED, "answered", "answered", false) \
	X(CANDIDATE_WRITING, "writing_reasons", "reasons", false) \
	X(CANDIDATE_DONE, "done", "done", true) \
	X(CANDIDATE_STOPPED, "stopped", "stopped", true) \
	X(CANDIDATE_RACED, "raced", "out of the race", true) \
	X(CANDIDATE_NOT_MEASURED, "not_measured", "not measured", true) \
	X(CANDIDATE_REFUSED, "refused", "will not run", true)

enum candidate_state { CANDIDATE_STATES(NAMES_CONSTANT) CANDIDATE_STATE_COUNT };

const char *candidate_state_name(enum candidate_state state);
const char *candidate_state_words(enum candidate_state state);
bool candidate_state_is_end(enum candidate_state state);

/* One phase of a candidate in this session: its answers or its reasons. */
struct phase_progress {
	size_t n_left; /* replies that were missing when it began */
	size_t n_done; /* of these */
	int64_t start_us, first_us, last_us; /* clock_mono_us: of its start, first and last reply */
	int64_t estimate_us; /* the plan's, for what was left; -1: unknown */
	double work; /* tokens × parameters of one reply; 0: unknown */
};

enum { PHASE_ANSWERS, PHASE_REASONS, N_PHASES };

/* Where a candidate stands. */
struct candidate_progress {
	const struct candidate *candidate;
	const char *name; /* short */
	enum candidate_state state;
	size_t n_tickets, n_answered, n_reasoned, n_right; /* stored ones included */
	struct phase_progress phases[N_PHASES];
	int64_t *ttft_us; /* times to the first token, of this session */
	size_t n_ttft;
	int64_t peak_rss_bytes; /* of its worker in this session, so far; 0: unknown */
};

struct run_event {
	enum run_event_kind kind;
	const struct candidate_progress
		*row; /* the candidate, of RUN_EVENT_CANDIDATE, _ANSWER and _REASON */
	const char *ticket; /* its id */
	enum outcome outcome; /* of the answer or the reason */
	int right; /* 1, 0, or -1: the ticket has no expected label */
	int64_t ttft_us, label_us, reason_us; /* -1: unknown */
	const struct result *result; /* of RUN_EVENT_DECISION */
	bool final; /* of RUN_EVENT_DECISION: every reason is written too */
	int exit_code; /* of RUN_EVENT_FINISHED */
};

struct run_events {
	const struct session *session;
	struct candidate_progress *rows; /* one a candidate, in the plan's order */
	size_t n;
	bool live; /* the status lines show the rows */
	struct event_lines *lines; /* NULL: no --json-events */
};

/* Before the first candidate: the plan. Reads the session's plan, slice and run. */
void run_events_begin(struct session *s);

/* The candidate of the track is now in this state. Emits nothing if it was in it already. */
void run_events_state(const struct track *t, enum candidate_state state);

/* As above while nothing is known of its track: row `at` of the plan. */
void run_events_row_state(struct session *s, size_t at, enum candidate_state state);

/* A reply that was stored. */
void run_events_answer(const struct track *t, const struct answer *answer);
void run_events_reason(const struct track *t, const struct reason *reason);

/* Lets what is drawn follow the time. Call as often as you like. */
void run_events_tick(struct session *s);

/* A decision, and the end of the command, for --json-events. */
void run_events_decision(const struct session *s, const struct result *r, bool final);
void run_events_finish(const struct session *s, int exit_code);

/* After the last candidate: takes the live lines away. */
void run_events_end(struct session *s);

/*
 * Time until the candidate, or the whole run, is done: -1 if nothing tells it yet. From the pace of
 * the present phase, else from the plan's estimate corrected by how long finished phases took, else
 * from the work of a reply at the speed of the phases so far.
 */
int64_t run_events_left_us(const struct run_events *e, const struct candidate_progress *row);
int64_t run_events_all_left_us(const struct run_events *e);

#endif
