/*
 * The cursor stands in the line below the last one, and each drawing is one write. If the window
 * became narrower, the terminal has wrapped the lines of before: their rows are counted again.
 */
#include "flow/say/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/display.h"
#include "base/str.h"
#include "flow/say/say.h"

enum { EVERY_US = 200000, LINES_MAX = 64 };

static size_t widths[LINES_MAX], n_drawn; /* of the lines on the terminal, in columns */
static int64_t drawn_us;

bool status_is_on(void)
{
	const char *kind = getenv("TERM");

	return isatty(STDERR_FILENO) && kind && *kind && strcmp(kind, "dumb") != 0 &&
	       !say_is_quiet();
}

/* The kernel is asked each time: a window may have changed its size. */
static struct winsize status_window(void)
{
	struct winsize size = { 0 };

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		size.ws_col = 80;
	if (size.ws_row == 0)
		size.ws_row = 24;
	return size;
}

struct status_room status_room(void)
{
	struct winsize size = status_window();
	/* Some terminals wrap as soon as the last column is written; the cursor needs a row. */
	struct status_room room = { size.ws_col > 1 ? size.ws_col - 1u : 1,
				    size.ws_row > 2 ? size.ws_row - 1u : 1 };

	if (room.rows > LINES_MAX)
		room.rows = LINES_MAX;
	return room;
}

size_t status_columns(void)
{
	return isatty(STDERR_FILENO) ? status_window().ws_col : 0;
}

bool status_is_due(void)
{
	return n_drawn == 0 || clock_mono_us() - drawn_us >= EVERY_US;
}

/* Moves the cursor to the first of the drawn lines. */
static void status_add_home(struct buf *b)
{
	size_t columns = status_window().ws_col, rows = 0;

	for (size_t i = 0; i < n_drawn; i++)
		rows += widths[i] > columns ? (widths[i] + columns - 1) / columns : 1;
	buf_adds(b, "\r");
	if (rows > 0)
		buf_addf(b, "\033[%zuA", rows);
	n_drawn = 0;
}

void status_draw(const char *const *lines, size_t n)
{
	struct status_room room = status_room();
	struct arena a = { 0 };
	struct buf b;

	if (!status_is_on())
		return;
	buf_init(&b, 1 << 16);
	status_add_home(&b);
	for (; n_drawn < n && n_drawn < room.rows; n_drawn++) {
		const char *line = display_fit(&a, lines[n_drawn], room.columns);

		widths[n_drawn] = str_columns(line);
		buf_addf(&b, "%s\033[K\n", line);
	}
	buf_adds(&b, "\033[J");
	fputs(buf_text(&b), stderr);
	fflush(stderr);
	buf_release(&b);
	arena_release(&a);
	drawn_us = clock_mono_us();
}

void status_line(const char *fmt, ...)
{
	struct arena a = { 0 };
	const char *line;
	char *text = NULL;
	va_list ap;

	if (!status_is_on() || !status_is_due())
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		arena_out_of_memory(1);
	va_end(ap);
	line = display_cut(&a, text, 1000);
	status_draw(&line, 1);
	free(text);
	arena_release(&a);
}

void status_clear(void)
{
	struct buf b;

	if (n_drawn == 0)
		return;
	buf_init(&b, 64);
	status_add_home(&b);
	buf_adds(&b, "\033[J");
	fputs(buf_text(&b), stderr);
	fflush(stderr);
	buf_release(&b);
}
