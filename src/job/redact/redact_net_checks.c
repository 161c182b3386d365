/*
 * What a pattern cannot check about a network address, a wallet or a secret.
 * Sources: RFC 791 and 4291 (addresses), Bitcoin's Base58Check (wallets).
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "job/redact/redact_rows.h"

/* Punctuation at the end belongs to the sentence, and so does an unmatched bracket. */
bool redact_check_url(struct redact_match *match)
{
	while (match->end > match->start && strchr(".,;:!?'\"*_", match->text[match->end - 1]))
		match->end--;
	if (match->text[match->end - 1] == ')' &&
	    !memchr(match->text + match->start, '(', match->end - match->start))
		match->end--;
	return match->end - match->start >= 5;
}

static bool checks_copy(const struct redact_match *match, char *ret_text, size_t max)
{
	size_t n = match->end - match->start;

	if (n >= max)
		return false;
	memcpy(ret_text, match->text + match->start, n);
	ret_text[n] = '\0';
	return true;
}

bool redact_check_ipv4(struct redact_match *match)
{
	char text[64];
	struct in_addr address;
	unsigned char *octets = (unsigned char *)&address.s_addr;

	if (!checks_copy(match, text, sizeof(text)) || inet_pton(AF_INET, text, &address) != 1)
		return false;
	return octets[0] != 0 && octets[0] != 127 && octets[0] != 255;
}

/* "a::b" in source code parses as an address, so two groups and a digit are required. */
bool redact_check_ipv6(struct redact_match *match)
{
	char text[64];
	struct in6_addr address;
	size_t n_groups = 0, n_digits = 0;

	if (!checks_copy(match, text, sizeof(text)) || inet_pton(AF_INET6, text, &address) != 1)
		return false;
	for (const char *p = text; *p; p++) {
		n_groups += *p != ':' && (p == text || p[-1] == ':');
		n_digits += isdigit((unsigned char)*p) != 0;
	}
	return n_groups >= 2 && n_digits >= 1;
}

static void checks_to_bytes(const char *hex, unsigned char *ret_bytes)
{
	for (size_t i = 0; i < HASH_BYTES; i++) {
		unsigned value;

		if (sscanf(hex + 2 * i, "%2x", &value) != 1)
			value = 0;
		ret_bytes[i] = (unsigned char)value;
	}
}

/* 25 bytes: version, 20 bytes of the key's hash, the first 4 of a double SHA-256 over these. */
static bool checks_is_base58check(const char *text)
{
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	unsigned char bytes[25] = { 0 }, sum[HASH_BYTES];
	char hex[HASH_HEX_LEN + 1];

	for (; *text; text++) {
		const char *at = strchr(alphabet, *text);
		unsigned carry;

		if (!at)
			return false;
		carry = (unsigned)(at - alphabet);
		for (size_t i = sizeof(bytes); i > 0; i--) {
			carry += bytes[i - 1] * 58u;
			bytes[i - 1] = (unsigned char)carry;
			carry >>= 8;
		}
		if (carry)
			return false;
	}
	hash_bytes(bytes, 21, hex);
	checks_to_bytes(hex, sum);
	hash_bytes(sum, sizeof(sum), hex);
	checks_to_bytes(hex, sum);
	return memcmp(sum, bytes + 21, 4) == 0;
}

bool redact_check_base58(struct redact_match *match)
{
	char text[64];

	if (!checks_copy(match, text, sizeof(text)))
		return false;
	if (checks_is_base58check(text))
		match->score += 60;
	return true;
}

static size_t checks_count(const char *text, size_t n, int (*is)(int))
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += (unsigned char)text[i] < 0x80 && is((unsigned char)text[i]) != 0;
	return found;
}

static int checks_is_mark(int c)
{
	return ispunct(c) && c != '\'' && c != '-';
}

/* Not the "wrong" of "password is wrong": a password has digits, marks or capitals inside. */
bool redact_check_password(struct redact_match *match)
{
	static const char quotes[] = "\"'`";
	const char *text = match->text;
	size_t n;

	while (match->end > match->start && strchr(".,;:)", text[match->end - 1]))
		match->end--;
	if (match->start > 0 && match->end > match->start && match->end < match->n_bytes &&
	    strchr(quotes, text[match->start - 1]) && strchr(quotes, text[match->end]))
		return true;
	text += match->start;
	n = match->end - match->start;
	if (n < 4)
		return false;
	return checks_count(text, n, isdigit) || checks_count(text + 1, n - 1, isupper) >= 2 ||
	       checks_count(text, n, checks_is_mark) > checks_count(text, n, isalpha) / 4 ||
	       (checks_count(text + 1, n - 1, isupper) && checks_count(text, n, islower));
}

/* A key of a program mixes letters and digits. */
bool redact_check_token(struct redact_match *match)
{
	const char *text = match->text + match->start;
	size_t n = match->end - match->start;

	return checks_count(text, n, isdigit) >= 2 && checks_count(text, n, isalpha) >= 2;
}
