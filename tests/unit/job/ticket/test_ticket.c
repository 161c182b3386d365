/*
 * Tickets: reading JSONL and CSV, the message for each refusal, and the hash of a slice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "job/ticket/ticket.h"
#include "unit/scratch.h"

#define ROW(id, text, label) "{\"id\":\"" id "\",\"text\":\"" text "\",\"label\":\"" label "\"}\n"

static struct label labels[] = { { .name = "card" }, { .name = "top_up" }, { .name = "other" } };
static const struct job job = { .labels = labels, .n_labels = 3, .other = 2 };

struct loaded {
	struct arena arena;
	struct slice slice;
	struct err err;
	int r;
};

static void load(struct loaded *l, const char *name, const void *data, size_t n_bytes)
{
	*l = (struct loaded){ 0 };
	scratch_write(name, data, n_bytes);
	l->r = slice_load(&l->arena, &job, name, SLICE_ORDINARY, &l->slice, &l->err);
}

static void load_good(struct loaded *l, const char *name, const char *text)
{
	load(l, name, text, strlen(text));
	if (l->r != 0 || l->err.kind != ERR_NONE)
		fail_msg("refused: %s", l->err.msg);
}

static void test_jsonl(void **state)
{
	struct loaded l;

	(void)state;
	load_good(&l, "t.jsonl",
		  "\xEF\xBB\xBF{\"id\":\"a\",\"text\":\"Hi "
		  "\\u00e9\\n\",\"label\":\"card\",\"lang\":\"en\","
		  "\"group\":7,\"source\":\"secret\"}\r\n\n"
		  "{\"id\":12,\"text\":\"x\",\"label\":\"other\",\"lang\":null}\n"
		  "  {\"text\":\"y\",\"label\":\"top_up\"}");
	assert_int_equal(l.slice.n, 3);
	assert_int_equal(l.slice.role, SLICE_ORDINARY);
	assert_string_equal(l.slice.path, "t.jsonl");
	assert_string_equal(l.slice.tickets[0].id, "a");
	assert_string_equal(l.slice.tickets[0].text, "Hi é\n");
	assert_int_equal(l.slice.tickets[0].text_len, 6);
	assert_int_equal(l.slice.tickets[0].label, 0);
	assert_string_equal(l.slice.tickets[0].lang, "en");
	assert_string_equal(l.slice.tickets[0].group, "7");
	assert_string_equal(l.slice.tickets[1].id, "12");
	assert_null(l.slice.tickets[1].lang);
	assert_null(l.slice.tickets[1].group);
	assert_int_equal(l.slice.tickets[1].line, 3);
	assert_string_equal(l.slice.tickets[2].id, "line-4");
	assert_int_equal(l.slice.tickets[2].label, 1);
	arena_release(&l.arena);
}

static void test_csv(void **state)
{
	struct loaded l;

	(void)state;
	load_good(&l, "t.csv",
		  "\xEF\xBB\xBFlabel,note,text,id,group\r\n"
		  "card,n,\"two\r\nlines, \"\"quoted\"\"\",a,g1\r\n\r\n"
		  "other,,plain,,\r\n");
	assert_int_equal(l.slice.n, 2);
	assert_string_equal(l.slice.tickets[0].text, "two\r\nlines, \"quoted\"");
	assert_int_equal(l.slice.tickets[0].text_len, 20);
	assert_string_equal(l.slice.tickets[0].group, "g1");
	assert_int_equal(l.slice.tickets[0].line, 2);
	assert_string_equal(l.slice.tickets[1].id, "line-5");
	assert_null(l.slice.tickets[1].group);
	assert_int_equal(l.slice.tickets[1].line, 5);
	arena_release(&l.arena);
}

/* An id keeps every digit, however many it has. */
static void test_long_numbers(void **state)
{
	struct loaded l;

	(void)state;
	load_good(&l, "t.jsonl",
		  "{\"id\": 123456789012345678901234567890, \"text\": \"a 5\", \"label\": "
		  "\"card\", \"group\": 99999999999999999999, \"score\": 1e999}\n");
	assert_string_equal(l.slice.tickets[0].id, "123456789012345678901234567890");
	assert_string_equal(l.slice.tickets[0].group, "99999999999999999999");
	assert_string_equal(l.slice.tickets[0].text, "a 5");
	arena_release(&l.arena);
}

/* The hash is over the content. The format, the file name and other fields do not count. */
static void test_hash(void **state)
{
	static const char *const same =
		"{\"id\":\"a\",\"text\":\"x\",\"label\":\"card\",\"lang\":\"en\"}";
	static const char *const others[] = {
		"{\"id\":\"b\",\"text\":\"x\",\"label\":\"card\",\"lang\":\"en\"}",
		"{\"id\":\"a\",\"text\":\"y\",\"label\":\"card\",\"lang\":\"en\"}",
		"{\"id\":\"a\",\"text\":\"x\",\"label\":\"other\",\"lang\":\"en\"}",
		"{\"id\":\"a\",\"text\":\"x\",\"label\":\"card\",\"lang\":\"de\"}",
		"{\"id\":\"a\",\"text\":\"x\",\"label\":\"card\",\"group\":\"en\"}",
		"{\"id\":\"a\",\"text\":\"x\",\"label\":\"card\"}",
	};
	struct loaded first, l;

	(void)state;
	load_good(&first, "a.jsonl", same);
	assert_int_equal(strlen(first.slice.sha256), 64);
	load_good(&l, "b.csv", "text,label,id,lang,source\nx,card,a,en,s\n");
	assert_string_equal(first.slice.sha256, l.slice.sha256);
	arena_release(&l.arena);
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		load_good(&l, "c.jsonl", others[i]);
		assert_string_not_equal(first.slice.sha256, l.slice.sha256);
		arena_release(&l.arena);
	}
	arena_release(&first.arena);
}

static void test_order_enters_the_hash(void **state)
{
	struct loaded x, y;

	(void)state;
	load_good(&x, "x.jsonl", ROW("1", "a", "card") ROW("2", "b", "card"));
	load_good(&y, "y.jsonl", ROW("2", "b", "card") ROW("1", "a", "card"));
	assert_string_not_equal(x.slice.sha256, y.slice.sha256);
	arena_release(&x.arena);
	arena_release(&y.arena);
}

static const struct {
	const char *name, *text, *msg;
} bad_files[] = {
	{ "t.jsonl", "",
	  "t.jsonl: the file holds no tickets; write one JSON object per line, such as {\"id\": "
	  "\"1\", "
	  "\"text\": \"…\", \"label\": \"card\"}" },
	{ "t.jsonl", " \n\n",
	  "t.jsonl: the file holds no tickets; write one JSON object per line, such as {\"id\": "
	  "\"1\", "
	  "\"text\": \"…\", \"label\": \"card\"}" },
	{ "t.jsonl", ROW("1", "a", "card") "{\"id\":\"2\",\"text\":\"b\"}",
	  "t.jsonl:2: no 'label'; a ticket needs text and label; another name is given "
	  "with --label" },
	{ "t.jsonl", "{\"label\":\"card\"}",
	  "t.jsonl:1: no 'text'; a ticket needs text and label; another name is given "
	  "with --text" },
	{ "t.jsonl", ROW("1", " \\n", "card"), "t.jsonl:1: the text is empty" },
	{ "t.jsonl", ROW("1", "a", "crad"),
	  "t.jsonl:1: label 'crad' is not one of the job's labels (card, top_up, other); did "
	  "you mean "
	  "'card'?" },
	{ "t.jsonl", ROW("1", "a", "Card"),
	  "t.jsonl:1: label 'Card' is not one of the job's labels (card, top_up, other); did "
	  "you mean "
	  "'card'?" },
	{ "t.jsonl", ROW("1", "a", "weather \\u001b[31m"),
	  "t.jsonl:1: label 'weather \\x1b[31m' is not one of the job's labels (card, top_up, "
	  "other)" },
	{ "t.jsonl", ROW("1", "a", "card") "\n" ROW("2", "b", "card") ROW("1", "c", "card"),
	  "t.jsonl:4: id '1' is already on line 1; each ticket needs its own" },
	{ "t.jsonl", ROW("line-2", "a", "card") "{\"text\":\"b\",\"label\":\"card\"}",
	  "t.jsonl:2: id 'line-2' is already on line 1; each ticket needs its own" },
	{ "t.jsonl", ROW("", "a", "card"), "t.jsonl:1: id is empty; remove it" },
	{ "t.jsonl", ROW("a\\nb", "a", "card"),
	  "t.jsonl:1: id 'a b' holds a control character; "
	  "remove it" },
	{ "t.jsonl", "{\"text\":\"a\",\"label\":\"card\",\"lang\":\"Swiss German\"}",
	  "t.jsonl:1: lang 'Swiss German' is not a language tag; write letters, digits and "
	  "hyphens, at most 35, such as de, de-CH or amh" },
	{ "t.csv", "text,label,lang\na,card,en\na,card,1de\n",
	  "t.csv:3: lang '1de' is not a language tag; write letters, digits and hyphens, at "
	  "most 35, such as de, de-CH or amh" },
	{ "t.csv", "text,label,lang\na,card,ar\xD8\xA7\n",
	  "t.csv:2: lang 'ar\xD8\xA7' is not a language tag; write letters, digits and "
	  "hyphens, at most 35, such as de, de-CH or amh" },
	{ "t.csv", "text,label,lang\na,card,a23456789-123456789-123456789-123456\n",
	  "t.csv:2: lang 'a23456789-123456789-123456789-123456' is not a language tag; write "
	  "letters, digits and hyphens, at most 35, such as de, de-CH or amh" },
	{ "t.jsonl", "{\"id\":1.5,\"text\":\"a\",\"label\":\"card\"}",
	  "t.jsonl:1: 'id' is a number with a point; write it as a string" },
	{ "t.jsonl", "{\"text\":[\"a\"],\"label\":\"card\"}",
	  "t.jsonl:1: 'text' is a list; write it as a string" },
	{ "t.jsonl", "{\"text\":\"a\",\"label\":null}",
	  "t.jsonl:1: 'label' is null; write it as a string, as 'toehold import' does "
	  "(--map 0=NAME)" },
	{ "t.jsonl", "{\"text\":\"a\",\"label\":\"card\",\"lang\":1}",
	  "t.jsonl:1: 'lang' is a number; write it as a string" },
	{ "t.jsonl", "{\"text\":\"a\\u0000b\",\"label\":\"card\"}",
	  "t.jsonl:1: 'text' holds a NUL character (\\u0000); remove it" },
	{ "t.jsonl", "{\"text\":\"a\",\"text\":\"b\",\"label\":\"card\"}",
	  "t.jsonl:1: duplicate object key near '\"text\"'; remove one" },
	{ "t.jsonl", "[\n" ROW("1", "a", "card") "]",
	  "t.jsonl:1: a list begins here; write one JSON object per line instead, as 'toehold "
	  "import' does" },
	{ "t.jsonl", ROW("1", "a", "card") "text,label\n",
	  "t.jsonl:2: column 4: not JSON: '[' or '{' expected near 'text'; write one JSON object "
	  "per line, as 'toehold import' does" },
	{ "t.jsonl", "{\"text\":\"a\",\n\"label\":\"card\"}",
	  "t.jsonl:1: column 12: not JSON: string or '}' expected near end of file; write one "
	  "JSON object per line, as 'toehold import' does" },
	{ "t.jsonl", ROW("1", "a", "card") "{\"text\":\"caf\xFF\",\"label\":\"card\"}",
	  "t.jsonl:2: byte 13 of the line is not well-formed UTF-8; save the file as UTF-8 text, "
	  "or name its encoding with --encoding" },
	{ "t.csv", "id,text,label\n", "t.csv: the file holds a header, but no tickets; add rows" },
	{ "t.csv", "id,txt,label\n1,a,card\n",
	  "t.csv:1: no column for the text; name one of 'id', 'txt', 'label' with --text; is it "
	  "'txt'?" },
	{ "t.csv", "hello there,card\n",
	  "t.csv:1: no column for the text; name one of 'hello there', 'card' with --text" },
	{ "t.csv", "text,label,text\na,card,b\n",
	  "t.csv:1: column 'text' appears twice; rename one" },
	{ "t.csv", "text,label\na,b,card\n",
	  "t.csv:2: the row has 3 cells, the header 2; put text with commas or line breaks in "
	  "quotes" },
	{ "t.csv", "text,label\n\"a\nb\",card\nc\n",
	  "t.csv:4: the row has 1 cell, the header 2; put text with commas or line breaks in "
	  "quotes" },
	{ "t.csv", "text,label\n\"a\n\nb\",card\nc,crad\n",
	  "t.csv:5: label 'crad' is not one of the job's labels (card, top_up, other); did you "
	  "mean "
	  "'card'?" },
	{ "t.csv", "text,label\na,card\n\"b,card\nc,card\n",
	  "t.csv:3: the row that begins here: a quoted cell has no end; close it with a quote" },
	{ "t.csv", "text,label\na\"b,card\n",
	  "t.csv:2: the row that begins here: a cell holds a quote that is not doubled; put the "
	  "whole cell in quotes, and double each quote in it" },
	{ "t.csv", "text,label\n,card\n", "t.csv:2: the text is empty" },
};

static void test_bad_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad_files); i++) {
		struct loaded l;

		load(&l, bad_files[i].name, bad_files[i].text, strlen(bad_files[i].text));
		if (l.r != -1 || l.err.kind != ERR_INPUT ||
		    strcmp(l.err.msg, bad_files[i].msg) != 0)
			fail_msg("%s\n  gives r=%d %s\n  wanted    %s", bad_files[i].text, l.r,
				 l.err.msg, bad_files[i].msg);
		assert_null(l.slice.tickets);
		arena_release(&l.arena);
	}
}

#define IMAGE \
	"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x10\x08\2\0\0\0abcd" \
	"\0\0\0\2IDATxxabcd\0\0\0\0IEND\xAE\x42\x60\x82"

static void write_images(void)
{
	scratch_write("a.png", IMAGE, sizeof(IMAGE) - 1);
	scratch_write("same.png", IMAGE, sizeof(IMAGE) - 1);
	scratch_write("b.png", IMAGE "more", sizeof(IMAGE) + 3);
	scratch_text("text.png", "words");
}

/* With and without text, in both formats. The bytes of the image enter the hash, not its name. */
static void test_images(void **state)
{
	static const char *const both[][2] = {
		{ "c.csv", "id,image,text,label\n1,a.png,x,card\n2,b.png,,other\n" },
		{ "t.jsonl", "{\"id\":1,\"text\":\"x\",\"image\":\"same.png\",\"label\":\"card\"}\n"
			     "{\"id\":2,\"image\":\"b.png\",\"label\":\"other\"}" },
	};
	struct loaded first, l;

	(void)state;
	write_images();
	load_good(&first, both[0][0], both[0][1]);
	assert_string_equal(first.slice.tickets[0].image, "a.png");
	assert_string_equal(first.slice.tickets[0].text, "x");
	assert_string_equal(first.slice.tickets[1].text, "");
	assert_int_equal(first.slice.tickets[1].text_len, 0);
	assert_int_equal(strlen(first.slice.tickets[0].image_sha256), 64);
	assert_string_not_equal(first.slice.tickets[0].image_sha256,
				first.slice.tickets[1].image_sha256);
	load_good(&l, both[1][0], both[1][1]);
	assert_string_equal(first.slice.sha256, l.slice.sha256);
	arena_release(&l.arena);
	scratch_write("b.png", IMAGE "less", sizeof(IMAGE) + 3);
	load_good(&l, both[1][0], both[1][1]);
	assert_string_not_equal(first.slice.sha256, l.slice.sha256);
	arena_release(&l.arena);
	load_good(&l, "c.csv", "image,label\na.png,card\n");
	assert_null(l.slice.tickets[0].lang);
	arena_release(&l.arena);
	load_good(&l, "c.csv", "image,text,label\n,x,card\n");
	assert_null(l.slice.tickets[0].image);
	assert_null(l.slice.tickets[0].image_sha256);
	arena_release(&l.arena);
	arena_release(&first.arena);
}

/* The hashes of slices without images never change. */
static void test_hash_of_texts_is_golden(void **state)
{
	struct loaded l;

	(void)state;
	load_good(
		&l, "g.jsonl",
		"{\"id\":\"a\",\"text\":\"x\",\"label\":\"card\",\"lang\":\"en\"}\n"
		"{\"id\":\"b\",\"text\":\"y\",\"label\":\"other\",\"group\":\"g\",\"image\":null}");
	assert_string_equal(l.slice.sha256,
			    "39ec927c7dd6bdb97729ead89ae72c4d1db1f4e878f58ab51123f7e8e567d46f");
	arena_release(&l.arena);
}

static void test_bad_images(void **state)
{
	static const char *const rows[][3] = {
		{ "t.jsonl", "{\"image\":\"text.png\",\"label\":\"card\"}",
		  "t.jsonl:1: the image 'text.png' cannot be used: it is not a PNG, JPEG, BMP or "
		  "GIF file, whatever its name says" },
		{ "t.jsonl", "{\"image\":\"../a.png\",\"label\":\"card\"}",
		  "t.jsonl:1: the image '../a.png' is outside the folder of the tickets file; "
		  "move it into that folder, or into one below it" },
		{ "t.csv", "text,image,label\nx,,card\ny,none.png,card\n",
		  "t.csv:3: the image 'none.png' cannot be read: cannot open 'none.png': No such "
		  "file or directory" },
		{ "t.jsonl", "{\"image\":\"\",\"label\":\"card\"}",
		  "t.jsonl:1: image is empty; remove it" },
		{ "t.jsonl", "{\"image\":3,\"label\":\"card\"}",
		  "t.jsonl:1: 'image' is a number; write it as a string" },
	};

	(void)state;
	write_images();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct loaded l;

		load(&l, rows[i][0], rows[i][1], strlen(rows[i][1]));
		assert_int_equal(l.r, -1);
		assert_string_equal(l.err.msg, rows[i][2]);
		arena_release(&l.arena);
	}
}

static void test_nul_byte(void **state)
{
	static const char text[] = ROW("1", "a", "card") "{\"text\":\"b\0\",\"label\":\"card\"}";
	struct loaded l;

	(void)state;
	load(&l, "t.jsonl", text, sizeof(text) - 1);
	assert_string_equal(l.err.msg,
			    "t.jsonl:2: byte 11 of the line is a NUL, so this is not text; export "
			    "the tickets as CSV or JSON Lines");
	arena_release(&l.arena);
}

static void test_missing_file(void **state)
{
	struct loaded l = { 0 };

	(void)state;
	assert_int_equal(slice_load(&l.arena, &job, "none.jsonl", SLICE_HARDER, &l.slice, &l.err),
			 -1);
	assert_string_equal(l.err.msg, "cannot open 'none.jsonl': No such file or directory");
	arena_release(&l.arena);
}

/* Writes a ticket with a text of n_bytes, in the format of the name's ending. */
static void load_long(struct loaded *l, const char *name, size_t n_bytes)
{
	bool csv = strcmp(name, "t.csv") == 0;
	const char *head = csv ? "text,label\n\"" : "{\"text\":\"";
	const char *tail = csv ? "\",card\n" : "\",\"label\":\"card\"}\n";
	size_t n_head = strlen(head), n_tail = strlen(tail);
	char *text = malloc(n_head + n_bytes + n_tail);

	memcpy(text, head, n_head);
	memset(text + n_head, 'x', n_bytes);
	memcpy(text + n_head + n_bytes, tail, n_tail);
	load(l, name, text, n_head + n_bytes + n_tail);
	free(text);
}

static void test_long_tickets(void **state)
{
	static const char *const names[] = { "t.jsonl", "t.csv" };
	static const size_t lines[] = { 1, 2 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct loaded l;
		char msg[200];

		load_long(&l, names[i], 1 << 20);
		assert_int_equal(l.r, 0);
		assert_int_equal(l.slice.tickets[0].text_len, 1 << 20);
		arena_release(&l.arena);
		load_long(&l, names[i], TICKET_MAX_BYTES + 1);
		assert_int_equal(l.r, -1);
		snprintf(msg, sizeof(msg),
			 "%s:%zu: the text is too long: 4194305 bytes; the limit is 4194304",
			 names[i], lines[i]);
		assert_string_equal(l.err.msg, msg);
		arena_release(&l.arena);
	}
}

/* Many blank lines must not take quadratic time. */
static void test_many_lines(void **state)
{
	enum { ROWS = 50000, BLANKS = 2000000 };
	static const char head[] = "text,label\n", row[] = "a,card\n";
	size_t n = sizeof(head) - 1;
	char *text = malloc(n + BLANKS + ROWS * (sizeof(row) - 1));
	struct loaded l;

	(void)state;
	memcpy(text, head, n);
	memset(text + n, '\n', BLANKS);
	n += BLANKS;
	for (int i = 0; i < ROWS; i++, n += sizeof(row) - 1)
		memcpy(text + n, row, sizeof(row) - 1);
	load(&l, "many.csv", text, n);
	assert_int_equal(l.r, 0);
	assert_int_equal(l.slice.n, ROWS);
	assert_int_equal(l.slice.tickets[0].line, BLANKS + 2);
	assert_string_equal(l.slice.tickets[ROWS - 1].id, "line-2050001");
	arena_release(&l.arena);
	free(text);
}

static void test_role_names(void **state)
{
	(void)state;
	assert_string_equal(slice_role_name(SLICE_ORDINARY), "ordinary");
	assert_string_equal(slice_role_name(SLICE_HARDER), "harder");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jsonl),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_long_numbers),
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_order_enters_the_hash),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_nul_byte),
		cmocka_unit_test(test_missing_file),
		cmocka_unit_test(test_long_tickets),
		cmocka_unit_test(test_many_lines),
		cmocka_unit_test(test_role_names),
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_bad_images),
		cmocka_unit_test(test_hash_of_texts_is_golden),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
