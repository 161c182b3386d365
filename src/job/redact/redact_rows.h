/*
 * A recogniser is a row of a table; redact.c runs the rows over a text. This header is what the
 * tables, their checks and the scan share. Internal to src/job/redact.
 */
#ifndef JOB_REDACT_REDACT_ROWS_H
#define JOB_REDACT_REDACT_ROWS_H

#include "job/redact/redact.h"

struct redact_words; /* the lists of names (names/redact_words.h) */

/* Scores: a span is covered from REDACT_COVER up, and suspected from REDACT_SUSPECT_FROM up. */
enum { REDACT_COVER = 50, REDACT_SUSPECT_FROM = 25, REDACT_SCORE_MAX = 100 };

/* A match. A check may reject it, narrow it, or change its score. */
struct redact_match {
	const char *text;
	size_t n_bytes; /* of the text */
	size_t start, end; /* the value */
	int score;
	const struct redact_words *words;
};

/*
 * A recogniser. `pattern` is PCRE2 in UTF mode and ignores case, except within (?-i). The value is
 * its group (?<v>…) if it has one, otherwise the whole match. Every repeat has an upper bound.
 * `near` and `against` are patterns for the text around the value. A match of `near` adds `bonus`
 * to the score, a match of `against` subtracts `malus`.
 */
struct redact_row {
	enum redact_type type;
	const char *what;
	const char *pattern;
	int score;
	bool (*check)(struct redact_match *match); /* NULL: every match counts */
	const char *near;
	int bonus;
	const char *against;
	int malus;
};

/* A row of these four fields; the others follow by name: ROW(…, 70, .check = redact_check_luhn). */
#define ROW(type_, what_, pattern_, score_, ...) \
	{ \
		.type = type_, .what = what_, .pattern = pattern_, .score = score_, __VA_ARGS__ \
	}

struct redact_table {
	const struct redact_row *rows;
	size_t n;
};

/* One table a file; redact_people is names/redact_people.c. */
extern const struct redact_table redact_numbers, redact_labelled, redact_nets, redact_people,
	redact_dates, redact_suspects;

/* Parts of patterns. D is a digit, SEP a separator between two groups of digits. */
#define D "[0-9]"
#define SEP "[ .\\x{A0}\\x{2010}-\\x{2014}_-]"
/* The words between a label and its value: "number is", "#", ": ". */
#define GLUE \
	"(?:[\\s:=#.,()*\"'~\\x{2019}\\x{B0}-]|(?:numbers?|num|nbr|no|nr|nos|n|id|ref|is|was|are|" \
	"ending|ends|end|in|with|of|the|my|our|your|its|it's|code|to|from|into|and|s|ist|" \
	"lautet|est)\\b){0,16}?"
/* As GLUE, but one of the words announces a number or a code. */
#define GLUE_NUMBER \
	"['\\x{2019}]?s?\\s{0,3}(?:(?:card|account|identification|id|reference|ref|" \
	"plan)\\s{1,3})?(?:numbers?\\b|num\\b|nbr\\b|no\\b|nr\\b|#|id\\b|code\\b|:)" GLUE
/* The codes of the states of the USA. */
#define STATE_CODES \
	"A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|" \
	"S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
/* The number ends here: no word follows, and no more digits as in "2.5" or "1,000". */
#define NUM_END "(?![\\w]|[.]" D "|," D "{1,3}(?!" D "))"
#define NOT_AMOUNT \
	"(?!\\s?(?:dollars?|usd|bucks|euros?|eur|pounds?|gbp|rupees|cents|%|percent|times|days?|" \
	"weeks?|months?|years?|hours?|minutes|points|items|people|attempts)\\b)"

/* Checks of numbers (redact_checks.c). */
bool redact_check_card(struct redact_match *match);
bool redact_check_card_labelled(struct redact_match *match);
bool redact_check_iban(struct redact_match *match);
bool redact_check_iban_valid(struct redact_match *match); /* also the check digits */
bool redact_check_nir(struct redact_match *match);
bool redact_check_phone(struct redact_match *match);
bool redact_check_phone_alone(struct redact_match *match);
bool redact_check_phone_plus(struct redact_match *match);
bool redact_check_ssn(struct redact_match *match);
bool redact_check_not_date(struct redact_match *match);
bool redact_check_four_digits(struct redact_match *match);
bool redact_check_luhn(struct redact_match *match);
bool redact_check_verhoeff(struct redact_match *match);
bool redact_check_dni(struct redact_match *match);
bool redact_check_cpf(struct redact_match *match);
bool redact_check_date(struct redact_match *match);
bool redact_check_age(struct redact_match *match);

/* Checks of network addresses, wallets and secrets (redact_net_checks.c). */
bool redact_check_url(struct redact_match *match);
bool redact_check_ipv4(struct redact_match *match);
bool redact_check_ipv6(struct redact_match *match);
bool redact_check_base58(struct redact_match *match);
bool redact_check_password(struct redact_match *match);
bool redact_check_token(struct redact_match *match);

/* Copies at most `max` ASCII letters and digits of a match. Returns how many it copied. */
size_t redact_compact(const struct redact_match *match, char *ret_text, size_t max);

#endif
