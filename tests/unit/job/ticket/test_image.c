/*
 * Images of tickets: the headers of each format, refusals with their messages, and the files that a
 * tickets file can name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/ticket/image.h"
#include "unit/scratch.h"

#define BYTES(text) text, sizeof(text) - 1

#define PNG(size) "\x89PNG\r\n\x1a\n\0\0\0\rIHDR" size "\x08\2\0\0\0abcd"
#define PNG_REST "\0\0\0\2IDATxxabcd\0\0\0\0IEND\xAE\x42\x60\x82"
#define FRAME(marker, size) "\xFF" marker "\0\x11\x08" size "\3\1\x22\0\2\x11\1\3\x11\1"
#define SCAN "\xFF\xDA\0\x0C\3\1\0\2\x11\3\x11\0\x3F\0zz"
#define PREVIEW "\xFF\xE1\0\x08zz\xFF\xD9zz"
#define GIF(size) "GIF89a" size "\x80\0\0aaabbb\x21\xF9\4\0\0\0\0\0"
#define GIF_IMAGE "\x2C\0\0\0\0\x20\0\x10\0\0\2\2\x4C\1\0"
#define BMP(size, bits, packed) \
	"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" size "\1\0" bits "\0" packed \
	"\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const struct {
	const char *bytes;
	size_t n;
	const char *format;
	int64_t width, height;
} good[] = {
	{ BYTES(PNG("\0\0\1\x20\0\0\0\x10") PNG_REST), "PNG", 288, 16 },
	{ BYTES(PNG("\0\0\0\1\0\0\0\1") PNG_REST "rest"), "PNG", 1, 1 },
	{ BYTES("\xFF\xD8" FRAME("\xC0", "\1\x20\0\x10") SCAN "\xFF\xD9"), "JPEG", 16, 288 },
	{ BYTES("\xFF\xD8" PREVIEW "\xFF\xFF" FRAME("\xC2", "\0\x20\0\x10") SCAN "\xFF\xD9zz"),
	  "JPEG", 16, 32 },
	{ BYTES(GIF("\x20\0\x10\0") GIF_IMAGE "\x3B"), "GIF", 32, 16 },
	{ BYTES("GIF87a\x20\1\x10\0\0\0\0" GIF_IMAGE), "GIF", 288, 16 },
	{ BYTES(BMP("\2\0\0\0\2\0\0\0", "\x18", "\0") "aaabbb\0\0cccddd\0\0"), "BMP", 2, 2 },
	{ BYTES(BMP("\2\0\0\0\xFE\xFF\xFF\xFF", "\x18", "\0") "aaabbb\0\0cccddd\0\0"), "BMP", 2,
	  2 },
};

static void test_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct image_facts f;
		struct err err = { 0 };

		if (image_look(good[i].bytes, good[i].n, &f, &err) < 0)
			fail_msg("row %zu: %s", i, err.msg);
		assert_string_equal(f.format, good[i].format);
		assert_int_equal(f.width, good[i].width);
		assert_int_equal(f.height, good[i].height);
	}
}

/* A truncated file is refused: a part of the picture would be grey. */
static void test_cut_anywhere(void **state)
{
	static const size_t junk[] = { 0, 4, 0, 2, 1, 0, 0, 0 }; /* behind the picture's end */

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		for (size_t n = 0; n + junk[i] < good[i].n; n++) {
			struct image_facts f = { 0 };
			struct err err = { 0 };

			if (image_look(good[i].bytes, n, &f, &err) == 0)
				fail_msg("row %zu: taken with %zu of %zu bytes", i, n, good[i].n);
			assert_null(f.format);
		}
}

static const struct {
	const char *bytes;
	size_t n;
	const char *words;
} bad[] = {
	{ "", 0, "it is an empty file" },
	{ BYTES("a text in a .png"),
	  "it is not a PNG, JPEG, BMP or GIF file, whatever its name says" },
	{ BYTES("RIFF\x24\0\0\0WEBPVP8 "), "it is not a PNG, JPEG, BMP or GIF file" },
	{ BYTES(PNG("\0\0\xEA\x60\0\0\xEA\x60") PNG_REST),
	  "it claims 60000 × 60000 pixels; at most 50 million, and 32768 a side, are accepted: "
	  "make it smaller" },
	{ BYTES(PNG("\0\0\x80\1\0\0\0\1") PNG_REST), "it claims 32769 × 1 pixels" },
	{ BYTES(PNG("\0\0\x20\0\0\0\x20\0") PNG_REST), "it claims 8192 × 8192 pixels" },
	{ BYTES(PNG("\0\0\0\0\0\0\0\5") PNG_REST), "it claims a size of 0 × 5 pixels" },
	{ BYTES(PNG("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF") PNG_REST), "4294967295 × 4294967295" },
	{ BYTES(PNG("\0\0\0\x20\0\0\0\x10") "\0\0\0\2IDATxxabcd"), "it is a PNG file that ends" },
	{ BYTES("\xFF\xD8" PREVIEW FRAME("\xC0", "\0\x20\0\x10") SCAN),
	  "it is a JPEG file that ends too early: part of the image is missing" },
	{ BYTES("\xFF\xD8" SCAN "\xFF\xD9"), "it begins as a JPEG file, but its header is cut" },
	{ BYTES("\xFF\xD8" FRAME("\xC0", "\0\0\0\x10") SCAN "\xFF\xD9"), "size of 16 × 0 pixels" },
	{ BYTES(GIF("\x20\0\x10\0") "\x3B"), "it is a GIF file that ends too early" },
	{ BYTES(BMP("\2\0\0\0\0\0\0\x80", "\x18", "\0")), "it claims 2 × 2147483648 pixels" },
	{ BYTES(BMP("\xFE\xFF\xFF\xFF\2\0\0\0", "\x18", "\0")), "a size of -2 × 2 pixels" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct image_facts f = { 0 };
		struct err err = { 0 };

		if (image_look(bad[i].bytes, bad[i].n, &f, &err) == 0)
			fail_msg("row %zu was taken", i);
		assert_int_equal(err.kind, ERR_INPUT);
		if (!strstr(err.msg, bad[i].words))
			fail_msg("row %zu: '%s' does not say '%s'", i, err.msg, bad[i].words);
	}
}

static int read_named(const char *name, struct err *err)
{
	struct arena a = { 0 };
	struct image_facts f;
	const char *data;
	size_t n;
	int r;

	*err = (struct err){ 0 };
	r = image_read(&a, "in/tickets.jsonl", name, &data, &n, &f, err);
	if (r == 0)
		assert_memory_equal(data, good[0].bytes, n);
	arena_release(&a);
	return r;
}

/* Names are relative to the folder of the tickets file, and stay inside it. */
static void test_files(void **state)
{
	static const struct {
		const char *name, *words;
	} rows[] = {
		{ "a.png", NULL },
		{ "deep/a.png", NULL },
		{ "./deep/a.png", NULL },
		{ "..a.png", NULL },
		{ "../a.png", "'../a.png' is outside the folder of the tickets file" },
		{ "deep/../../a.png", "is outside the folder" },
		{ "deep/..", "is outside the folder" },
		{ "/etc/hostname", "'/etc/hostname' is outside the folder" },
		{ "none.png", "the image 'none.png' cannot be read: cannot open 'in/none.png'" },
		{ "deep", "the image 'deep' cannot be read: 'in/deep' is a folder" },
		{ "text.png", "the image 'text.png' cannot be used: it is not a PNG" },
		{ "large.png", "the image 'large.png' has 20971521 bytes; the limit is 20971520" },
	};
	struct err err;
	FILE *f;

	(void)state;
	assert_int_equal(mkdir("in", 0700), 0);
	assert_int_equal(mkdir("in/deep", 0700), 0);
	scratch_write("a.png", good[0].bytes, good[0].n);
	scratch_write("in/a.png", good[0].bytes, good[0].n);
	scratch_write("in/..a.png", good[0].bytes, good[0].n);
	scratch_write("in/deep/a.png", good[0].bytes, good[0].n);
	scratch_text("in/text.png", "words");
	f = fopen("in/large.png", "w");
	assert_non_null(f);
	assert_int_equal(ftruncate(fileno(f), IMAGE_MAX_BYTES + 1), 0);
	fclose(f);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int r = read_named(rows[i].name, &err);

		if (!rows[i].words && r < 0)
			fail_msg("'%s': %s", rows[i].name, err.msg);
		if (rows[i].words && (r == 0 || !strstr(err.msg, rows[i].words)))
			fail_msg("'%s': '%s' does not say '%s'", rows[i].name, err.msg,
				 rows[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
