/*
 * Compares two values by the type of their field: texts by their words, numbers and sums of money
 * by value, dates by the day.
 */
#include <string.h>
#include <utf8proc.h>

#include "base/array.h"
#include "base/str.h"
#include "job/file/label_key.h"
#include "job/task/task_extract_form.h"
#include "job/task/task_extract_read.h"
#include "judge/task/mark_extract.h"

/* The words of a text without articles, and without the marks around each. */
struct same_words {
	const char **words;
	size_t n;
};

bool extract_is_null(const json_t *value)
{
	const char *text = json_string_value(value);

	return !value || json_is_null(value) || (text && !text[strspn(text, " \t\r\n")]);
}

/* Marks that mean nothing around a word. A sign such as % # @ & + - $ does. */
static bool same_is_mark(int32_t c)
{
	static const char marks[] = ".,:;!?\"'`()[]{}";

	if (c < 0x80)
		return c && strchr(marks, (int)c);
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_PI:
	case UTF8PROC_CATEGORY_PF:
	case UTF8PROC_CATEGORY_PS:
	case UTF8PROC_CATEGORY_PE:
		return true;
	default:
		return c == 0x3002 || c == 0x3001 || c == 0xBF || c == 0xA1 || c == 0x2026;
	}
}

static int32_t same_char(const char *p)
{
	utf8proc_int32_t c;

	return utf8proc_iterate((const utf8proc_uint8_t *)p, -1, &c) > 0 ? c : 0xFFFD;
}

/* The word without the marks around it; "" if it is all marks. */
static const char *same_strip(struct arena *a, const char *word, size_t n)
{
	size_t start = 0;

	while (start < n && same_is_mark(same_char(word + start)))
		start = str_char_end(word, start, n);
	while (n > start && same_is_mark(same_char(word + str_char_start(word, n - 1))))
		n = str_char_start(word, n - 1);
	return arena_strndup(a, word + start, n - start);
}

static bool same_is_article(const char *word)
{
	return strcmp(word, "a") == 0 || strcmp(word, "an") == 0 || strcmp(word, "the") == 0;
}

/* Of a folded text. Its own words if it is all marks and articles: "The The" is a name. */
static struct same_words same_words_of(struct arena *a, const char *folded)
{
	size_t most = strlen(folded) / 2 + 1, n_word;
	struct same_words w = { arena_array(a, most, sizeof(*w.words)), 0 };
	const char *list = folded, *part;

	while ((part = str_next_part(&list, ' ', &n_word))) {
		const char *word = same_strip(a, part, n_word);

		if (*word && !same_is_article(word))
			w.words[w.n++] = word;
	}
	for (list = folded; w.n == 0 && (part = str_next_part(&list, ' ', &n_word));)
		w.words[w.n++] = arena_strndup(a, part, n_word);
	return w;
}

/* The place of all words of `piece` in `whole`, next to each other; -1 if they are not there. */
static int same_find(const struct same_words *whole, const struct same_words *piece)
{
	for (size_t at = 0; piece->n > 0 && at + piece->n <= whole->n; at++) {
		size_t k = 0;

		while (k < piece->n && strcmp(whole->words[at + k], piece->words[k]) == 0)
			k++;
		if (k == piece->n)
			return (int)at;
	}
	return -1;
}

static bool same_has_digit(const char *word)
{
	return strpbrk(word, "0123456789") != NULL;
}

/* At least half of the words of the longer one, with all words that hold a digit. */
static bool same_is_piece(const struct same_words *x, const struct same_words *y)
{
	const struct same_words *whole = x->n >= y->n ? x : y, *piece = x->n >= y->n ? y : x;
	int at = same_find(whole, piece);

	if (at < 0 || piece->n * 2 < whole->n)
		return false;
	for (size_t i = 0; i < whole->n; i++)
		if ((i < (size_t)at || i >= (size_t)at + piece->n) &&
		    same_has_digit(whole->words[i]))
			return false;
	return true;
}

/* Sums of money: at least one has a currency. */
static enum extract_likeness same_money(const char *gold, const char *said)
{
	struct extract_money x = extract_money_read(gold), y = extract_money_read(said);

	if ((!x.currency && !y.currency) || !extract_number_is_same(&x.number, &y.number))
		return EXTRACT_DIFFERENT;
	if (!x.currency || !y.currency)
		return EXTRACT_CONTAINED;
	return strcmp(x.currency, y.currency) == 0 ? EXTRACT_SAME : EXTRACT_DIFFERENT;
}

static enum extract_likeness same_text(struct arena *a, const char *gold, const char *said)
{
	struct same_words x = same_words_of(a, gold), y = same_words_of(a, said);
	struct extract_date day = extract_date_read(gold), other = extract_date_read(said);
	enum extract_likeness money = same_money(gold, said);

	if (x.n == y.n && same_find(&x, &y) == 0)
		return EXTRACT_SAME;
	if (money != EXTRACT_DIFFERENT)
		return money;
	if ((day.named || other.named) && extract_date_is_same(&day, &other, false))
		return EXTRACT_SAME;
	return same_is_piece(&x, &y) ? EXTRACT_CONTAINED : EXTRACT_DIFFERENT;
}

/* A value as folded text; numbers in full. */
static const char *same_fold(struct arena *a, const json_t *value)
{
	char number[STR_NUMBER_BYTES];

	if (json_is_string(value))
		return label_fold(a, json_string_value(value));
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (!json_is_number(value))
		return "";
	str_number(json_number_value(value), number);
	return arena_strdup(a, number);
}

/* The number of a value; a text can have a currency. */
static struct extract_number same_number(struct arena *a, const json_t *value)
{
	struct extract_number none = { { 0 }, 0 };

	if (json_is_number(value))
		return (struct extract_number){ { json_number_value(value) }, 1 };
	return json_is_string(value) ? extract_money_read(same_fold(a, value)).number : none;
}

static bool same_date(struct arena *a, const json_t *gold, const json_t *said)
{
	struct extract_date x = extract_date_read(same_fold(a, gold));
	struct extract_date y = extract_date_read(same_fold(a, said));

	return extract_date_is_same(&x, &y, false);
}

static bool same_boolean(struct arena *a, const json_t *gold, const json_t *said)
{
	const char *word = same_fold(a, said);
	bool yes = strcmp(word, "true") == 0 || strcmp(word, "yes") == 0;

	return (yes || strcmp(word, "false") == 0 || strcmp(word, "no") == 0) &&
	       yes == json_is_true(gold);
}

/* Each item of one list has another of the other list; the order does not count. */
static enum extract_likeness same_list(struct arena *a, const json_t *items, const json_t *gold,
				       const json_t *said)
{
	size_t n = json_array_size(gold);
	bool *taken = arena_array(a, n + 1, sizeof(*taken));
	enum extract_likeness least = EXTRACT_SAME;

	if (!json_is_array(said) || json_array_size(said) != n)
		return EXTRACT_DIFFERENT;
	for (size_t i = 0; i < n; i++) {
		enum extract_likeness best = EXTRACT_DIFFERENT;
		size_t at = 0;

		for (size_t k = 0; k < n && best < EXTRACT_EXACT; k++) {
			enum extract_likeness one =
				taken[k] ? EXTRACT_DIFFERENT :
					   extract_compare(a, items, json_array_get(gold, i),
							   json_array_get(said, k));

			if (one > best) {
				best = one;
				at = k;
			}
		}
		if (best == EXTRACT_DIFFERENT)
			return best;
		taken[at] = true;
		least = best < least ? best : least;
	}
	return least;
}

static enum extract_likeness same_object(struct arena *a, json_t *fields, const json_t *gold,
					 const json_t *said)
{
	enum extract_likeness least = EXTRACT_SAME;
	const char *name;
	json_t *part;

	/* Without named fields only equal objects are the same, and these were found before. */
	if (!json_is_object(said) || json_object_size(fields) == 0)
		return EXTRACT_DIFFERENT;
	json_object_foreach (fields, name, part) {
		enum extract_likeness one = extract_compare(a, part, json_object_get(gold, name),
							    json_object_get(said, name));

		least = one < least ? one : least;
	}
	return least;
}

enum extract_likeness extract_compare(struct arena *a, const json_t *part, const json_t *gold,
				      const json_t *said)
{
	struct extract_field field = extract_field_of(part);
	struct extract_number x, y;
	bool same;

	if (extract_is_null(gold) && extract_is_null(said))
		return EXTRACT_EXACT;
	if (extract_is_null(gold) || extract_is_null(said))
		return EXTRACT_DIFFERENT;
	if (json_equal((json_t *)gold, (json_t *)said))
		return EXTRACT_EXACT;
	switch (field.type) {
	case EXTRACT_STRING:
		if (json_is_array(said) || json_is_object(said))
			return EXTRACT_DIFFERENT;
		return same_text(a, same_fold(a, gold), same_fold(a, said));
	case EXTRACT_LIST:
		return same_list(a, field.items, gold, said);
	case EXTRACT_OBJECT:
		return same_object(a, field.fields, gold, said);
	case EXTRACT_DATE:
		same = same_date(a, gold, said);
		break;
	case EXTRACT_BOOLEAN:
		same = same_boolean(a, gold, said);
		break;
	case EXTRACT_VALUES:
		same = *same_fold(a, said) && strcmp(same_fold(a, gold), same_fold(a, said)) == 0;
		break;
	default:
		x = same_number(a, gold);
		y = same_number(a, said);
		same = extract_number_is_same(&x, &y);
	}
	return same ? EXTRACT_SAME : EXTRACT_DIFFERENT;
}
