/*
 * Between the tables of recognisers and the scan that runs them. Internal to redact*.c.
 */
#ifndef JOB_REDACT_REDACT_ROWS_H
#define JOB_REDACT_REDACT_ROWS_H

#include "job/redact/names/redact_words.h"
#include "job/redact/redact.h"

/* From REDACT_COVER on a span is covered, from REDACT_SUSPECT_FROM on it is suspected. */
enum { REDACT_COVER = 50, REDACT_SUSPECT_FROM = 25, REDACT_SCORE_MAX = 100 };

/* A match that a check may reject, narrow, or score again. */
struct redact_match {
	const char *text;
	size_t n_bytes; /* of the text */
	size_t start, end; /* the value */
	int score;
	const struct redact_words *words;
};

/*
 * A recogniser. `pattern` is PCRE2, in UTF mode, blind to case but for (?-i). Its group (?<v>…)
 * is the value, or else all of it is. Each repeat in it has an upper bound. `check` may be NULL.
 * `near` and `against` are patterns for the words around the value: each changes the score once.
 */
struct redact_row {
	enum redact_type type;
	const char *what;
	const char *pattern;
	int score;
	bool (*check)(struct redact_match *match);
	const char *near;
	int bonus;
	const char *against;
	int malus;
};

struct redact_table {
	const struct redact_row *rows;
	size_t n;
};

extern const struct redact_table redact_numbers, redact_labelled, redact_nets, redact_people,
	redact_dates, redact_suspects;

/* Parts of patterns. D is a digit, SEP what may stand between two groups of digits. */
#define D "[0-9]"
#define SEP "[ .\\x{A0}\\x{2010}-\\x{2014}_-]"
/* What stands between a label and its value: "number is", "#", ": ". */
#define GLUE \
	"(?:[\\s:=#.,()*\"'~\\x{2019}-]|(?:numbers?|num|nbr|no|nr|nos|id|ref|is|was|are|" \
	"ending|ends|end|in|with|of|the|my|our|your|its|it's|code|to|from|into|and|s)\\b){0,16}?"
/* As GLUE, and says that a number or a code follows. */
#define GLUE_NUMBER \
	"['\\x{2019}]?s?\\s{0,3}(?:(?:card|account|identification|id|reference|ref|" \
	"plan)\\s{1,3})?(?:numbers?\\b|num\\b|nbr\\b|no\\b|nr\\b|#|id\\b|code\\b|:)" GLUE
/* A number must not go on here: neither with a word, nor as "2.5" or "1,000" does. */
#define NUM_END "(?![\\w]|[.]" D "|," D "{1,3}(?!" D "))"
#define NOT_AMOUNT \
	"(?!\\s?(?:dollars?|usd|bucks|euros?|eur|pounds?|gbp|rupees|cents|%|percent|times|days?|" \
	"weeks?|months?|years?|hours?|minutes|points|items|people|attempts)\\b)"

/* Checks of numbers (redact_checks.c). */
bool redact_check_card(struct redact_match *match);
bool redact_check_card_labelled(struct redact_match *match);
bool redact_check_iban(struct redact_match *match);
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

/* Checks of addresses in a network and of secrets (redact_net_checks.c). */
bool redact_check_url(struct redact_match *match);
bool redact_check_ipv4(struct redact_match *match);
bool redact_check_ipv6(struct redact_match *match);
bool redact_check_base58(struct redact_match *match);
bool redact_check_password(struct redact_match *match);
bool redact_check_token(struct redact_match *match);

/* Checks of names (redact_names.c). */
bool redact_check_name(struct redact_match *match);
bool redact_check_name_weak(struct redact_match *match);
bool redact_check_name_listed(struct redact_match *match);
bool redact_check_org(struct redact_match *match);
bool redact_check_org_named(struct redact_match *match);
bool redact_check_place(struct redact_match *match);
bool redact_check_city_state(struct redact_match *match);
bool redact_check_street(struct redact_match *match);
bool redact_check_pair(struct redact_match *match);

/* True where n_bytes are a day, month and year, or the other way round. */
bool redact_is_date(const char *text, size_t n_bytes);

/* Copies the ASCII letters and digits of a match; returns how many there are, at most max. */
size_t redact_compact(const struct redact_match *match, char *ret_text, size_t max);

#endif
