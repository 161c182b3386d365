/*
 * What a pattern cannot check about a number: check digits, ranges, lengths.
 * Sources: ISO/IEC 7812 (cards, Luhn), ISO 13616 and the SWIFT IBAN registry (lengths, mod 97),
 * the rules of the US Social Security Administration, ITU-T E.164 (at most 15 digits).
 */
#include <ctype.h>
#include <string.h>

#include "base/array.h"
#include "job/redact/redact_rows.h"

enum { DIGITS_MAX = 40 };

static bool checks_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool checks_is_alnum(char c)
{
	return checks_is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

size_t redact_compact(const struct redact_match *match, char *ret_text, size_t max)
{
	size_t n = 0;

	for (size_t i = match->start; i < match->end && n < max; i++)
		if (checks_is_alnum(match->text[i]))
			ret_text[n++] = (char)toupper((unsigned char)match->text[i]);
	return n;
}

static size_t checks_digits_of(const struct redact_match *match, char ret_digits[DIGITS_MAX])
{
	size_t n = 0;

	for (size_t i = match->start; i < match->end && n < DIGITS_MAX; i++)
		if (checks_is_digit(match->text[i]))
			ret_digits[n++] = match->text[i];
	return n;
}

static bool checks_luhn(const char *digits, size_t n)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int d = digits[n - 1 - i] - '0';

		if (i % 2)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return n > 0 && sum % 10 == 0;
}

static bool checks_all_equal(const char *digits, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (digits[i] != digits[0])
			return false;
	return true;
}

/* Card numbers begin with 2 to 6, and in a few countries with 9. */
static bool checks_is_card_prefix(char first)
{
	return (first >= '2' && first <= '6') || first == '9';
}

bool redact_check_card(struct redact_match *match)
{
	char digits[DIGITS_MAX] = "";
	size_t n = checks_digits_of(match, digits);

	if (n < 12 || n > 19 || checks_all_equal(digits, n))
		return false;
	if (n >= 13 && checks_is_card_prefix(digits[0]) && checks_luhn(digits, n))
		match->score += 45;
	return true;
}

bool redact_check_card_labelled(struct redact_match *match)
{
	char digits[DIGITS_MAX] = "";
	size_t n = checks_digits_of(match, digits);

	return n >= 12 && n <= 21;
}

static const struct {
	char country[3];
	size_t length;
} iban_lengths[] = {
	{ "AD", 24 }, { "AE", 23 }, { "AL", 28 }, { "AT", 20 }, { "AZ", 28 }, { "BA", 20 },
	{ "BE", 16 }, { "BG", 22 }, { "BH", 22 }, { "BI", 27 }, { "BR", 29 }, { "BY", 28 },
	{ "CH", 21 }, { "CR", 22 }, { "CY", 28 }, { "CZ", 24 }, { "DE", 22 }, { "DJ", 27 },
	{ "DK", 18 }, { "DO", 28 }, { "EE", 20 }, { "EG", 29 }, { "ES", 24 }, { "FI", 18 },
	{ "FK", 18 }, { "FO", 18 }, { "FR", 27 }, { "GB", 22 }, { "GE", 22 }, { "GI", 23 },
	{ "GL", 18 }, { "GR", 27 }, { "GT", 28 }, { "HR", 21 }, { "HU", 28 }, { "IE", 22 },
	{ "IL", 23 }, { "IQ", 23 }, { "IS", 26 }, { "IT", 27 }, { "JO", 30 }, { "KW", 30 },
	{ "KZ", 20 }, { "LB", 28 }, { "LC", 32 }, { "LI", 21 }, { "LT", 20 }, { "LU", 20 },
	{ "LV", 21 }, { "LY", 25 }, { "MC", 27 }, { "MD", 24 }, { "ME", 22 }, { "MK", 19 },
	{ "MN", 20 }, { "MR", 27 }, { "MT", 31 }, { "MU", 30 }, { "NI", 28 }, { "NL", 18 },
	{ "NO", 15 }, { "OM", 23 }, { "PK", 24 }, { "PL", 28 }, { "PS", 29 }, { "PT", 25 },
	{ "QA", 29 }, { "RO", 24 }, { "RS", 22 }, { "RU", 33 }, { "SA", 24 }, { "SC", 31 },
	{ "SD", 18 }, { "SE", 24 }, { "SI", 19 }, { "SK", 24 }, { "SM", 27 }, { "SO", 23 },
	{ "ST", 25 }, { "SV", 28 }, { "TL", 23 }, { "TN", 24 }, { "TR", 26 }, { "UA", 29 },
	{ "VA", 22 }, { "VG", 24 }, { "XK", 20 }, { "YE", 30 },
};

static size_t checks_iban_length(const char *country)
{
	for (size_t i = 0; i < COUNT_OF(iban_lengths); i++)
		if (memcmp(iban_lengths[i].country, country, 2) == 0)
			return iban_lengths[i].length;
	return 0;
}

/* ISO 13616: the first four characters move to the end, letters count 10 to 35. */
static bool checks_mod97(const char *iban, size_t n)
{
	int rest = 0;

	for (size_t i = 0; i < n; i++) {
		char c = iban[(i + 4) % n];

		rest = checks_is_digit(c) ? (rest * 10 + (c - '0')) % 97 :
					    (rest * 100 + (c - 'A' + 10)) % 97;
	}
	return rest == 1;
}

/* Ends the match after n letters and digits. Returns false if that would cut a word. */
static bool checks_end_after(struct redact_match *match, size_t n)
{
	size_t at = match->start;

	for (; n > 0 && at < match->end; at++)
		n -= checks_is_alnum(match->text[at]);
	if (n > 0 || (at < match->n_bytes && checks_is_alnum(match->text[at])))
		return false;
	match->end = at;
	return true;
}

/* Words after an IBAN look like a part of it, so its country gives its length. */
bool redact_check_iban(struct redact_match *match)
{
	char iban[64];
	size_t n = redact_compact(match, iban, sizeof(iban)), length;

	if (n < 15)
		return false;
	length = checks_iban_length(iban);
	if (!length || n < length || !checks_end_after(match, length))
		return n <= 34; /* the score depends on the context */
	match->score += checks_mod97(iban, length) ? 55 : 15;
	return true;
}

bool redact_check_iban_valid(struct redact_match *match)
{
	int before = match->score;

	return redact_check_iban(match) && match->score > before + 15;
}

/* INSEE's number: 13 digits and the key 97 - n mod 97. Corsica's 2A and 2B count as 19 and 18. */
bool redact_check_nir(struct redact_match *match)
{
	char text[16] = { 0 };
	long long n = 0;

	if (redact_compact(match, text, sizeof(text) - 1) != 15)
		return false;
	if (text[6] == 'A' || text[6] == 'B') {
		text[5] = '1';
		text[6] = text[6] == 'A' ? '9' : '8';
	}
	for (int i = 0; i < 13; i++)
		n = n * 10 + (text[i] - '0');
	return (text[13] - '0') * 10 + (text[14] - '0') == 97 - (int)(n % 97);
}

static size_t checks_n_groups(const struct redact_match *match)
{
	size_t n = 0;

	for (size_t i = match->start; i < match->end; i++)
		n += checks_is_digit(match->text[i]) &&
		     (i == match->start || !checks_is_digit(match->text[i - 1]));
	return n;
}

bool redact_check_phone(struct redact_match *match)
{
	char digits[DIGITS_MAX] = "";
	size_t n = checks_digits_of(match, digits);

	if (n < 7 || n > 20 || checks_n_groups(match) > 8 || checks_all_equal(digits, n))
		return false;
	return redact_check_not_date(match);
}

/* A number without groups counts only if it has nine digits and the text has other lines. */
bool redact_check_phone_alone(struct redact_match *match)
{
	char digits[DIGITS_MAX] = "";
	bool is_all = match->start == 0 && match->end == match->n_bytes;

	if (checks_n_groups(match) == 1 && (is_all || checks_digits_of(match, digits) < 9))
		return false;
	return redact_check_phone(match);
}

bool redact_check_phone_plus(struct redact_match *match)
{
	char digits[DIGITS_MAX] = "";
	size_t n = checks_digits_of(match, digits);

	return n >= 8 && n <= 17 && !checks_all_equal(digits, n);
}

bool redact_check_ssn(struct redact_match *match)
{
	char digits[DIGITS_MAX] = "";
	size_t n = checks_digits_of(match, digits);

	if (n != 9)
		return false;
	if (!memcmp(digits, "000", 3) || !memcmp(digits, "666", 3) || digits[0] == '9' ||
	    !memcmp(digits + 3, "00", 2) || !memcmp(digits + 5, "0000", 4))
		match->score -= 40;
	return true;
}

bool redact_check_luhn(struct redact_match *match)
{
	char digits[DIGITS_MAX] = "";
	size_t n = checks_digits_of(match, digits);

	return checks_luhn(digits, n) && !checks_all_equal(digits, n);
}

/* Aadhaar: Verhoeff's scheme, over the dihedral group of ten elements. */
bool redact_check_verhoeff(struct redact_match *match)
{
	static const unsigned char shifted[8][10] = {
		{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, { 1, 5, 7, 6, 2, 8, 3, 0, 9, 4 },
		{ 5, 8, 0, 3, 7, 9, 6, 1, 4, 2 }, { 8, 9, 1, 6, 0, 4, 3, 5, 2, 7 },
		{ 9, 4, 5, 3, 1, 2, 6, 8, 7, 0 }, { 4, 2, 8, 6, 5, 7, 3, 9, 0, 1 },
		{ 2, 7, 9, 3, 8, 0, 6, 4, 1, 5 }, { 7, 0, 4, 6, 9, 1, 3, 2, 5, 8 },
	};
	char digits[DIGITS_MAX] = "";
	size_t n = checks_digits_of(match, digits);
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int p = shifted[i % 8][digits[n - 1 - i] - '0'];

		/* The group's product: rotations 0 to 4, reflections 5 to 9. */
		if (sum < 5)
			sum = p < 5 ? (sum + p) % 5 : 5 + (sum + p) % 5;
		else
			sum = p < 5 ? 5 + (sum - p) % 5 : (sum - p + 5) % 5;
	}
	return n == 12 && sum == 0;
}

/* Spain: the letter is the number modulo 23; X, Y and Z before it count 0, 1 and 2. */
bool redact_check_dni(struct redact_match *match)
{
	char id[16];
	size_t n = redact_compact(match, id, sizeof(id));
	long number = 0;

	if (n != 9)
		return false;
	for (size_t i = 0; i < 8; i++)
		number = number * 10 + (checks_is_digit(id[i]) ? id[i] - '0' : id[i] - 'X');
	return id[8] == "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23];
}

/* Brazil: two check digits, each the weighted sum of the digits before it, modulo 11. */
bool redact_check_cpf(struct redact_match *match)
{
	char digits[DIGITS_MAX] = "";
	size_t n = checks_digits_of(match, digits);

	if (n != 11 || checks_all_equal(digits, n))
		return false;
	for (size_t at = 9; at < 11; at++) {
		int sum = 0;

		for (size_t i = 0; i < at; i++)
			sum += (digits[i] - '0') * (int)(at + 1 - i);
		if (sum * 10 % 11 % 10 != digits[at] - '0')
			return false;
	}
	return true;
}

bool redact_check_four_digits(struct redact_match *match)
{
	char digits[DIGITS_MAX] = "";

	return checks_digits_of(match, digits) >= 4 && redact_check_not_date(match);
}

static bool checks_is_day(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (month == 2 && leap);
}

/* A day, a month and a year in a usual order. */
bool redact_check_date(struct redact_match *match)
{
	const char *text = match->text + match->start;
	size_t n_bytes = match->end - match->start;
	int parts[3], length[3], n = 0, year;
	size_t at = 0;

	for (; n < 3 && at < n_bytes; n++) {
		parts[n] = length[n] = 0;
		for (; at < n_bytes && checks_is_digit(text[at]) && length[n] < 5;
		     at++, length[n]++)
			parts[n] = parts[n] * 10 + (text[at] - '0');
		if (length[n] == 0 || length[n] == 3 || length[n] > 4)
			return false;
		if (n < 2 && (at >= n_bytes || !strchr("./- ", text[at++])))
			return false;
	}
	if (n < 3 || (at < n_bytes && !memchr(text + at, ':', n_bytes - at)))
		return false; /* only a time of day may follow */
	if (length[0] == 4)
		return length[1] <= 2 && length[2] <= 2 &&
		       checks_is_day(parts[0], parts[1], parts[2]);
	if (length[0] > 2 || length[1] > 2 || length[2] == 1)
		return false;
	year = length[2] == 4 ? parts[2] : 2000 + parts[2];
	return checks_is_day(year, parts[1], parts[0]) || checks_is_day(year, parts[0], parts[1]);
}

bool redact_check_not_date(struct redact_match *match)
{
	return !redact_check_date(match);
}

bool redact_check_age(struct redact_match *match)
{
	char digits[DIGITS_MAX] = "";
	size_t n = checks_digits_of(match, digits);
	int age = 0;

	for (size_t i = 0; i < n && i < 4; i++)
		age = age * 10 + (digits[i] - '0');
	return age >= 1 && age <= 119;
}
