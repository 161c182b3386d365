/*
 * The mistakes that people make in YAML, by the parser's problem and the character at its mark.
 */
#include "job/file/yaml_advice.h"

#include <stdbool.h>
#include <string.h>

#include "base/array.h"

struct advice_row {
	const char *problem; /* a part of the parser's text */
	const char *at; /* characters of which one stands at the mark; NULL: any */
	bool inside; /* other text stands before the mark in its line */
	bool context; /* the mistake is where the parser began to read what has no end */
	const char *words;
};

static const struct advice_row rows[] = {
	{ "cannot start any token", "\t", false, false,
	  "a tab stands here, and YAML takes only spaces; replace it by spaces" },
	{ "tab character", NULL, false, false,
	  "a tab stands here, and YAML takes only spaces; replace it by spaces" },
	{ "cannot start any token", NULL, false, false,
	  "a text that begins with this character needs quotes; write for example key: \"@text\"" },
	{ "mapping values are not allowed", NULL, false, false,
	  "a second colon on this line; put the text behind the first one in quotes, for example "
	  "billing: \"invoices: all of them\"" },
	{ "did not find expected key", "-", false, false,
	  "a list item (- name) between lines 'name: text'; write all of them one way" },
	{ "did not find expected key", NULL, true, false,
	  "text behind a closing quote; put the whole text in double quotes" },
	{ "did not find expected key", NULL, false, false,
	  "this line begins in another column than those it belongs to; give all lines of one "
	  "level the same number of spaces" },
	{ "expected '-' indicator", NULL, false, false,
	  "a line 'name: text' in a list of '- name'; write all of them one way" },
	{ "expected ',' or ']'", NULL, false, true,
	  "the list that begins here has no end; add ], and quotes around a text with brackets" },
	{ "expected ',' or '}'", NULL, false, true,
	  "what begins here with { has no end; add }, and quotes around a text with braces" },
	{ "could not find expected ':'", NULL, false, true,
	  "no colon with a space behind it; write 'key: value'" },
	{ "unexpected end of stream", NULL, false, true,
	  "a quote opens here and never closes; close it, or put a text with ' in double quotes" },
};

/* The start of the line, in bytes; columns of a mark are characters. */
static const char *advice_line(const char *text, const yaml_mark_t *mark)
{
	for (size_t i = 0; i < mark->line && text; i++) {
		text = strchr(text, '\n');
		text += text != NULL;
	}
	return text;
}

static bool advice_is_inside(const char *line, const yaml_mark_t *mark)
{
	return line && strspn(line, " \t") < mark->column;
}

static char advice_char_at(const char *line, const yaml_mark_t *mark)
{
	size_t n = line ? strcspn(line, "\n") : 0;

	/* Before a mark of interest stands only ASCII, or text that no row looks at. */
	return line && mark->column < n ? line[mark->column] : '\n';
}

const char *yaml_advice(const char *text, const yaml_parser_t *parser, yaml_mark_t *ret_mark)
{
	const yaml_mark_t *mark = &parser->problem_mark;
	const char *line = advice_line(text, mark);
	char at = advice_char_at(line, mark);

	*ret_mark = *mark;
	for (size_t i = 0; parser->problem && i < COUNT_OF(rows); i++) {
		const struct advice_row *row = &rows[i];

		if (!strstr(parser->problem, row->problem) || (row->at && !strchr(row->at, at)) ||
		    (row->inside && !advice_is_inside(line, mark)))
			continue;
		if (row->context && parser->context)
			*ret_mark = parser->context_mark;
		return row->words;
	}
	return NULL;
}
