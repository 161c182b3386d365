/*
 * Writes HTML to a stream. Decides how text becomes harmless: text that does not stand in this
 * program's source goes out through html_text() or a function that calls it. Knows nothing of what
 * a page is about.
 */
#ifndef REPORT_PAGE_HTML_H
#define REPORT_PAGE_HTML_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

/* Markup from this program's source: the only text that is not escaped. */
void html_markup(FILE *out, const char *literal);

/* Markup with numbers in it (shapes, positions). Never give it a %s. */
void html_shape(FILE *out, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * Control characters, malformed bytes and bidi overrides become visible (str_printable), and
 * & < > " ' become entities: safe in an element and in a quoted attribute.
 */
void html_escape(FILE *out, const char *text, size_t n_bytes);

void html_text(FILE *out, const char *text);
void html_textf(FILE *out, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * Foreign text in a sentence: isolated in <bdi>, so that its writing direction stays its own, and
 * cut after max_chars characters with "…".
 */
void html_quote(FILE *out, const char *text, size_t n_bytes, size_t max_chars);

/* A sentence from report/words/words.h: its directional isolates become <bdi>. */
void html_sentence(FILE *out, const char *text);

/* Text whose line breaks are kept: for <pre>. */
void html_lines(FILE *out, const char *text);

/* One element with text in it. `tag` may hold attributes: "td class=\"n\"". */
void html_element(FILE *out, const char *tag, const char *text);
void html_elementf(FILE *out, const char *tag, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Opens an element whose title, shown when pointed at, is foreign text. */
void html_open_titled(FILE *out, const char *tag, const char *title);

/* One element with a sentence in it, and a line break. */
void html_paragraph(FILE *out, const char *tag, const char *sentence);

/*
 * The same for advice: commands in it ('toehold …', or behind a colon or a bracket) become <code>.
 */
void html_advice(FILE *out, const char *tag, const char *sentence);

/*
 * Everything up to and including <body>. The policy allows only the style block, by its hash: no
 * script, no request. `style` is a literal.
 */
void html_begin(FILE *out, const char *title, const char *style);
void html_end(FILE *out);

#endif
