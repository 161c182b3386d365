/*
 * Numbers, sums of money and dates as people write them (docs/extract.md has the rules). Every text
 * is as label_fold() leaves it. Decides what a text can mean, and never guesses between two dates.
 */
#ifndef JOB_TASK_TASK_EXTRACT_READ_H
#define JOB_TASK_TASK_EXTRACT_READ_H

#include <stdbool.h>
#include <stddef.h>

/* "1,000" has two readings: 1000 and 1. Every other number has one. */
struct extract_number {
	double readings[2];
	int n; /* of readings; 0: no number */
};

/* The number that a text is; a currency beside it is none. */
struct extract_number extract_number_read(const char *text);

/* The number at the beginning of a text, and its length; n is 0 if there is none. */
struct extract_number extract_number_begin(const char *text, size_t *ret_n_bytes);

/* Whether the two have a reading in common. */
bool extract_number_is_same(const struct extract_number *x, const struct extract_number *y);

struct extract_money {
	struct extract_number number;
	const char *currency; /* its code; NULL if the text has none */
};

/* A number with a currency before or behind it, or without one. number.n is 0 if it is neither. */
struct extract_money extract_money_read(const char *text);

enum extract_date_kind {
	EXTRACT_NO_DATE,
	EXTRACT_DAY, /* a day, with or without a year */
	EXTRACT_UNCLEAR, /* "03/04/2024": two days can be meant */
};

struct extract_date {
	enum extract_date_kind kind;
	int year, month, day; /* year 0: not in the text */
	bool named; /* the month is a word */
};

struct extract_date extract_date_read(const char *text);

/* Whether both are the same day. A year that one of them lacks does not count if `loose`. */
bool extract_date_is_same(const struct extract_date *x, const struct extract_date *y, bool loose);

#endif
