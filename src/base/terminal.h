/*
 * What a stream's reader can see: how wide its lines may be, whether it shows colours and blocks.
 * Decides the defaults; must not know what is written.
 */
#ifndef BASE_TERMINAL_H
#define BASE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	TERMINAL_COLUMNS = 80, /* if nothing says how wide it is: files, pipes */
	TERMINAL_TEXT_COLUMNS = 100, /* paragraphs are not wider, however wide the terminal is */
};

/* What a text means. Every style also has a word or a sign beside it: colour alone says nothing. */
enum terminal_style { STYLE_STRONG, STYLE_GOOD, STYLE_BAD, STYLE_WARNING, STYLE_FAINT };

/*
 * The columns of a line of a stream (NULL: standard output): of the terminal, else COLUMNS of the
 * environment, else 80.
 */
size_t terminal_columns(FILE *out);

/* The columns of a paragraph's line. */
size_t terminal_text_columns(FILE *out);

/*
 * NO_COLOR and CLICOLOR_FORCE (https://no-color.org, https://bixense.com/clicolors), CLICOLOR=0 and
 * TERM=dumb decide; else whether it is a terminal.
 */
bool terminal_has_colour(FILE *out);

/* Whether the locale's characters are UTF-8, so that block characters are shown. */
bool terminal_has_blocks(void);

/* The escape sequence that begins a style on this stream; "" if it has no colours. */
const char *terminal_begin(FILE *out, enum terminal_style style);
/* The one that ends any style. */
const char *terminal_end(FILE *out);

#endif
