/*
 * Widths after DejaVu Sans, one of the widest: in thousandths of the size, by kind of character.
 */
#include "report/page/slide_text.h"

#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "base/lang/script.h"
#include "base/str.h"

enum { TEXT_MAX_BYTES = 1 << 16 };

static double slide_char_width(const char *c, size_t n_bytes)
{
	static const struct {
		const char *chars;
		double width;
	} kinds[] = { { "ijl.,:;'|! ", .32 },
		      { "ftr()[]-", .4 },
		      { "scvxyzkJ", .56 },
		      { "w%", .85 },
		      { "mMW@", 1.0 } };
	char one[5] = { 0 };

	memcpy(one, c, n_bytes < 4 ? n_bytes : 4);
	if (n_bytes > 1)
		return strcmp(one, "·") == 0 ? .32 : str_columns(one) > 1 ? 1.1 : .7;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strchr(kinds[i].chars, *c))
			return kinds[i].width;
	return *c >= 'A' && *c <= 'Z' ? .73 : .63;
}

static double slide_width_of(const char *text, size_t n_bytes, const struct slide_font *font)
{
	double width = 0;

	for (size_t at = 0; at < n_bytes;) {
		size_t end = str_char_end(text, at, n_bytes);

		width += slide_char_width(text + at, end - at);
		at = end;
	}
	return width * font->size_px * (font->bold ? 1.1 : 1);
}

double slide_text_width(const char *text, double size_px, bool bold)
{
	const struct slide_font font = { .size_px = size_px, .bold = bold };

	return slide_width_of(text, strlen(text), &font);
}

static const char *slide_without_marks(struct arena *a, const char *text)
{
	struct buf b;

	buf_init(&b, TEXT_MAX_BYTES);
	while (*text) {
		if (str_starts(text, SCRIPT_ISOLATE))
			text += strlen(SCRIPT_ISOLATE);
		else if (str_starts(text, SCRIPT_ISOLATE_END))
			text += strlen(SCRIPT_ISOLATE_END);
		else
			buf_addc(&b, *text++);
	}
	return buf_to_arena(&b, a);
}

/* The bytes of the first words that fit; of a longer word, the characters that do. */
static size_t slide_fitting(const char *text, const struct slide_font *font)
{
	size_t n = 0, fits = 0;

	while (text[n]) {
		n += strspn(text + n, " ");
		n += strcspn(text + n, " ");
		if (slide_width_of(text, n, font) > font->width_px)
			break;
		fits = n;
	}
	if (fits > 0 || !*text)
		return fits;
	n = strlen(text);
	while (fits < n) {
		size_t end = str_char_end(text, fits, n);

		if (fits > 0 && slide_width_of(text, end, font) > font->width_px)
			break;
		fits = end;
	}
	return fits;
}

/* The start of a text that is too long for its last line. */
static const char *slide_cut(struct arena *a, const char *text, struct slide_font font)
{
	font.width_px -= font.size_px;
	return arena_printf(a, "%.*s…", (int)slide_fitting(text, &font), text);
}

size_t slide_text_lines(struct arena *a, const char *text, const struct slide_font *font,
			size_t max_lines, const char *ret_lines[SLIDE_MAX_LINES], bool *ret_whole)
{
	size_t n = 0;

	text = slide_without_marks(a, text);
	*ret_whole = true;
	while (*(text += strspn(text, " ")) && n < max_lines) {
		size_t fits = slide_fitting(text, font);

		*ret_whole = n + 1 < max_lines || !text[fits + strspn(text + fits, " ")];
		ret_lines[n++] =
			*ret_whole ? arena_strndup(a, text, fits) : slide_cut(a, text, *font);
		text += fits;
	}
	return n;
}
