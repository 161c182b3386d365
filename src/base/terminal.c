/*
 * Terminals: width, colours, characters.
 */
#include "base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/array.h"
#include "base/str.h"

/* Narrower or wider ones are not believed. */
enum { COLUMNS_LEAST = 20, COLUMNS_MOST = 1000 };

/* A stream in memory has none: -1. */
static int terminal_descriptor(FILE *out)
{
	return out ? fileno(out) : STDOUT_FILENO;
}

static bool terminal_is_one(FILE *out)
{
	return terminal_descriptor(out) >= 0 && isatty(terminal_descriptor(out));
}

size_t terminal_columns(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = { 0 };
	int64_t n;

	if (terminal_is_one(out) && ioctl(terminal_descriptor(out), TIOCGWINSZ, &size) == 0 &&
	    size.ws_col >= COLUMNS_LEAST)
		return size.ws_col;
	return columns && str_to_i64(columns, COLUMNS_LEAST, COLUMNS_MOST, &n) ? (size_t)n :
										 TERMINAL_COLUMNS;
}

size_t terminal_text_columns(FILE *out)
{
	size_t columns = terminal_columns(out);

	return columns < TERMINAL_TEXT_COLUMNS ? columns : TERMINAL_TEXT_COLUMNS;
}

static bool terminal_says(const char *name, const char *value)
{
	const char *set = getenv(name);

	return set && strcmp(set, value) == 0;
}

static bool terminal_is_set(const char *name)
{
	const char *set = getenv(name);

	return set && *set;
}

bool terminal_has_colour(FILE *out)
{
	if (terminal_is_set("NO_COLOR"))
		return false;
	if (terminal_is_set("CLICOLOR_FORCE") && !terminal_says("CLICOLOR_FORCE", "0"))
		return true;
	return terminal_is_one(out) && !terminal_says("CLICOLOR", "0") && terminal_is_set("TERM") &&
	       !terminal_says("TERM", "dumb");
}

/* The names of POSIX, the first that is set; a program without setlocale() has no other way. */
bool terminal_has_blocks(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (terminal_is_set(names[i]))
			return strcasestr(getenv(names[i]), "utf-8") ||
			       strcasestr(getenv(names[i]), "utf8");
	return false;
}

const char *terminal_begin(FILE *out, enum terminal_style style)
{
	/* SGR of ECMA-48: bold, green, red, yellow, faint. */
	static const char *const escapes[] = {
		[STYLE_STRONG] = "\033[1m",   [STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[31m",
		[STYLE_WARNING] = "\033[33m", [STYLE_FAINT] = "\033[2m",
	};

	return terminal_has_colour(out) ? escapes[style] : "";
}

const char *terminal_end(FILE *out)
{
	return terminal_has_colour(out) ? "\033[0m" : "";
}
