/*
 * The labels of imported rows: how often each occurs, and which look like another one written
 * differently. Decides what "nearly the same name" means, and how --map merges two.
 */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/display.h"
#include "base/str.h"
#include "job/import/import_rows.h"

/* NEAR_LABELS_MAX: each is compared with each. SHORT: one letter of few makes another name. */
enum { NEAR_LABELS_MAX = 500, SHORT = 5 };

static int labels_by_name(const void *x, const void *y)
{
	const char *const *a = x, *const *b = y;

	return strcmp(*a, *b);
}

static int labels_by_count(const void *x, const void *y)
{
	const struct import_label *a = x, *b = y;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* The name without differences that nobody sees: case, Unicode form, hidden characters, blanks. */
static const char *labels_folded(struct arena *a, const char *name)
{
	utf8proc_uint8_t *folded = NULL;
	struct buf b;
	const char *p;

	if (utf8proc_map((const utf8proc_uint8_t *)name, 0, &folded,
			 UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
				 UTF8PROC_CASEFOLD | UTF8PROC_IGNORE) < 0)
		return name;
	buf_init(&b, strlen((char *)folded) + 1);
	for (p = (const char *)folded; *p; p++)
		if (!strchr(" \t\r\n_-", *p))
			buf_addc(&b, *p);
	free(folded);
	return buf_to_arena(&b, a);
}

static bool labels_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether one letter was added, left out, changed or swapped. A digit makes another name. */
static bool labels_differ_by_one(const char *x, const char *y)
{
	size_t n = strlen(x), m = strlen(y), head = 0, tail = 0, shorter = n < m ? n : m;

	while (head < shorter && x[head] == y[head])
		head++;
	while (tail < shorter - head && x[n - 1 - tail] == y[m - 1 - tail])
		tail++;
	if (shorter < SHORT || labels_is_digit(x[head]) || labels_is_digit(y[head]))
		return false;
	n -= head + tail;
	m -= head + tail;
	if (n == 2 && m == 2)
		return x[head] == y[head + 1] && x[head + 1] == y[head];
	return n <= 1 && m <= 1;
}

/* For each label, the first of the more frequent ones that is nearly the same. */
static void labels_find_near(struct arena *a, struct import_label *labels, size_t n)
{
	const char **folded = arena_array(a, n, sizeof(*folded));

	for (size_t i = 0; i < n; i++) {
		folded[i] = labels_folded(a, labels[i].name);
		for (size_t k = 0; k < i && !labels[i].near; k++)
			if (strcmp(folded[k], folded[i]) == 0 ||
			    labels_differ_by_one(folded[k], folded[i]))
				labels[i].near = labels[k].name;
	}
}

void import_count_labels(struct arena *a, struct imported *imported)
{
	const char **names = arena_array(a, imported->n, sizeof(*names));
	struct import_label *labels = arena_array(a, imported->n, sizeof(*labels));
	size_t n = 0, n_names = 0;

	for (size_t i = 0; i < imported->n; i++)
		if (imported->rows[i].label)
			names[n_names++] = imported->rows[i].label;
	qsort(names, n_names, sizeof(*names), labels_by_name);
	imported->labels_are_numbers = n_names > 0;
	for (size_t i = 0; i < n_names; i++) {
		if (n == 0 || strcmp(labels[n - 1].name, names[i]) != 0)
			labels[n++].name = names[i];
		labels[n - 1].n++;
		imported->labels_are_numbers &= names[i][strspn(names[i], "0123456789.-")] == '\0';
	}
	qsort(labels, n, sizeof(*labels), labels_by_count);
	if (n <= NEAR_LABELS_MAX)
		labels_find_near(a, labels, n);
	imported->labels = labels;
	imported->n_labels = n;
}

/* As --map takes it; NULL if it cannot: an '=' ends the old name. */
static const char *labels_map(struct arena *a, const char *from, const char *to)
{
	struct buf b;

	if (strchr(from, '='))
		return NULL;
	buf_init(&b, 1 << 20);
	for (const char *p = arena_printf(a, "%s=%s", from, to); *p; p++) {
		if (*p == ',')
			buf_addc(&b, '\\');
		buf_addc(&b, *p);
	}
	return buf_to_arena(&b, a);
}

const char *import_near_hint(struct arena *a, const struct import_label *label)
{
	const char *map = label->near ? labels_map(a, label->name, label->near) : NULL;

	if (!label->near)
		return "";
	return arena_printf(a, "   did you mean '%s'?%s%s", display_text(a, label->near),
			    map ? " --map " : "", map ? display_shell_word(a, map) : "");
}
