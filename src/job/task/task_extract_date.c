/*
 * Dates. English month names are read; a date in digits has its year first, or can be only one day.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/str.h"
#include "job/task/task_extract_read.h"

enum { DATE_WORD_BYTES = 16 };

#define DATE_MARKS " ,.-/;:!?()\""

static const char *const months[] = { "january",   "february", "march",	   "april",
				      "may",	   "june",     "july",	   "august",
				      "september", "october",  "november", "december" };

static const char *const days[] = { "monday", "tuesday",  "wednesday", "thursday",
				    "friday", "saturday", "sunday" };

/* A name, or its first three letters ("sept" too). Returns its place from 1, or 0. */
static int date_find(const char *word, const char *const *names, size_t n_names)
{
	size_t n = strlen(word);

	for (size_t i = 0; i < n_names; i++)
		if (strcmp(word, names[i]) == 0 || (n == 3 && strncmp(word, names[i], 3) == 0) ||
		    (n == 4 && strcmp(word, "sept") == 0 && strncmp(names[i], "sept", 4) == 0))
			return (int)i + 1;
	return 0;
}

static bool date_exists(const struct extract_date *date)
{
	static const int last[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = date->year % 4 == 0 && (date->year % 100 != 0 || date->year % 400 == 0);

	if (date->month < 1 || date->month > 12 || date->day < 1 ||
	    date->day > last[date->month - 1])
		return false;
	return date->month != 2 || date->day < 29 || leap; /* no year: 0 is a leap year */
}

static struct extract_date date_checked(int year, int month, int day, bool named)
{
	struct extract_date date = { EXTRACT_DAY, year, month, day, named };

	if (!date_exists(&date))
		date.kind = EXTRACT_NO_DATE;
	return date;
}

/* "2024-04-03", "2024-04-03t10:00", "3.4.2024", "13/4/2024" */
static struct extract_date date_of_digits(const char *text)
{
	static const struct extract_date none = { .kind = EXTRACT_NO_DATE };
	struct extract_date date;
	int numbers[3], n_digits[3];
	char mark = '\0';

	for (int i = 0; i < 3; i++) {
		n_digits[i] = (int)strspn(text, "0123456789");
		if (n_digits[i] < 1 || n_digits[i] > 4)
			return none;
		numbers[i] = (int)strtol(text, NULL, 10);
		text += n_digits[i];
		if (i == 2)
			break;
		if (!*text || !strchr("-/.", *text) || (mark && *text != mark))
			return none;
		mark = *text++;
	}
	if (n_digits[0] == 4 && n_digits[1] <= 2 && n_digits[2] <= 2 &&
	    (!*text || (*text == 't' && isdigit((unsigned char)text[1]))))
		return date_checked(numbers[0], numbers[1], numbers[2], false);
	if (*text || n_digits[2] != 4 || n_digits[0] > 2 || n_digits[1] > 2)
		return none;
	date = date_checked(numbers[2], numbers[1], numbers[0], false);
	if (numbers[0] == numbers[1] || numbers[0] > 12)
		return date;
	if (date.kind == EXTRACT_DAY)
		date.kind = EXTRACT_UNCLEAR;
	else
		date = date_checked(numbers[2], numbers[0], numbers[1], false);
	return date;
}

/* "3 march 2024", "march the 3rd", "friday, 3 march": the parts that were found so far. */
struct date_words {
	int year, month, day;
};

/* Digits, with "st", "nd", "rd" or "th" behind a day. Moves *p past them. */
static bool date_take_digits(const char **p, struct date_words *w)
{
	static const char *const endings[] = { "st", "nd", "rd", "th" };
	size_t n = strspn(*p, "0123456789");
	int *part = n == 4 ? &w->year : &w->day;

	if (*part || (n != 4 && n > 2))
		return false;
	*part = (int)strtol(*p, NULL, 10);
	*p += n;
	for (size_t i = 0; n <= 2 && i < COUNT_OF(endings); i++)
		if (str_starts(*p, endings[i]) && !isalnum((unsigned char)(*p)[2])) {
			*p += 2;
			break;
		}
	return *part > 0;
}

static bool date_take_word(const char **p, struct date_words *w)
{
	static const char *const fillers[] = { "the", "of", "on" };
	char word[DATE_WORD_BYTES];
	size_t n = strcspn(*p, DATE_MARKS "0123456789");
	int month;

	if (n == 0 || n >= sizeof(word))
		return false;
	memcpy(word, *p, n);
	word[n] = '\0';
	*p += n;
	month = date_find(word, months, COUNT_OF(months));
	if (month) {
		bool first = w->month == 0;

		w->month = month;
		return first;
	}
	for (size_t i = 0; i < COUNT_OF(fillers); i++)
		if (strcmp(word, fillers[i]) == 0)
			return true;
	return date_find(word, days, COUNT_OF(days)) > 0;
}

static struct extract_date date_of_words(const char *text)
{
	static const struct extract_date none = { .kind = EXTRACT_NO_DATE };
	struct date_words w = { 0 };

	for (const char *p = text + strspn(text, DATE_MARKS); *p; p += strspn(p, DATE_MARKS))
		if (!(isdigit((unsigned char)*p) ? date_take_digits(&p, &w) :
						   date_take_word(&p, &w)))
			return none;
	return w.month ? date_checked(w.year, w.month, w.day, true) : none;
}

struct extract_date extract_date_read(const char *text)
{
	struct extract_date date = date_of_digits(text);

	return date.kind == EXTRACT_NO_DATE ? date_of_words(text) : date;
}

bool extract_date_is_same(const struct extract_date *x, const struct extract_date *y, bool loose)
{
	return x->kind == EXTRACT_DAY && y->kind == EXTRACT_DAY && x->month == y->month &&
	       x->day == y->day && (x->year == y->year || (loose && (!x->year || !y->year)));
}
