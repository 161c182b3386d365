/*
 * Words that Markdown, or HTML in it, would interpret become code (CommonMark 0.31, 2.4 and 6.1).
 */
#include "report/markdown.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/lang/script.h"
#include "base/str.h"

enum { MARKDOWN_MAX_BYTES = 1 << 20 };

/* Whether a word needs to be code. A lone "&" or ">" means nothing. */
static bool markdown_is_special(const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strchr("\\`*_[]<|~@", word[i]) || (word[i] == '#' && i == 0))
			return true;
		if (word[i] == '&' && i + 1 < n)
			return true;
		if (word[i] == ':' && i + 1 < n && word[i + 1] == '/')
			return true;
	}
	return false;
}

/* What follows a name in a sentence is no part of it: "NAME:", "(NAME)." */
static size_t markdown_without_ends(const char *word, size_t n, size_t *ret_start)
{
	*ret_start = n > 1 && strchr("('\"", word[0]) ? 1 : 0;
	while (n > *ret_start + 1 && strchr(".,;:)'\"", word[n - 1]))
		n--;
	return n;
}

/* A fence that is longer than any run of back-ticks in the code. */
static size_t markdown_fence(const char *code, size_t n)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < n; i++) {
		run = code[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest + 1;
}

static void markdown_add_code(struct buf *b, const char *code, size_t n)
{
	size_t fence = markdown_fence(code, n);
	/* Beside its fence, a back-tick needs a space. */
	const char *space = fence > 1 ? " " : "";

	for (size_t i = 0; i < fence; i++)
		buf_addc(b, '`');
	buf_adds(b, space);
	/* In a cell, even code ends at a bar. */
	for (size_t i = 0; i < n; i++) {
		if (code[i] == '|')
			buf_addc(b, '\\');
		buf_addc(b, code[i]);
	}
	buf_adds(b, space);
	for (size_t i = 0; i < fence; i++)
		buf_addc(b, '`');
}

/*
 * The length of the words from here on that need to be code. Neighbours share one span, unless a
 * part of the sentence ends between them.
 */
static size_t markdown_special_len(const char *text)
{
	size_t n = 0;

	while (text[n]) {
		size_t word = strcspn(text + n, " \n");

		if (!markdown_is_special(text + n, word))
			break;
		n += word;
		if (text[n] != ' ' || strchr(".,;:)'\"", text[n - 1]))
			return n;
		n++;
	}
	return n && text[n - 1] == ' ' ? n - 1 : n;
}

const char *markdown_text(struct arena *a, const char *text)
{
	struct buf b;

	buf_init(&b, MARKDOWN_MAX_BYTES);
	while (*text) {
		size_t n = markdown_special_len(text), start;

		if (n > 0) {
			size_t end = markdown_without_ends(text, n, &start);

			buf_add(&b, text, start);
			markdown_add_code(&b, text + start, end - start);
			buf_add(&b, text + end, n - end);
		} else {
			n = strcspn(text, " \n");
			buf_add(&b, text, n);
		}
		text += n;
		n = strspn(text, " \n");
		buf_add(&b, text, n);
		text += n;
	}
	return buf_to_arena(&b, a);
}

void markdown_write(struct arena *a, const char *text, FILE *out)
{
	fputs(markdown_text(a, text), out);
}
