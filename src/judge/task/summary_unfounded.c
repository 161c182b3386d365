/*
 * Reads numbers and names from a text, and looks for them in another.
 */
#include "judge/task/summary_unfounded.h"

#include <string.h>
#include <utf8proc.h>

#include "base/array.h"
#include "base/str.h"
#include "job/task/summary_words.h"

static const char digits[] = "0123456789";

/* Separators inside a number: of its digits, and between numbers that are written as one. */
static const char of_digits[] = ".,'", between_numbers[] = ":/-";

static const char *const number_words[] = { "zero", "one",    "two",   "three", "four",
					    "five", "six",    "seven", "eight", "nine",
					    "ten",  "eleven", "twelve" };

/* The end of the number that begins at `p`: a separator in it has a digit behind it. */
static const char *unfounded_number_end(const char *p)
{
	for (;;) {
		p += strspn(p, digits);
		if (!*p || !(strchr(of_digits, *p) || strchr(between_numbers, *p)) || !p[1] ||
		    !strchr(digits, p[1]))
			return p;
		p++;
	}
}

/* The digits of a part of a number, without the zeros that do not change its value. */
static const char *unfounded_digits(struct arena *a, const char *part, size_t n_bytes)
{
	char *plain = arena_strndup(a, part, n_bytes), *to = plain, *tail = strpbrk(plain, ".,");

	for (char *more = tail; more; more = strpbrk(more + 1, ".,"))
		tail = more;
	if (tail && strlen(tail) <= 3 && strspn(tail + 1, "0") == strlen(tail + 1))
		*tail = '\0';
	for (const char *from = plain; *from; from++)
		if (strchr(digits, *from))
			*to++ = *from;
	*to = '\0';
	while (plain[0] == '0' && plain[1])
		plain++;
	return plain;
}

/* The parts of all numbers in the text, each between spaces. */
static const char *unfounded_numbers(struct arena *a, const char *text)
{
	struct summary_words words = summary_words(a, text);
	struct buf list;

	buf_init(&list, SIZE_MAX / 2);
	buf_addc(&list, ' ');
	for (const char *p = strpbrk(text, digits), *end; p; p = strpbrk(end, digits)) {
		end = unfounded_number_end(p);
		while (p < end) {
			size_t n = strcspn(p, between_numbers);

			if (p + n > end)
				n = (size_t)(end - p);
			buf_addf(&list, "%s ", unfounded_digits(a, p, n));
			p += n + 1;
		}
	}
	for (size_t i = 0; i < words.n; i++)
		for (size_t k = 0; k < COUNT_OF(number_words); k++)
			if (strcmp(words.items[i], number_words[k]) == 0)
				buf_addf(&list, "%zu ", k);
	return buf_to_arena(&list, a);
}

static void unfounded_add(struct arena *a, const char *item, struct summary_unfounded *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i], item) == 0)
			return;
	list->items = arena_grow(a, list->items, list->n, &list->cap, sizeof(*list->items));
	list->items[list->n++] = item;
}

static void unfounded_add_numbers(struct arena *a, const char *said, const char *known,
				  struct summary_unfounded *list)
{
	for (const char *p = strpbrk(said, digits), *end; p; p = strpbrk(end, digits)) {
		const char *number;

		end = unfounded_number_end(p);
		number = arena_strndup(a, p, (size_t)(end - p));
		for (const char *part = unfounded_numbers(a, number); part[1];
		     part += 1 + strcspn(part + 1, " "))
			if (!strstr(known, arena_strndup(a, part, 2 + strcspn(part + 1, " ")))) {
				unfounded_add(a, number, list);
				break;
			}
	}
}

/* The end of the word that goes on at `p`. */
static const char *unfounded_word_end(const char *p)
{
	while (*p) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)p, -1, &c);

		if (n <= 0 || !str_is_word_char(c))
			break;
		p += n;
	}
	return p;
}

/* Whether a sentence goes on behind the character. */
static bool unfounded_goes_on(utf8proc_int32_t c)
{
	static const char marks[] = " ,'()/&+-";

	return c == 0x2019 || (c < 0x80 && strchr(marks, c));
}

static bool unfounded_is_name(struct arena *a, const char *word, utf8proc_int32_t first,
			      const struct summary_words *ticket)
{
	struct summary_words phrase = summary_words(a, word);
	utf8proc_category_t category = utf8proc_category(first);

	return (category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT) &&
	       str_chars_len(word, strlen(word), 2) > str_chars_len(word, strlen(word), 1) &&
	       !summary_states(ticket, &phrase);
}

static void unfounded_add_names(struct arena *a, const char *said, const char *ticket,
				struct summary_unfounded *list)
{
	struct summary_words known = summary_words_apart(a, ticket);
	bool inside = false; /* a sentence */

	for (const char *p = said; *p;) {
		const char *start = p, *word;
		utf8proc_int32_t first;

		p += utf8proc_iterate((const utf8proc_uint8_t *)p, -1, &first);
		if (!str_is_word_char(first)) {
			inside = inside && unfounded_goes_on(first);
			continue;
		}
		p = unfounded_word_end(p);
		word = arena_strndup(a, start, (size_t)(p - start));
		if (inside && unfounded_is_name(a, word, first, &known))
			unfounded_add(a, word, list);
		inside = true;
	}
}

struct summary_unfounded summary_unfounded(struct arena *a, const char *said, const char *ticket)
{
	struct summary_unfounded list = { NULL, 0, 0 };

	unfounded_add_numbers(a, said, unfounded_numbers(a, ticket), &list);
	unfounded_add_names(a, said, ticket, &list);
	return list;
}
