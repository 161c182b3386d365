/*
 * An escaping writer. All foreign text leaves through html_escape().
 */
#include "report/page/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/lang/script.h"
#include "base/str.h"

/* Each byte becomes at most "\u{10ffff}", and a text is at most a ticket or a prompt. */
enum { ESCAPE_MAX_BYTES = 64 << 20 };

void html_markup(FILE *out, const char *literal)
{
	fputs(literal, out);
}

void html_shape(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(out, fmt, args);
	va_end(args);
}

static const char *html_entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_escape(FILE *out, const char *text, size_t n_bytes)
{
	struct buf b;

	buf_init(&b, ESCAPE_MAX_BYTES);
	str_printable(&b, text, n_bytes);
	for (size_t i = 0; i < b.len; i++) {
		const char *name = html_entity(b.data[i]);

		if (name)
			fputs(name, out);
		else
			fputc(b.data[i], out);
	}
	buf_release(&b);
}

void html_text(FILE *out, const char *text)
{
	html_escape(out, text, strlen(text));
}

static void html_text_v(FILE *out, const char *fmt, va_list args)
{
	char *text;

	if (vasprintf(&text, fmt, args) < 0)
		return;
	html_text(out, text);
	free(text);
}

void html_textf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	html_text_v(out, fmt, args);
	va_end(args);
}

void html_quote(FILE *out, const char *text, size_t n_bytes, size_t max_chars)
{
	/* Stray continuation bytes count as no character, so bytes are capped too. */
	size_t n = n_bytes < max_chars * 4 ? n_bytes : max_chars * 4;

	n = str_chars_len(text, n, max_chars);
	html_markup(out, "<bdi>");
	html_escape(out, text, n);
	html_markup(out, n < n_bytes ? "…</bdi>" : "</bdi>");
}

static void html_part(FILE *out, const char *text, size_t n_bytes)
{
	const char *end_of_part = text + n_bytes, *foreign;

	while ((foreign = strstr(text, SCRIPT_ISOLATE)) && foreign < end_of_part) {
		const char *start = foreign + strlen(SCRIPT_ISOLATE);
		const char *end = strstr(start, SCRIPT_ISOLATE_END);

		if (!end || end >= end_of_part)
			break;
		html_escape(out, text, (size_t)(foreign - text));
		html_quote(out, start, (size_t)(end - start), SIZE_MAX / 4);
		text = end + strlen(SCRIPT_ISOLATE_END);
	}
	html_escape(out, text, (size_t)(end_of_part - text));
}

void html_sentence(FILE *out, const char *text)
{
	html_part(out, text, strlen(text));
}

void html_lines(FILE *out, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, "\n");

		html_escape(out, text, n);
		if (!text[n])
			return;
		html_markup(out, "\n");
		text += n + 1;
	}
}

static void html_open_tag(FILE *out, const char *tag)
{
	fprintf(out, "<%s>", tag);
}

static void html_close_tag(FILE *out, const char *tag)
{
	fprintf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void html_element(FILE *out, const char *tag, const char *text)
{
	html_open_tag(out, tag);
	html_text(out, text);
	html_close_tag(out, tag);
}

void html_elementf(FILE *out, const char *tag, const char *fmt, ...)
{
	va_list args;

	html_open_tag(out, tag);
	va_start(args, fmt);
	html_text_v(out, fmt, args);
	va_end(args);
	html_close_tag(out, tag);
}

void html_paragraph(FILE *out, const char *tag, const char *sentence)
{
	html_open_tag(out, tag);
	html_sentence(out, sentence);
	html_close_tag(out, tag);
	html_markup(out, "\n");
}

void html_open_titled(FILE *out, const char *tag, const char *title)
{
	fprintf(out, "<%s title=\"", tag);
	html_text(out, title);
	html_markup(out, "\">");
}

/* The length of a command, by what stands before it; 0: it is only mentioned. */
static size_t html_command_len(const char *command, char before)
{
	const char *end = before == '\'' ? "'" : before == '(' ? ")" : before == ' ' ? "" : NULL;

	return !end ? 0 : *end ? strcspn(command, end) : strlen(command);
}

/* Where the next command begins: in quotes, in brackets, or behind ": ". NULL: there is none. */
static const char *html_next_command(const char *text, size_t *ret_n)
{
	for (const char *at = text; (at = strstr(at, "toehold ")); at++) {
		const char *start = at;
		char before;

		/* The program may be named with its folder. */
		while (start > text && at[-1] == '/' && !strchr(" '(", start[-1]))
			start--;
		before = start > text ? start[-1] : '\0';
		if (before == ' ' && (start < text + 2 || start[-2] != ':'))
			continue;
		*ret_n = html_command_len(start, before);
		if (*ret_n > 0)
			return start;
	}
	return NULL;
}

void html_advice(FILE *out, const char *tag, const char *sentence)
{
	const char *command;
	size_t n;

	html_open_tag(out, tag);
	while ((command = html_next_command(sentence, &n))) {
		bool quoted = command[-1] == '\'';

		html_part(out, sentence, (size_t)(command - sentence) - quoted);
		html_markup(out, "<code>");
		html_escape(out, command, n);
		html_markup(out, "</code>");
		sentence = command + n + (quoted && command[n] == '\'');
	}
	html_sentence(out, sentence);
	html_close_tag(out, tag);
	html_markup(out, "\n");
}

void html_begin(FILE *out, const char *title, const char *style)
{
	char hash[HASH_BASE64_LEN + 1];

	hash_bytes_base64(style, strlen(style), hash);
	html_markup(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
			 "&#39;none&#39;; style-src &#39;sha256-");
	html_text(out, hash);
	html_markup(out,
		    "&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;\">\n"
		    "<meta name=\"referrer\" content=\"no-referrer\">\n"
		    "<meta name=\"robots\" content=\"noindex\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
	html_element(out, "title", title);
	html_markup(out, "\n<style>");
	html_markup(out, style);
	html_markup(out, "</style>\n</head>\n<body id=\"top\">\n");
}

void html_end(FILE *out)
{
	html_markup(out, "</body>\n</html>\n");
}
