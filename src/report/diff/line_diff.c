/*
 * Longest common subsequence of lines, by the table of lengths from the end.
 */
#include "report/diff/line_diff.h"

#include <stdbool.h>
#include <string.h>

#include "base/display.h"

struct lines {
	const char **items;
	size_t n;
};

static struct lines line_diff_split(struct arena *arena, const char *text)
{
	struct lines lines = { NULL, 1 };

	for (const char *p = text; *p; p++)
		lines.n += *p == '\n';
	lines.items = arena_array(arena, lines.n, sizeof(*lines.items));
	for (size_t i = 0; i < lines.n; i++) {
		size_t len = strcspn(text, "\n");

		lines.items[i] = arena_strndup(arena, text, len);
		text += len + (text[len] != '\0');
	}
	return lines;
}

/* common[i * (b.n + 1) + j]: lines that a[i..] and b[j..] have in common. */
static size_t *line_diff_count(struct arena *arena, const struct lines *a, const struct lines *b)
{
	size_t width = b->n + 1;
	size_t *common = arena_array(arena, (a->n + 1) * width, sizeof(*common));

	for (size_t i = a->n; i-- > 0;)
		for (size_t j = b->n; j-- > 0;) {
			size_t down = common[(i + 1) * width + j],
			       right = common[i * width + j + 1];

			if (strcmp(a->items[i], b->items[j]) == 0)
				common[i * width + j] = common[(i + 1) * width + j + 1] + 1;
			else
				common[i * width + j] = down > right ? down : right;
		}
	return common;
}

void line_diff(struct arena *arena, const char *text_a, const char *text_b,
	       struct line_change **ret_changes, size_t *ret_n)
{
	struct lines a = line_diff_split(arena, text_a), b = line_diff_split(arena, text_b);
	bool small = a.n <= LINE_DIFF_MAX && b.n <= LINE_DIFF_MAX;
	const size_t *common = small ? line_diff_count(arena, &a, &b) : NULL;
	struct line_change *changes = arena_array(arena, a.n + b.n, sizeof(*changes));
	size_t i = 0, j = 0, n = 0;

	while (i < a.n || j < b.n) {
		if (small && i < a.n && j < b.n && strcmp(a.items[i], b.items[j]) == 0) {
			changes[n++] = (struct line_change){ ' ', a.items[i++] };
			j++;
		} else if (j == b.n ||
			   (i < a.n && (!small || common[(i + 1) * (b.n + 1) + j] >=
							  common[i * (b.n + 1) + j + 1]))) {
			changes[n++] = (struct line_change){ '-', a.items[i++] };
		} else {
			changes[n++] = (struct line_change){ '+', b.items[j++] };
		}
	}
	*ret_changes = changes;
	*ret_n = n;
}

void line_diff_write(struct arena *arena, const char *text_a, const char *text_b, FILE *out)
{
	struct line_change *changes;
	size_t n;

	line_diff(arena, text_a, text_b, &changes, &n);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%c %s\n", changes[i].mark, display_text(arena, changes[i].text));
}
