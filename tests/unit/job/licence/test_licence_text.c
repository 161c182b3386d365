/*
 * Licence texts beside a model: which are recognised, which only resemble a licence, and to which
 * model they belong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/hash.h"
#include "licence_fixture.h"
#include "unit/scratch.h"

static const char mit[] =
	"MIT License\n\nCopyright (c) 2026 Somebody\n\n"
	"Permission is hereby granted, free of charge, to any person obtaining a copy\n"
	"of this software and associated documentation files (the \"Software\"), to deal\n"
	"in the Software without restriction, including without limitation the rights\n"
	"to use, copy, modify, merge, publish, distribute, sublicense, and/or sell\n"
	"copies of the Software, and to permit persons to whom the Software is\n"
	"furnished to do so, subject to the following conditions:\n\n"
	"The above copyright notice and this permission notice shall be included in all\n"
	"copies or substantial portions of the Software.\n\n"
	"THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR\n"
	"IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,\n"
	"FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE\n"
	"AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER\n"
	"LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,\n"
	"OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE\n"
	"SOFTWARE.\n";

static const char one_clause_more[] =
	"\nOur only modification part is that, if the Software (or any derivative works\n"
	"thereof) is used for any of your commercial products or services that have\n"
	"more than 100 million monthly active users, you shall prominently display its name.\n";

/* One text beside one model, in a folder of their own. */
static struct licence beside(struct arena *a, const char *file, const char *text,
			     const char *licence)
{
	static int n;
	const char *dir = arena_printf(a, "beside-%d", n++);
	struct model m = model_of("", licence, "");

	if (mkdir(dir, 0700) != 0)
		abort();
	scratch_text(arena_printf(a, "%s/%s", dir, file), text);
	m.path = m.spec = arena_printf(a, "%s/m.gguf", dir);
	scratch_text(m.path, "GGUF");
	return judge(a, &m, &commercial);
}

static void test_text_beside(void **state)
{
	char hex[HASH_HEX_LEN + 1];
	struct arena a = { 0 };
	struct licence l = beside(&a, "LICENSE", mit, "");

	(void)state;
	hash_bytes(mit, strlen(mit), hex);
	assert_verdict(&l, OK, "mit", "LICENSE beside the file", "MIT");
	assert_string_equal(l.text_sha256, hex);
	assert_true(l.judged_us > 0);
	l = beside(&a, "LICENSE", arena_printf(&a, "%s%s", mit, one_clause_more), "mit");
	assert_verdict(&l, READ, "mit", "LICENSE beside the file", "a clause more");
	assert_non_null(strstr(l.why, "resembles mit, but holds more"));
	l = beside(&a, "licence.md", "# **Gemma Terms of Use**\n", "");
	assert_verdict(&l, READ, "gemma", "licence.md beside the file", "title in Markdown");
	l = beside(&a, "COPYING", "Do what is right.", "apache-2.0");
	assert_verdict(&l, READ, "apache-2.0", "COPYING beside the file", "unknown text");
	l = beside(&a, "LICENSE", mit, "cc-by-nc-4.0");
	assert_verdict(&l, BLOCK, "cc-by-nc-4.0", "file: general.license", "header worse");
	l = beside(&a, "LICENSE", "Attribution-NonCommercial 4.0 International", "mit");
	assert_verdict(&l, BLOCK, "cc-by-nc-4.0", "LICENSE beside the file", "text worse");
	l = beside(&a, "NOTICE", "Thanks to all.", "mit");
	assert_verdict(&l, OK, "mit", "file: general.license", "a mere notice");
	assert_string_equal(l.text_sha256, "");
	l = beside(&a, "NOTICE",
		   "Llama 3.2 is licensed under the Llama 3.2 Community License, Copyright",
		   "apache-2.0");
	assert_verdict(&l, READ, "llama3.2", "NOTICE beside the file", "a notice that says much");
	l = beside(&a, "LICENSE-CODE", mit, "deepseek");
	assert_verdict(&l, READ, "deepseek", "file: general.license", "for code alone");
	assert_string_equal(l.text_sha256, "");
	l = beside(&a, "m-LICENSE.txt", mit, "");
	assert_verdict(&l, OK, "mit", "m-LICENSE.txt beside the file", "by the model's name");
	l = beside(&a, "other.gguf", "GGUF", "");
	assert_verdict(&l, READ, "", "nothing stated", "no text at all");
	arena_release(&a);
}

/* The whole texts, as Debian ships them. */
static void test_whole_texts(void **state)
{
	static const struct {
		const char *path, *id;
	} rows[] = {
		{ "/usr/share/common-licenses/Apache-2.0", "apache-2.0" },
		{ "/usr/share/common-licenses/GPL-3", "gpl-3.0" },
		{ "/usr/share/common-licenses/LGPL-3", "lgpl-3.0" },
		{ "/usr/share/common-licenses/MPL-2.0", "mpl-2.0" },
		{ "/usr/share/common-licenses/CC0-1.0", "cc0-1.0" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const struct text_row *row;
		struct err err;
		char *text;
		size_t len;
		bool more;

		if (file_read(&a, rows[i].path, 1 << 20, &text, &len, &err) < 0) {
			print_message("SKIPPED: %s\n", err.msg);
			continue;
		}
		row = licence_text_of(&a, text, len, &more);
		if (!row || more || strcmp(row->licence, rows[i].id) != 0)
			fail_msg("%s is taken for %s", rows[i].path, row ? row->licence : "none");
	}
	arena_release(&a);
}

/* Several models in a folder: a bare LICENSE may belong to any of them, a named one does not. */
static void test_shared_folder(void **state)
{
	static const char *const hub[] = { "hub", "hub/models--a--b", "hub/models--a--b/snapshots",
					   "hub/models--a--b/snapshots/0123" };
	struct arena a = { 0 };
	struct model m = model_of("", "", "");
	struct licence l;

	(void)state;
	assert_int_equal(mkdir("shared", 0700), 0);
	m.path = "shared/m.gguf";
	scratch_text("shared/m.gguf", "GGUF");
	scratch_text("shared/other.gguf", "GGUF");
	scratch_text("shared/LICENSE", mit);
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, READ, "mit", "LICENSE in the folder", "shared");
	assert_int_equal(strlen(l.text_sha256), HASH_HEX_LEN);
	m = model_of("", "apache-2.0", "");
	m.path = "shared/m.gguf";
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, OK, "apache-2.0", "file: general.license", "shared, but stated");
	scratch_text("shared/m.gguf.LICENSE", "LLAMA 3.2 COMMUNITY LICENSE AGREEMENT");
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, READ, "llama3.2", "m.gguf.LICENSE beside the file", "its own");
	/* A repository in the Hugging Face cache holds one model in several forms. */
	for (size_t i = 0; i < N(hub); i++)
		assert_int_equal(mkdir(hub[i], 0700), 0);
	m = model_of("", "", "");
	m.path = "hub/models--a--b/snapshots/0123/m-q4.gguf";
	scratch_text("hub/models--a--b/snapshots/0123/m-q4.gguf", "GGUF");
	scratch_text("hub/models--a--b/snapshots/0123/m-q8.gguf", "GGUF");
	scratch_text("hub/models--a--b/snapshots/0123/LICENSE", mit);
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, OK, "mit", "LICENSE beside the file", "one repository");
	/* The parts of one model are one model. */
	assert_int_equal(mkdir("parts", 0700), 0);
	m = model_of("", "", "");
	m.path = "parts/m-00001-of-00002.gguf";
	m.n_parts = 2;
	scratch_text("parts/m-00001-of-00002.gguf", "GGUF");
	scratch_text("parts/m-00002-of-00002.gguf", "GGUF");
	scratch_text("parts/LICENSE", mit);
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, OK, "mit", "LICENSE beside the file", "in parts");
	arena_release(&a);
}

/* Unreadable things are not licences: a folder, a pipe, a huge file, random bytes. */
static void test_odd_files_beside(void **state)
{
	struct arena a = { 0 };
	struct model m = model_of("", "mit", "");
	struct licence l;
	char *huge = calloc(1, 300 << 10);

	(void)state;
	assert_int_equal(mkdir("odd", 0700), 0);
	assert_int_equal(mkdir("odd/LICENSE", 0700), 0);
	assert_int_equal(mkfifo("odd/LICENSE.fifo", 0600), 0);
	memset(huge, 'x', 300 << 10);
	scratch_write("odd/LICENSE.huge", huge, 300 << 10);
	free(huge);
	m.path = "odd/m.gguf";
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, OK, "mit", "file: general.license", "odd files");
	scratch_write("odd/LICENSE.bytes", "\0\xff\xfe mit \0", 9);
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, READ, "mit", "LICENSE.bytes beside the file", "bytes");
	m.path = "not-there/m.gguf";
	l = judge(&a, &m, &commercial);
	assert_verdict(&l, OK, "mit", "file: general.license", "no such folder");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_beside),
		cmocka_unit_test(test_whole_texts),
		cmocka_unit_test(test_shared_folder),
		cmocka_unit_test(test_odd_files_beside),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
