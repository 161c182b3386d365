/*
 * Whether a value is in a ticket's text. A wrong value that is not there was invented.
 */
#include <string.h>
#include <utf8proc.h>

#include "base/str.h"
#include "job/file/label_key.h"
#include "job/task/task_extract_form.h"
#include "job/task/task_extract_read.h"
#include "judge/task/mark_extract.h"

enum { DATE_MOST_WORDS = 6, FIRST_WITHOUT_SPACES = 0x2E80 };

/* Whether a word can end between two characters: scripts such as Chinese have no spaces. */
static bool text_is_border(int32_t before, int32_t after)
{
	return !str_is_word_char(before) || !str_is_word_char(after) ||
	       before >= FIRST_WITHOUT_SPACES || after >= FIRST_WITHOUT_SPACES;
}

static int32_t text_char(const char *p)
{
	utf8proc_int32_t c;

	return utf8proc_iterate((const utf8proc_uint8_t *)p, -1, &c) > 0 ? c : ' ';
}

/* Whether the text has the piece as words of its own. */
static bool text_has(const char *text, const char *piece)
{
	size_t n = strlen(piece);

	for (const char *p = text; n > 0 && (p = strstr(p, piece)); p++) {
		const char *last = piece + str_char_start(piece, n - 1);

		if ((p == text ||
		     text_is_border(text_char(text + str_char_start(text, (size_t)(p - text) - 1)),
				    text_char(p))) &&
		    (!p[n] || text_is_border(text_char(last), text_char(p + n))))
			return true;
	}
	return false;
}

static bool text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether a number can begin here: not within another one, such as the 5 of "0.5". */
static bool text_begins_number(const char *text, const char *p)
{
	if (!text_is_digit(*p) || (p > text && text_is_digit(p[-1])))
		return false;
	return p < text + 2 || !strchr(".,'", p[-1]) || !text_is_digit(p[-2]);
}

/* Whether two numbers are the same, whatever their signs. */
static bool text_is_number(struct extract_number found, const struct extract_number *number)
{
	bool same = extract_number_is_same(&found, number);

	for (int i = 0; i < found.n; i++)
		found.readings[i] = -found.readings[i];
	return same || extract_number_is_same(&found, number);
}

/* Whether one of the numbers in the text has this value. "4 15" can be one number or two. */
static bool text_has_number(struct arena *a, const char *text, const struct extract_number *number)
{
	for (const char *p = text; number->n > 0 && *p; p++) {
		struct extract_number whole, first;
		size_t n;

		if (!text_begins_number(text, p))
			continue;
		whole = extract_number_begin(p, &n);
		first = extract_number_begin(arena_strndup(a, p, strcspn(p, " ")), &n);
		if (text_is_number(whole, number) || text_is_number(first, number))
			return true;
	}
	return false;
}

/* Whether some words of the text, next to each other, are this day. */
static bool text_has_day(struct arena *a, const char *text, const struct extract_date *day)
{
	for (const char *from = text; *from;) {
		const char *to = from;

		for (int i = 0; i < DATE_MOST_WORDS && *to; i++) {
			struct extract_date found;

			to += strcspn(to, " ");
			found = extract_date_read(arena_strndup(a, from, (size_t)(to - from)));
			if (extract_date_is_same(&found, day, true))
				return true;
			to += strspn(to, " ");
		}
		from += strcspn(from, " ");
		from += strspn(from, " ");
	}
	return false;
}

static bool text_has_string(struct arena *a, const char *value, const char *text)
{
	const char *piece = label_fold(a, value);
	struct extract_money money = extract_money_read(piece);
	struct extract_date day = extract_date_read(piece);

	return text_has(text, piece) ||
	       (money.currency && text_has_number(a, text, &money.number)) ||
	       (day.kind == EXTRACT_DAY && text_has_day(a, text, &day));
}

bool extract_is_in_text(struct arena *a, const json_t *part, const json_t *value,
			const char *folded)
{
	struct extract_field field = extract_field_of(part);
	const json_t *item;
	const char *name;
	json_t *inner;
	size_t i;

	if (json_is_number(value)) {
		struct extract_number number = { { json_number_value(value) }, 1 };

		return text_has_number(a, folded, &number);
	}
	if (json_is_string(value))
		return text_has_string(a, json_string_value(value), folded);
	json_array_foreach ((json_t *)value, i, item)
		if (!extract_is_in_text(a, field.items, item, folded))
			return false;
	json_object_foreach ((json_t *)value, name, inner)
		if (!extract_is_in_text(a, json_object_get(field.fields, name), inner, folded))
			return false;
	return true;
}
