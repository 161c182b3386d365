/*
 * Reads free text, rule by rule.
 */
#include "judge/answer.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

/* The string value of a member, found by its quoted name anywhere in the text, or NULL. */
static const char *answer_member(struct arena *a, const char *text, const char *name)
{
	char *quoted = arena_printf(a, "\"%s\"", name);
	const char *p = strstr(text, quoted), *start;
	struct buf plain;

	if (!p)
		return NULL;
	p += strlen(quoted);
	p += strspn(p, " \t\r\n");
	if (*p++ != ':')
		return NULL;
	p += strspn(p, " \t\r\n");
	if (*p++ != '"')
		return NULL;
	for (start = p; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	buf_init(&plain, 1 << 20);
	str_json_unescape(&plain, start, (size_t)(p - start));
	return buf_to_arena(&plain, a);
}

static bool answer_is_frame(char c)
{
	return isspace((unsigned char)c) || strchr("\"'`*.,:;!()[]{}<>#-", c);
}

/* The label that equals these bytes, except for case and what frames them, or -1. */
static int answer_label_of(const char *text, size_t n, const struct label *labels, size_t n_labels)
{
	while (n > 0 && answer_is_frame(*text)) {
		text++;
		n--;
	}
	while (n > 0 && answer_is_frame(text[n - 1]))
		n--;
	for (size_t i = 0; i < n_labels; i++)
		if (strlen(labels[i].name) == n && strncasecmp(labels[i].name, text, n) == 0)
			return (int)i;
	return -1;
}

static int answer_by_line(const char *text, const struct label *labels, size_t n_labels)
{
	int found = -1;

	while (*text) {
		size_t n = strcspn(text, "\n");
		int label = answer_label_of(text, n, labels, n_labels);

		if (label >= 0 && found >= 0 && label != found)
			return -1;
		if (label >= 0)
			found = label;
		text += n + (text[n] == '\n');
	}
	return found;
}

static bool answer_is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool answer_has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = text; (p = strcasestr(p, word)); p++)
		if ((p == text || !answer_is_word_byte(p[-1])) && !answer_is_word_byte(p[n]))
			return true;
	return false;
}

static int answer_by_word(const char *text, const struct label *labels, size_t n_labels)
{
	int found = -1;

	for (size_t i = 0; i < n_labels; i++) {
		if (!answer_has_word(text, labels[i].name))
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

void answer_read(struct arena *a, const char *text, size_t n_bytes, const struct label *labels,
		 size_t n_labels, struct reading *ret_reading)
{
	char *whole = arena_strndup(a, text, n_bytes);
	const char *label = answer_member(a, whole, "label"),
		   *why = answer_member(a, whole, "rationale");
	struct reading r = { .label = -1, .rule = "json", .rationale = why ? why : "" };

	if (label)
		r.label = answer_label_of(label, strlen(label), labels, n_labels);
	if (r.label < 0) {
		r.rule = "line";
		r.label = answer_by_line(whole, labels, n_labels);
	}
	if (r.label < 0) {
		r.rule = "word";
		r.label = answer_by_word(whole, labels, n_labels);
	}
	if (r.label < 0)
		r.rule = "none";
	*ret_reading = r;
}
