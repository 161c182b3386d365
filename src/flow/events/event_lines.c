/*
 * One function an event makes its fields.
 */
#include "flow/events/event_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/special_file.h"
#include "flow/say/say.h"
#include "flow/session.h"
#include "judge/recommend.h"

static const char *const kinds[] = { RUN_EVENTS(NAMES_TEXT) };

/* RULE: lines are added to a file of events, or to a new or an empty one; to no other. */
static int lines_open_file(struct cmd *cmd, const char *path, int *ret_fd)
{
	enum { PRIVATE = 0600 };
	static const char begin[] = "{\"event\"";
	char found[sizeof(begin) - 1];
	ssize_t n;

	if (special_is_output(path))
		return special_open_output(path, ret_fd, &cmd->err);
	*ret_fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, PRIVATE);
	if (*ret_fd < 0)
		return err_sys(&cmd->err, ERR_INPUT, errno, "cannot open '%s'",
			       display_path(&cmd->arena, path));
	n = pread(*ret_fd, found, sizeof(found), 0);
	if (n == 0 || (n == sizeof(found) && memcmp(found, begin, sizeof(found)) == 0))
		return 0;
	close(*ret_fd);
	return err_set(&cmd->err, ERR_INPUT,
		       "'%s' is not a file of events; it was not changed. Choose another name for "
		       "--json-events",
		       display_path(&cmd->arena, path));
}

int event_lines_open(struct cmd *cmd, const char *path, bool json, struct event_lines **ret_lines)
{
	struct event_lines *lines;
	int fd;

	*ret_lines = NULL;
	if (!path)
		return 0;
	if (json && special_is_stdout(path))
		return err_set(&cmd->err, ERR_USAGE,
			       "--json and --json-events both need standard output; give "
			       "--json-events a file, or leave out --json");
	lines = arena_alloc(&cmd->arena, sizeof(*lines));
	lines->path = display_path(&cmd->arena, path);
	if (lines_open_file(cmd, path, &fd) < 0)
		return -1;
	lines->out = fd == STDOUT_FILENO ? stdout : fdopen(fd, "a");
	if (!lines->out) {
		err_sys(&cmd->err, ERR_INPUT, errno, "cannot write to '%s'", lines->path);
		close(fd);
		return -1;
	}
	*ret_lines = lines;
	return 0;
}

bool event_lines_fill_stdout(const struct event_lines *lines)
{
	return lines && lines->out == stdout;
}

void event_lines_close(struct event_lines *lines)
{
	if (lines && lines->out != stdout)
		fclose(lines->out);
}

static json_t *lines_of_candidate(const struct candidate_progress *row)
{
	const struct candidate *c = row->candidate;
	json_t *o = json_pack("{s:o, s:o, s:s}", "name", json_any_text(c->name), "short_name",
			      json_any_text(row->name), "way", way_name(c->way));

	json_object_set_new(o, "baseline", json_boolean(c->model->engine == ENGINE_BASELINE));
	json_object_set_new(o, "size_bytes", json_integer(c->size_bytes));
	json_object_set_new(o, "estimate_us", json_known(c->estimate_us));
	json_object_set_new(o, "refused", json_any_text(c->refused));
	return o;
}

static void lines_add_started(json_t *o, const struct run_events *e)
{
	const struct session *s = e->session;
	json_t *list = json_array();

	for (size_t i = 0; i < e->n; i++)
		json_array_append_new(list, lines_of_candidate(&e->rows[i]));
	json_object_set_new(o, "version", json_integer(EVENT_LINES_VERSION));
	json_object_set_new(o, "run", json_any_text(s->run.name));
	json_object_set_new(o, "job", json_any_text(s->prepared.job.name));
	json_object_set_new(o, "task", json_string(task_names.texts[s->prepared.job.task]));
	json_object_set_new(o, "role", json_string(slice_role_name(s->prepared.slice.role)));
	json_object_set_new(o, "tickets", json_integer((json_int_t)s->prepared.slice.n));
	json_object_set_new(o, "bar", json_real(s->prepared.job.bar));
	json_object_set_new(o, "candidates", list);
	json_object_set_new(o, "run_left_us", json_known(run_events_all_left_us(e)));
}

static void lines_add_row(json_t *o, const struct candidate_progress *row)
{
	json_object_set_new(o, "candidate", json_any_text(row->candidate->name));
	json_object_set_new(o, "answered", json_integer((json_int_t)row->n_answered));
	json_object_set_new(o, "reasoned", json_integer((json_int_t)row->n_reasoned));
	json_object_set_new(o, "right", json_integer((json_int_t)row->n_right));
	json_object_set_new(o, "peak_rss_bytes",
			    json_known(row->peak_rss_bytes > 0 ? row->peak_rss_bytes : -1));
}

static void lines_add_reply(json_t *o, const struct run_event *event, enum task task)
{
	bool answer = event->kind == RUN_EVENT_ANSWER;

	json_object_set_new(o, "ticket", json_any_text(event->ticket));
	json_object_set_new(o, "outcome", json_string(outcome_name(event->outcome)));
	if (!answer) {
		json_object_set_new(o, "reason_us", json_known(event->reason_us));
		return;
	}
	json_object_set_new(o, "is_right",
			    event->right < 0 ? json_null() : json_boolean(event->right));
	json_object_set_new(o, "ttft_us", json_known(event->ttft_us));
	json_object_set_new(o, task_writes(task) ? "answer_us" : "label_us",
			    json_known(event->label_us));
}

static json_t *lines_of_contender(const struct result *r, int at)
{
	return at < 0 ? json_null() : json_any_text(r->contenders[at].name);
}

static void lines_add_decision(json_t *o, const struct run_event *event)
{
	const struct result *r = event->result;
	const struct decision *d = &r->decision;
	struct recommendation w;
	json_t *list = json_array();

	for (size_t i = 0; i < r->n; i++) {
		const struct contender *c = &r->contenders[i];

		enum verdict_kind kind = d->verdicts[i].kind;

		json_array_append_new(
			list, json_pack("{s:o, s:I, s:I, s:s?}", "candidate",
					json_any_text(c->name), "right", (json_int_t)c->score.right,
					"answered", (json_int_t)c->score.n, "verdict",
					kind == VERDICT_NONE ? NULL : verdict_name(kind)));
	}
	json_object_set_new(o, "final", json_boolean(event->final));
	json_object_set_new(o, "open", json_boolean(d->open));
	recommend(r->contenders, &r->standard, d, &w);
	json_object_set_new(o, "pick", lines_of_contender(r, d->pick));
	json_object_set_new(o, "use_today", lines_of_contender(r, w.today));
	json_object_set_new(o, "may_do", lines_of_contender(r, w.maybe));
	json_object_set_new(o, "candidates", list);
}

static json_t *lines_begin(const char *kind)
{
	return json_pack("{s:s, s:I}", "event", kind, "at_us", (json_int_t)clock_wall_us());
}

static void lines_write(struct event_lines *lines, json_t *o)
{
	if (lines->failed) {
		json_decref(o);
		return;
	}
	json_print_line(o, lines->out);
	if (fflush(lines->out) == 0)
		return;
	lines->failed = true;
	say("note: cannot write the events to '%s'; the command goes on without them\n",
	    lines->path);
}

void event_lines_progress(struct event_lines *lines, const struct event_progress *progress)
{
	enum { LEAST_US = 200000 };
	int64_t now_us = clock_mono_us();
	json_t *o;

	if (!lines || (progress->done < progress->total && now_us - lines->progress_us < LEAST_US))
		return;
	lines->progress_us = now_us;
	o = lines_begin("progress");
	json_object_set_new(o, "what", json_any_text(progress->what));
	json_object_set_new(o, "done", json_integer((json_int_t)progress->done));
	json_object_set_new(o, "total", json_integer((json_int_t)progress->total));
	json_object_set_new(o, "left_us", json_known(progress->left_us));
	lines_write(lines, o);
}

void event_lines_take(struct event_lines *lines, const struct run_events *e,
		      const struct run_event *event)
{
	json_t *o = lines_begin(kinds[event->kind]);

	if (event->row)
		lines_add_row(o, event->row);
	switch (event->kind) {
	case RUN_EVENT_STARTED:
		lines_add_started(o, e);
		break;
	case RUN_EVENT_CANDIDATE:
		json_object_set_new(o, "state",
				    json_string(candidate_state_name(event->row->state)));
		json_object_set_new(o, "left_us", json_known(run_events_left_us(e, event->row)));
		json_object_set_new(o, "run_left_us", json_known(run_events_all_left_us(e)));
		break;
	case RUN_EVENT_ANSWER:
	case RUN_EVENT_REASON:
		lines_add_reply(o, event, e->session->prepared.job.task);
		break;
	case RUN_EVENT_DECISION:
		lines_add_decision(o, event);
		break;
	case RUN_EVENT_FINISHED:
		json_object_set_new(o, "exit_code", json_integer(event->exit_code));
		break;
	case RUN_EVENT_TICK:
		json_decref(o);
		return;
	}
	lines_write(lines, o);
}
