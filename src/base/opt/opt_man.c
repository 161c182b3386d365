/*
 * From option rows to roff. Decides which characters roff must not read as its own.
 */
#include "base/opt/opt_man.h"

#include <string.h>

void opt_man_text(struct buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if ((*p == '.' || *p == '\'') && (p == text || p[-1] == '\n'))
			buf_adds(out, "\\&");
		if (*p == '\\')
			buf_adds(out, "\\e");
		else if (*p == '-')
			buf_adds(out, "\\-");
		else
			buf_addc(out, *p);
	}
}

/* The lines of help are laid out for a terminal; the paragraphs are roff's to fill. */
static void opt_man_paragraphs(struct buf *out, const char *text)
{
	bool table = false; /* lines that begin with a blank stay as they are */

	while (*text) {
		size_t len = strcspn(text, "\n");
		struct buf line;

		buf_init(&line, len + 1);
		buf_add(&line, text, len);
		if (table != (*text == ' '))
			buf_adds(out, table ? ".fi\n" : ".nf\n");
		table = *text == ' ';
		if (len == 0)
			buf_adds(out, ".PP");
		else
			opt_man_text(out, buf_text(&line));
		buf_addc(out, '\n');
		buf_release(&line);
		text += len + (text[len] == '\n');
	}
	if (table)
		buf_adds(out, ".fi\n");
}

static void opt_man_row(struct buf *out, const struct opt_row *row)
{
	struct buf name;

	buf_init(&name, 256);
	opt_add_row_name(&name, row);
	buf_adds(out, ".TP\n.B ");
	opt_man_text(out, buf_text(&name));
	buf_addc(out, '\n');
	opt_man_text(out, row->help);
	buf_addc(out, '\n');
	buf_release(&name);
}

void opt_man(struct buf *out, const struct opt_spec *spec)
{
	buf_addf(out, ".SH SYNOPSIS\n.B toehold %s\n", spec->verb);
	if (*spec->args) {
		opt_man_text(out, spec->args);
		buf_addc(out, '\n');
	}
	if (spec->n_rows)
		buf_adds(out, "[OPTIONS]\n");
	if (spec->details) {
		buf_adds(out, ".SH DESCRIPTION\n");
		opt_man_paragraphs(out, spec->details);
	}
	if (spec->n_rows)
		buf_adds(out, ".SH OPTIONS\n");
	for (size_t i = 0; i < spec->n_rows; i++)
		opt_man_row(out, &spec->rows[i]);
}
