/*
 * Names that the user gives, and answers of servers: lists, manifests, addresses, headers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pull/pull_answer.h"
#include "pull/pull_link.h"
#include "pull/pull_name.h"
#include "work/transfer/transfer.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))
#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SHA1 "0123456789abcdef0123456789abcdef01234567"

static struct arena arena;

static int release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

/* ---- names */

static void hub_names(void **state)
{
	struct pull_name n;
	struct err err;

	(void)state;
	assert_int_equal(pull_name_parse(&arena, "hf:a-b/c.d_1/sub/x y.gguf@refs/pr/2", &n, &err),
			 0);
	assert_int_equal(n.place, PULL_HUGGING_FACE);
	assert_string_equal(n.org, "a-b");
	assert_string_equal(n.repo, "c.d_1");
	assert_string_equal(n.file, "sub/x y.gguf");
	assert_string_equal(n.revision, "refs/pr/2");
	assert_null(n.host);
	assert_int_equal(pull_name_parse(&arena, "hf:a/b/c@d.gguf@v1", &n, &err), 0);
	assert_string_equal(n.file, "c@d.gguf");
	assert_int_equal(pull_name_parse(&arena, "hf:a/b/c.gguf", &n, &err), 0);
	assert_string_equal(n.revision, "main");
	assert_string_equal(n.text, "hf:a/b/c.gguf");
}

/* Other forms become the one for the job file (test_hub_name.c has more). */
static void pasted_names(void **state)
{
	struct pull_name n;
	struct err err;

	(void)state;
	assert_int_equal(
		pull_name_parse(&arena, "https://huggingface.co/a/b/resolve/v1/c.gguf", &n, &err),
		0);
	assert_string_equal(n.text, "hf:a/b/c.gguf@v1");
	assert_string_equal(n.revision, "v1");
	assert_int_equal(pull_name_parse(&arena, "hf.co/a/b:Q4_K_M", &n, &err), 0);
	assert_null(n.file);
	assert_string_equal(n.quant, "Q4_K_M");
	assert_int_equal(pull_name_parse(&arena, "hf:a/b", &n, &err), 0);
	assert_null(n.file);
	assert_string_equal(n.quant, "");
}

static void ollama_names(void **state)
{
	static const struct {
		const char *text, *host, *space, *model, *tag, *whole;
	} rows[] = {
		{ "ollama:m", "registry.ollama.ai", "library", "m", "latest", "ollama:m:latest" },
		{ "ollama:llama3.2:1b", "registry.ollama.ai", "library", "llama3.2", "1b",
		  "ollama:llama3.2:1b" },
		{ "ollama:me/m:t", "registry.ollama.ai", "me", "m", "t", "ollama:me/m:t" },
		{ "ollama:hf.co/o/r:Q4_K_M", "hf.co", "o", "r", "Q4_K_M",
		  "ollama:hf.co/o/r:Q4_K_M" },
		{ "ollama:127.0.0.1:5000/n/m", "127.0.0.1:5000", "n", "m", "latest",
		  "ollama:127.0.0.1:5000/n/m:latest" },
		{ "ollama:localhost/n/m:t", "localhost", "n", "m", "t", "ollama:localhost/n/m:t" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct pull_name n;
		struct err err;

		assert_int_equal(pull_name_parse(&arena, rows[i].text, &n, &err), 0);
		assert_int_equal(n.place, PULL_OLLAMA);
		assert_string_equal(n.host, rows[i].host);
		assert_string_equal(n.space, rows[i].space);
		assert_string_equal(n.model, rows[i].model);
		assert_string_equal(n.tag, rows[i].tag);
		assert_string_equal(n.text, rows[i].whole);
	}
}

static void malformed_names(void **state)
{
	static const char *const rows[] = {
		"",
		"hf:",
		"hf:/b/c.gguf",
		"hf:a//c.gguf",
		"hf:../b/c.gguf",
		"hf:a/../c.gguf",
		"hf:a/b/../c.gguf",
		"hf:a/b/./c.gguf",
		"hf:a/b//c.gguf",
		"hf:a/b/c.gguf/",
		"hf:a/b/c.bin",
		"hf:a/b/c.gguf@",
		"hf:a/b/c.gguf@../x",
		"hf:a/b/c.gguf@x//y",
		"hf:a/b/c.gguf@x y",
		"hf:a/b/c\\d.gguf",
		"hf:a/b/c\x1b.gguf",
		"hf:a/b/c\xff.gguf",
		"hf:a--b/c/d.gguf",
		"hf:a..b/c/d.gguf",
		"hf:a%2f/c/d.gguf",
		"ollama:",
		"ollama::t",
		"ollama:m:",
		"ollama:m:a b",
		"ollama:..",
		"ollama:../m",
		"ollama:nohost/n/m",
		"ollama:h.x/n/m/o",
		"ollama:h.x/../m",
		"ollama:h@x.y/n/m",
		"m.gguf",
		"https://huggingface.co/a",
		"https://huggingface.co/datasets/a/b",
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct pull_name n;
		struct err err;

		if (pull_name_parse(&arena, rows[i], &n, &err) == 0)
			fail_msg("'%s' was taken", rows[i]);
		assert_int_equal(err.kind, ERR_INPUT);
	}
}

static void parts_of_a_split_model(void **state)
{
	static const struct {
		const char *file;
		size_t n;
		const char *first;
	} rows[] = {
		{ "a/m-00002-of-00003.gguf", 3, "a/m-00001-of-00003.gguf" },
		{ "m-00001-of-00001.gguf", 1, "m-00001-of-00001.gguf" },
		{ "m.gguf", 1, "m.gguf" },
		{ "m-00000-of-00003.gguf", 1, "m-00000-of-00003.gguf" },
		{ "m-00004-of-00003.gguf", 1, "m-00004-of-00003.gguf" },
		{ "m-0000x-of-00003.gguf", 1, "m-0000x-of-00003.gguf" },
		{ "m-00001-of-99999.gguf", 1, "m-00001-of-99999.gguf" },
		{ "-00001-of-00002.gguf", 1, "-00001-of-00002.gguf" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const char **files;
		size_t n;

		pull_parts(&arena, rows[i].file, &files, &n);
		assert_int_equal(n, rows[i].n);
		assert_string_equal(files[0], rows[i].first);
	}
}

/* ---- answers */

static int listing(const char *text, struct pull_listing *ret)
{
	struct err err;

	return pull_listing_read(&arena, text, strlen(text), ret, &err);
}

static void a_list_of_files(void **state)
{
	struct pull_listing l;
	const struct pull_file *f;

	(void)state;
	assert_int_equal(listing("{\"sha\":\"" SHA1 "\",\"cardData\":{\"license\":[\"other\"],"
				 "\"license_name\":\"n\",\"license_link\":\"l\"},\"siblings\":["
				 "{\"rfilename\":\"a.gguf\",\"size\":7,\"blobId\":\"" SHA1
				 "\",\"lfs\":{\"sha256\":\"" SHA256
				 "\",\"size\":9,\"pointerSize\":1}},"
				 "{\"rfilename\":\"LICENSE\",\"size\":3,\"blobId\":\"" SHA1 "\"},"
				 "{\"rfilename\":\"sub/LICENSE\"},{\"rfilename\":\"../x\"},"
				 "{\"rfilename\":\"/x\"},{\"rfilename\":\"a\\\\b\"}]}",
				 &l),
			 0);
	assert_string_equal(l.commit, SHA1);
	assert_string_equal(l.licence, "other");
	assert_string_equal(l.licence_name, "n");
	assert_string_equal(l.licence_link, "l");
	assert_int_equal(l.n_files, 3);
	assert_int_equal(l.n_unsafe, 3);
	f = pull_listing_find(&l, "a.gguf");
	assert_non_null(f);
	assert_int_equal(f->size_bytes, 9);
	assert_string_equal(f->sha256, SHA256);
	assert_string_equal(f->git_sha1, "");
	f = pull_listing_find(&l, "LICENSE");
	assert_string_equal(f->sha256, "");
	assert_string_equal(f->git_sha1, SHA1);
	assert_true(pull_is_licence_file(f));
	f = pull_listing_find(&l, "sub/LICENSE");
	assert_int_equal(f->size_bytes, -1);
	assert_false(pull_is_licence_file(f));
	assert_null(pull_listing_find(&l, "../x"));
	assert_string_equal(pull_listing_near(&arena, &l, "b.gguf"), "a.gguf");
}

static void a_licence_that_is_only_a_tag(void **state)
{
	struct pull_listing l;

	(void)state;
	assert_int_equal(listing("{\"sha\":\"" SHA1 "\",\"siblings\":[],"
				 "\"tags\":[7,\"gguf\",\"license:mit\"]}",
				 &l),
			 0);
	assert_string_equal(l.licence, "mit");
	assert_null(pull_listing_near(&arena, &l, "b.gguf"));
}

static void malformed_lists(void **state)
{
	static const char *const rows[] = {
		"",
		"[]",
		"7",
		"<html>",
		"{}",
		"{\"sha\":\"" SHA1 "\"}",
		"{\"sha\":\"main\",\"siblings\":[]}",
		"{\"sha\":\"" SHA256 "\",\"siblings\":[]}",
		"{\"sha\":\"" SHA1 "\",\"sha\":\"" SHA1 "\",\"siblings\":[]}",
		"{\"sha\":\"" SHA1 "\",\"siblings\":{}}",
		"{\"sha\":\"" SHA1 "\",\"siblings\":[{\"rfilename\":\"a\",\"lfs\":{}}]}",
		"{\"sha\":\"" SHA1 "\",\"siblings\":[{\"rfilename\":\"a\",\"size\":-5}]}",
		"{\"sha\":\"" SHA1 "\",\"siblings\":[{\"rfilename\":\"a\",\"blobId\":\"../x\"}]}",
		"{\"sha\":\"" SHA1
		"\",\"siblings\":[{\"rfilename\":\"a\",\"size\":9000000000000000000}]}",
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct pull_listing l;

		if (listing(rows[i], &l) == 0)
			fail_msg("'%s' was taken", rows[i]);
	}
}

static int manifest(const char *text, struct pull_file **blobs, size_t *n)
{
	struct err err;

	return pull_manifest_read(&arena, text, strlen(text), blobs, n, &err);
}

#define LAYER "{\"mediaType\":\"m\",\"digest\":\"sha256:" SHA256 "\",\"size\":5}"

static void a_manifest(void **state)
{
	struct pull_file *blobs;
	size_t n;

	(void)state;
	assert_int_equal(manifest("{\"schemaVersion\":2,\"config\":" LAYER ",\"layers\":[" LAYER
				  "]}",
				  &blobs, &n),
			 0);
	assert_int_equal(n, 2);
	assert_string_equal(blobs[1].name, "sha256:" SHA256);
	assert_string_equal(blobs[1].sha256, SHA256);
	assert_string_equal(blobs[1].media, "m");
	assert_int_equal(blobs[1].size_bytes, 5);
}

static void malformed_manifests(void **state)
{
	static const char *const rows[] = {
		"{}",
		"{\"config\":" LAYER "}",
		"{\"config\":" LAYER ",\"layers\":[]}",
		"{\"layers\":[" LAYER "]}",
		"{\"config\":" LAYER ",\"layers\":[{}]}",
		"{\"config\":" LAYER ",\"layers\":[{\"digest\":\"sha256:../x\",\"size\":5}]}",
		"{\"config\":" LAYER ",\"layers\":[{\"digest\":\"sha512:" SHA256 "\",\"size\":5}]}",
		"{\"config\":" LAYER ",\"layers\":[{\"digest\":\"" SHA256 "\",\"size\":5}]}",
		"{\"config\":" LAYER ",\"layers\":[{\"digest\":\"sha256:" SHA256 "\"}]}",
		"{\"config\":" LAYER ",\"layers\":[{\"digest\":\"sha256:" SHA256
		"\",\"size\":-1}]}",
		"{\"manifests\":[" LAYER "]}",
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct pull_file *blobs;
		size_t n;

		if (manifest(rows[i], &blobs, &n) == 0)
			fail_msg("'%s' was taken", rows[i]);
	}
}

/* ---- addresses */

static void addresses(void **state)
{
	static const char *const odd[] = {
		"ftp://h/x",
		"file:///etc/passwd",
		"http://u@h/x",
		"http://h/x y",
		"http://h/x?a b",
		"http://h\\@evil.org/",
		"http://h/x#f",
		"http://h/?a#f",
		"//h/x",
		"/x",
		"http://h:0/",
		"http://h/\x7f",
		"",
		"http:///x",
		"http://h/?\xc3\xa4",
		"http://h%2e/x",
	};
	struct url url;
	struct err err;

	(void)state;
	assert_int_equal(pull_link_read(&arena, "https://H.x/a%20b?s=1%2F2&c={}", &url, &err), 0);
	assert_string_equal(url.origin, "https://h.x:443");
	for (size_t i = 0; i < N(odd); i++)
		if (pull_link_read(&arena, odd[i], &url, &err) == 0)
			fail_msg("'%s' was taken", odd[i]);
	assert_string_equal(pull_link_escape(&arena, "a b/%\xc3\xa4?#"), "a%20b/%25%C3%A4%3F%23");
}

static void allowed_addresses(void **state)
{
	static const struct {
		const char *from, *to;
		int r;
	} rows[] = {
		{ "https://a/", "https://b/", 0 },
		{ "http://127.0.0.1:1/", "https://b/", 0 },
		{ "http://127.0.0.1:1/", "http://localhost:2/", 0 },
		{ "http://127.0.0.1:1/", "http://[::1]:2/", 0 },
		{ "http://127.0.0.1:1/", "http://named:80/", 0 },
		{ "http://127.0.0.1:1/", "http://named:81/", -1 },
		{ "http://127.0.0.1:1/", "http://10.0.0.1/", -1 },
		{ "http://127.0.0.1:1/", "http://127.0.0.1.evil.org/", -1 },
		{ "https://a/", "http://a/", -1 },
		{ "https://a/", "http://127.0.0.1/", -1 },
		{ "https://a/", "http://named:80/", -1 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct url from, to;
		struct err err;

		assert_int_equal(pull_link_read(&arena, rows[i].from, &from, &err), 0);
		assert_int_equal(pull_link_read(&arena, rows[i].to, &to, &err), 0);
		if (pull_link_may_follow(&from, &to, "http://named:80", &err) != rows[i].r)
			fail_msg("%s to %s: not %d", rows[i].from, rows[i].to, rows[i].r);
	}
}

/* ---- headers */

static void ranges(void **state)
{
	static const char *const odd[] = { NULL,	   "",
					   "bytes",	   "bytes 1-2",
					   "bytes */7",	   "bytes 5-2/9",
					   "bytes 1-9/9",  "bytes 1-2/x",
					   "bytes -2/9",   "bytes 1-/9",
					   "items 1-2/9",  "bytes 99999999999999999999-2/9",
					   "bytes 1-2/9 ", "bytes=1-2/9" };
	int64_t first = 0, total = 0;

	(void)state;
	assert_true(pull_range_read("bytes 100-199/1000", &first, &total));
	assert_int_equal(first, 100);
	assert_int_equal(total, 1000);
	assert_true(pull_range_read("Bytes 0-0/*", &first, &total));
	assert_int_equal(total, -1);
	for (size_t i = 0; i < N(odd); i++)
		assert_false(pull_range_read(odd[i], &first, &total));
}

static void entity_tags(void **state)
{
	struct pull_file f = { 0 };

	(void)state;
	assert_true(pull_etag_is_strong("\"abc-2\""));
	assert_false(pull_etag_is_strong("W/\"abc\""));
	assert_false(pull_etag_is_strong("\"\""));
	assert_false(pull_etag_is_strong("abc"));
	assert_false(pull_etag_is_strong("\"a\r\nX: 1\""));
	assert_false(pull_etag_is_strong("\"a\"b\""));
	assert_false(pull_etag_is_strong(NULL));
	pull_etag_to_sum("\"../../x\"", &f);
	pull_etag_to_sum(NULL, &f);
	pull_etag_to_sum("\"0123456789ABCDEF0123456789abcdef01234567\"", &f);
	assert_string_equal(f.sha256, "");
	assert_string_equal(f.git_sha1, "");
	pull_etag_to_sum("\"" SHA256 "\"", &f);
	pull_etag_to_sum("W/\"" SHA1 "\"", &f);
	assert_string_equal(f.sha256, SHA256);
	assert_string_equal(f.git_sha1, SHA1);
}

/* The output of `git hash-object` for a file with "hello\n". */
static void git_checksum(void **state)
{
	char hex[HASH_HEX_LEN + 1];
	struct hash h;

	(void)state;
	hash_init_git(&h, 6);
	hash_add(&h, "hello\n", 6);
	hash_hex(&h, hex);
	assert_string_equal(hex, "ce013625030ba8dba906f756967f9e9ca394464a");
}

/* ---- messages of the fetcher */

static void messages_come_back(void **state)
{
	struct transfer_get get = {
		.url = "u", .token = "", .from_bytes = 7, .max_bytes = INT64_MAX, .direct = 1
	};
	struct transfer_get back;
	struct wire_reader r;
	struct err err;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 16);
	transfer_encode(TRANSFER_GET, &get, &b);
	r = (struct wire_reader){ .data = (const unsigned char *)buf_text(&b), .len = b.len };
	assert_int_equal(transfer_decode(TRANSFER_GET, &r, &arena, &back, &err), 0);
	assert_string_equal(back.url, "u");
	assert_string_equal(back.token, "");
	assert_null(back.accept);
	assert_int_equal(back.from_bytes, 7);
	assert_true(back.max_bytes == INT64_MAX);
	assert_int_equal(back.direct, 1);
	/* A message cut off anywhere is invalid. */
	for (size_t n = 0; n < b.len; n++) {
		r = (struct wire_reader){ .data = (const unsigned char *)buf_text(&b), .len = n };
		assert_int_equal(transfer_decode(TRANSFER_GET, &r, &arena, &back, &err), -1);
	}
	r = (struct wire_reader){ .data = (const unsigned char *)buf_text(&b), .len = b.len };
	assert_int_equal(transfer_decode(TRANSFER_DATA, &r, &arena, &back, &err), -1);
	assert_int_equal(transfer_decode((enum transfer_type)77, &r, &arena, &back, &err), -1);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(hub_names, release),
		cmocka_unit_test_teardown(pasted_names, release),
		cmocka_unit_test_teardown(ollama_names, release),
		cmocka_unit_test_teardown(malformed_names, release),
		cmocka_unit_test_teardown(parts_of_a_split_model, release),
		cmocka_unit_test_teardown(a_list_of_files, release),
		cmocka_unit_test_teardown(a_licence_that_is_only_a_tag, release),
		cmocka_unit_test_teardown(malformed_lists, release),
		cmocka_unit_test_teardown(a_manifest, release),
		cmocka_unit_test_teardown(malformed_manifests, release),
		cmocka_unit_test_teardown(addresses, release),
		cmocka_unit_test_teardown(allowed_addresses, release),
		cmocka_unit_test_teardown(ranges, release),
		cmocka_unit_test_teardown(entity_tags, release),
		cmocka_unit_test_teardown(git_checksum, release),
		cmocka_unit_test_teardown(messages_come_back, release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
