/*
 * Lines of fastText: "__label__NAME the text". Decides what of a line is the label.
 */
#include <string.h>

#include "base/str.h"
#include "job/import/import_rows.h"

static const char mark[] = "__label__";
enum { LEN = sizeof(mark) - 1 };

/* Takes the labels from the start of a line; the rest is the text. */
static void fasttext_split(struct importer *im, const char *line, size_t n_bytes,
			   struct import_draft *draft)
{
	const char *rest = arena_strndup(im->arena, line, n_bytes);

	while (str_starts(rest, mark)) {
		size_t n = strcspn(rest, " \t");

		import_offer_label(im, draft, arena_strndup(im->arena, rest + LEN, n - LEN));
		rest += n + strspn(rest + n, " \t");
	}
	if (strstr(rest, mark))
		import_leave_out(draft, "a label stands inside the text");
	draft->fields[FIELD_TEXT] = rest;
	draft->text_len = strlen(rest);
}

static int fasttext_on_line(const char *text, size_t n_bytes, size_t line, void *ctx,
			    struct err *err)
{
	struct import_draft draft = { .line = line };

	fasttext_split(ctx, text, n_bytes, &draft);
	return import_add(ctx, &draft, err);
}

static int fasttext_read(struct importer *im, struct err *err)
{
	return text_each_line(0, im->data, im->n_bytes, fasttext_on_line, im, err);
}

static bool fasttext_detect(const struct import_sample *sample)
{
	return sample->shape == SHAPE_FASTTEXT;
}

const struct import_format import_fasttext = {
	.name = "fasttext",
	.detect = fasttext_detect,
	.read = { [SHAPE_FASTTEXT] = fasttext_read },
};
