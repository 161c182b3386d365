/*
 * Numbers and sums of money.
 */
#include "job/task/task_extract_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/str.h"

enum { NUMBER_MAX_GROUPS = 12, NUMBER_MAX_BYTES = 64 };

/* Digits with single marks between them: "1.000,50". */
struct read_groups {
	struct {
		const char *digits;
		size_t n;
		char mark; /* before them; 0 for the first */
	} of[NUMBER_MAX_GROUPS];
	size_t n;
};

static bool read_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns the length of the text that it read. A mark counts only if a digit follows. */
static size_t read_find_groups(const char *text, struct read_groups *ret)
{
	const char *p = text;

	ret->n = 0;
	while (ret->n < NUMBER_MAX_GROUPS) {
		char mark = '\0';

		if (p > text || *p == '.') {
			if (!*p || !strchr(".,' ", *p) || !read_is_digit(p[1]))
				break;
			mark = *p++;
		} else if (!read_is_digit(*p)) {
			break;
		}
		ret->of[ret->n].mark = mark;
		ret->of[ret->n].digits = p;
		ret->of[ret->n].n = strspn(p, "0123456789");
		p += ret->of[ret->n++].n;
	}
	return (size_t)(p - text);
}

/* The digits of all groups, with a point before group `point` (n: none). */
static double read_value(const struct read_groups *g, size_t point)
{
	char text[NUMBER_MAX_BYTES];
	size_t len = 0;

	for (size_t i = 0; i < g->n; i++) {
		if (len + g->of[i].n + 2 > sizeof(text))
			return NAN;
		if (i == point)
			text[len++] = '.';
		memcpy(text + len, g->of[i].digits, g->of[i].n);
		len += g->of[i].n;
	}
	text[len] = '\0';
	return strtod(text, NULL);
}

/* Whether groups 1 to `to` have the same mark and three digits each, behind at most three. */
static bool read_are_thousands(const struct read_groups *g, size_t to)
{
	if (g->of[0].mark || g->of[0].n > 3)
		return false;
	for (size_t i = 1; i < to; i++)
		if (g->of[i].n != 3 || g->of[i].mark != g->of[1].mark)
			return false;
	return true;
}

static struct extract_number read_groups_value(const struct read_groups *g)
{
	struct extract_number number = { { 0 }, 0 };
	size_t last = g->n - 1;
	bool can_be_point, whole;

	if (g->n == 1 && !g->of[0].mark) {
		number.readings[number.n++] = read_value(g, g->n);
		return number;
	}
	/* A point or comma that no other group has begins the decimals. */
	can_be_point = strchr(".,", g->of[last].mark) &&
		       (last <= 1 || g->of[last].mark != g->of[1].mark) &&
		       (last == 0 || read_are_thousands(g, last) || (last == 1 && !g->of[0].mark));
	whole = last > 0 && read_are_thousands(g, g->n) && g->of[0].digits[0] != '0';
	if (whole)
		number.readings[number.n++] = read_value(g, g->n);
	if (can_be_point)
		number.readings[number.n++] = read_value(g, last);
	return number;
}

static const char *read_skip_minus(const char *text, bool *ret_minus)
{
	static const char *const signs[] = { "-", "+", "\xE2\x88\x92", "\xE2\x80\x90" };

	*ret_minus = false;
	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (str_starts(text, signs[i])) {
			*ret_minus = *signs[i] != '+';
			return text + strlen(signs[i]);
		}
	return text;
}

struct extract_number extract_number_begin(const char *text, size_t *ret_n_bytes)
{
	struct extract_number number = { { 0 }, 0 };
	struct read_groups groups;
	bool minus;
	const char *digits = read_skip_minus(text, &minus);
	size_t n = read_find_groups(digits, &groups);

	if (groups.n > 0)
		number = read_groups_value(&groups);
	for (int i = 0; i < number.n; i++)
		if (minus)
			number.readings[i] = -number.readings[i];
	*ret_n_bytes = (size_t)(digits - text) + n;
	return number;
}

struct extract_number extract_number_read(const char *text)
{
	size_t n;
	struct extract_number number = extract_number_begin(text, &n);

	if (text[n])
		number.n = 0;
	return number;
}

bool extract_number_is_same(const struct extract_number *x, const struct extract_number *y)
{
	for (int i = 0; i < x->n; i++)
		for (int k = 0; k < y->n; k++)
			if (fabs(x->readings[i] - y->readings[k]) <=
			    1e-12 * fmax(fabs(x->readings[i]), fabs(y->readings[k])))
				return true;
	return false;
}

/* Signs and words of currencies, longest first where one begins another. */
static const char *const currencies[][2] = {
	{ "us dollars", "usd" }, { "us$", "usd" }, { "dollars", "usd" }, { "dollar", "usd" },
	{ "usd", "usd" },	 { "$", "usd" },   { "euros", "eur" },	 { "euro", "eur" },
	{ "eur", "eur" },	 { "€", "eur" },   { "pounds", "gbp" },	 { "pound", "gbp" },
	{ "quid", "gbp" },	 { "gbp", "gbp" }, { "£", "gbp" },	 { "yen", "jpy" },
	{ "jpy", "jpy" },	 { "¥", "jpy" },   { "rupees", "inr" },	 { "rupee", "inr" },
	{ "inr", "inr" },	 { "₹", "inr" },   { "francs", "chf" },	 { "chf", "chf" },
	{ "kronor", "sek" },	 { "sek", "sek" }, { "nok", "nok" },	 { "dkk", "dkk" },
	{ "zloty", "pln" },	 { "pln", "pln" }, { "yuan", "cny" },	 { "cny", "cny" },
};

struct extract_money extract_money_read(const char *text)
{
	char rest[NUMBER_MAX_BYTES];
	size_t n = strlen(text);
	struct extract_money money = { { { 0 }, 0 }, NULL };

	for (size_t i = 0; i < COUNT_OF(currencies) && !money.currency; i++) {
		const char *word = currencies[i][0];

		if (str_starts(text, word)) {
			text += strlen(word);
			n -= strlen(word);
		} else if (str_ends(text, word)) {
			n -= strlen(word);
		} else {
			continue;
		}
		money.currency = currencies[i][1];
	}
	for (; n > 0 && *text == ' '; n--)
		text++;
	while (n > 0 && text[n - 1] == ' ')
		n--;
	if (n == 0 || n >= sizeof(rest))
		return money;
	memcpy(rest, text, n);
	rest[n] = '\0';
	money.number = extract_number_read(rest);
	return money;
}
