/*
 * Longest common subsequence of lines, by the table of lengths from the end.
 */
#include "report/diff/line_diff.h"

#include <stdbool.h>
#include <string.h>

#include "base/display.h"

struct line {
	const char *text;
	size_t len;
};

struct lines {
	struct line *items;
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

		lines.items[i] = (struct line){ text, len };
		text += len + (text[len] != '\0');
	}
	return lines;
}

static bool line_diff_is_same(const struct line *x, const struct line *y)
{
	return x->len == y->len && memcmp(x->text, y->text, x->len) == 0;
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

			if (line_diff_is_same(&a->items[i], &b->items[j]))
				common[i * width + j] = common[(i + 1) * width + j + 1] + 1;
			else
				common[i * width + j] = down > right ? down : right;
		}
	return common;
}

static void line_diff_put(struct arena *arena, const char *mark, const struct line *line, FILE *out)
{
	fprintf(out, "%s%s\n", mark,
		display_text(arena, arena_strndup(arena, line->text, line->len)));
}

void line_diff_write(struct arena *arena, const char *text_a, const char *text_b, FILE *out)
{
	struct lines a = line_diff_split(arena, text_a), b = line_diff_split(arena, text_b);
	bool small = a.n <= LINE_DIFF_MAX && b.n <= LINE_DIFF_MAX;
	const size_t *common = small ? line_diff_count(arena, &a, &b) : NULL;
	size_t i = 0, j = 0;

	while (i < a.n || j < b.n) {
		if (small && i < a.n && j < b.n && line_diff_is_same(&a.items[i], &b.items[j])) {
			line_diff_put(arena, "  ", &a.items[i++], out);
			j++;
		} else if (j == b.n ||
			   (i < a.n && (!small || common[(i + 1) * (b.n + 1) + j] >=
							  common[i * (b.n + 1) + j + 1]))) {
			line_diff_put(arena, "- ", &a.items[i++], out);
		} else {
			line_diff_put(arena, "+ ", &b.items[j++], out);
		}
	}
}
