/*
 * Columns: name, state, right so far, time to the first token, time left. A narrow terminal has
 * fewer; a low one has no heading, and counts the candidates that are done or waiting.
 */
#include "flow/events/live.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "flow/session.h"

enum { N_CELLS = 5, NAME_LEAST = 14, GAP = 2 };
enum { CELL_NAME, CELL_STATE, CELL_RIGHT, CELL_FIRST, CELL_LEFT };

struct cells {
	const char *texts[N_CELLS];
};

/* Dropped in this order until names have room. */
static const int dropped_first[] = { CELL_FIRST, CELL_LEFT, CELL_RIGHT };

static int live_compare_times(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The median. */
static const char *live_ttft(struct arena *a, const struct candidate_progress *row)
{
	int64_t *sorted = arena_array(a, row->n_ttft, sizeof(*sorted));

	if (row->n_ttft == 0)
		return "";
	memcpy(sorted, row->ttft_us, row->n_ttft * sizeof(*sorted));
	qsort(sorted, row->n_ttft, sizeof(*sorted), live_compare_times);
	return str_duration(a, sorted[(row->n_ttft - 1) / 2]);
}

static const char *live_state(struct arena *a, const struct candidate_progress *row)
{
	const char *words = candidate_state_words(row->state);

	if (row->state == CANDIDATE_ANSWERING || row->state == CANDIDATE_STOPPED)
		return arena_printf(a, "%s %zu/%zu", words, row->n_answered, row->n_tickets);
	if (row->state == CANDIDATE_WRITING)
		return arena_printf(a, "%s %zu/%zu", words, row->n_reasoned, row->n_tickets);
	return words;
}

static struct cells live_cells(struct arena *a, const struct run_events *e,
			       const struct candidate_progress *row)
{
	bool end = candidate_state_is_end(row->state);
	int64_t left_us = end ? -1 : run_events_left_us(e, row);
	struct cells c = { { row->name, live_state(a, row), "", live_ttft(a, row), "" } };

	/* A pool has no labels. */
	if (row->n_answered > 0 && e->session->prepared.slice.role != SLICE_POOL)
		c.texts[CELL_RIGHT] = arena_printf(a, "%zu/%zu", row->n_right, row->n_answered);
	if (left_us > 0)
		c.texts[CELL_LEFT] = str_about(a, left_us);
	return c;
}

/* Widths of the columns within `room`; 0: the column is dropped. */
static void live_widths(const struct cells *rows, size_t n, size_t room, size_t widths[N_CELLS])
{
	/* Columns do not move while the texts change. */
	static const char *const usual[N_CELLS] = { "", "answering 10/10", "", "", "1 min 20 s" };
	size_t sum = 0, name;

	for (int k = 0; k < N_CELLS; k++) {
		widths[k] = str_columns(usual[k]);
		for (size_t i = 0; i < n; i++) {
			size_t width = str_columns(rows[i].texts[k]);

			widths[k] = width > widths[k] ? width : widths[k];
		}
		sum += widths[k] + (k > 0 ? GAP : 0);
	}
	name = widths[CELL_NAME];
	for (size_t i = 0; i < COUNT_OF(dropped_first) && sum > room; i++) {
		/* What is over is cut off the names, but not more than they can bear. */
		if (sum - room + NAME_LEAST <= name)
			break;
		sum -= widths[dropped_first[i]] + GAP;
		widths[dropped_first[i]] = 0;
	}
	if (sum > room)
		widths[CELL_NAME] = name > sum - room ? name - (sum - room) : 1;
}

static const char *live_line(struct arena *a, const struct cells *c, const size_t widths[N_CELLS])
{
	struct buf b;

	buf_init(&b, 1 << 14);
	for (int k = 0; k < N_CELLS; k++) {
		const char *text = display_fit(a, c->texts[k], widths[k]);
		size_t pad = widths[k] - str_columns(text);
		bool right = k > CELL_STATE;

		if (widths[k] == 0)
			continue;
		buf_addf(&b, "%*s%*s%s%*s", k > 0 ? GAP : 0, "", right ? (int)pad : 0, "", text,
			 right ? 0 : (int)pad, "");
	}
	return buf_to_arena(&b, a);
}

static const char *live_last_line(struct arena *a, const struct run_events *e, size_t columns)
{
	const char *keys = e->session->replay_of ? ". Ctrl-C stops" :
						   ". Ctrl-C stops; the same command resumes";
	int64_t left_us = run_events_all_left_us(e);
	size_t n_done = 0;
	const char *line;

	for (size_t i = 0; i < e->n; i++)
		n_done += candidate_state_is_end(e->rows[i].state);
	line = arena_printf(a, "%zu of %zu done", n_done, e->n);
	if (left_us > 0)
		line = arena_printf(a, "%s, %sabout %s left", line,
				    e->session->first ? "at most " : "", str_about(a, left_us));
	return strlen(line) + strlen(keys) <= columns ? arena_printf(a, "%s%s", line, keys) : line;
}

static bool live_is_waiting(const struct candidate_progress *row)
{
	return row->state == CANDIDATE_WAITING || row->state == CANDIDATE_ANSWERED;
}

/*
 * Which rows have a line of their own: all if there is room, else first without those that are
 * done, then without those that wait.
 */
static size_t live_choose(const struct run_events *e, size_t room, bool *shown)
{
	size_t n = e->n;

	for (size_t i = 0; i < e->n; i++)
		shown[i] = true;
	for (size_t i = 0; i < e->n && n > room; i++) {
		shown[i] = !candidate_state_is_end(e->rows[i].state);
		n -= !shown[i];
	}
	for (size_t i = e->n; i > 0 && n > room; i--) {
		if (!shown[i - 1] || !live_is_waiting(&e->rows[i - 1]))
			continue;
		shown[i - 1] = false;
		n--;
	}
	return n;
}

const char **live_lines(struct arena *a, const struct run_events *e, struct status_room room,
			size_t *ret_n)
{
	static const struct cells titles = { { "candidate", "state", "right", "1st token",
					       "left" } };
	const char **lines = arena_array(a, e->n + 2, sizeof(*lines));
	struct cells *cells = arena_array(a, e->n + 1, sizeof(*cells));
	bool *shown = arena_array(a, e->n, sizeof(*shown));
	size_t widths[N_CELLS], n = 0, n_cells = 0;
	size_t n_shown = live_choose(e, room.rows > 1 ? room.rows - 1 : 1, shown);

	if (n_shown + 2 <= room.rows)
		cells[n_cells++] = titles;
	for (size_t i = 0; i < e->n; i++)
		if (shown[i])
			cells[n_cells++] = live_cells(a, e, &e->rows[i]);
	live_widths(cells, n_cells, room.columns, widths);
	for (size_t i = 0; i < n_cells; i++)
		lines[n++] = live_line(a, &cells[i], widths);
	lines[n++] = live_last_line(a, e, room.columns);
	*ret_n = n;
	return lines;
}

void live_take(const struct run_events *e, const struct run_event *event)
{
	struct arena a = { 0 };
	const char **lines;
	size_t n;

	if (event->kind == RUN_EVENT_STARTED || event->kind == RUN_EVENT_DECISION ||
	    event->kind == RUN_EVENT_FINISHED ||
	    (event->kind != RUN_EVENT_CANDIDATE && !status_is_due()))
		return;
	lines = live_lines(&a, e, status_room(), &n);
	status_draw(lines, n);
	arena_release(&a);
}
