/*
 * SHA-256, with and without a key, compared with published values: memory, parts and files; texts
 * with their lengths; random bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/hash.h"
#include "unit/random.h"
#include "unit/scratch.h"

/* FIPS 180-2, appendix B, and the empty message. */
static void known_values(void **state)
{
	static const struct {
		const char *text, *hex;
	} rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	char hex[HASH_HEX_LEN + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		hash_bytes(rows[i].text, strlen(rows[i].text), hex);
		assert_string_equal(hex, rows[i].hex);
	}
}

/* RFC 4231, test cases 1, 2 and 6 (a key longer than a block). */
static void known_values_with_a_key(void **state)
{
	const char *text = "Test Using Larger Than Block-Size Key - Hash Key First";
	char key[131], hex[HASH_HEX_LEN + 1];

	(void)state;
	memset(key, 0x0b, sizeof(key));
	hash_hmac(key, 20, "Hi There", 8, hex);
	assert_string_equal(hex,
			    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hash_hmac("Jefe", 4, "what do ya want for nothing?", 28, hex);
	assert_string_equal(hex,
			    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	hash_hmac(key, sizeof(key), text, strlen(text), hex);
	assert_string_equal(hex,
			    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void parts_hash_as_the_whole(void **state)
{
	static char data[10000];
	char whole[HASH_HEX_LEN + 1], parts[HASH_HEX_LEN + 1];
	uint64_t seed = 3;

	(void)state;
	random_bytes(&seed, data, sizeof(data));
	hash_bytes(data, sizeof(data), whole);
	for (int round = 0; round < 50; round++) {
		size_t at = 0;
		struct hash h;

		hash_init(&h);
		while (at < sizeof(data)) {
			size_t n = random_below(&seed, 700);

			n = n < sizeof(data) - at ? n : sizeof(data) - at;
			hash_add(&h, data + at, n);
			at += n;
		}
		hash_hex(&h, parts);
		assert_null(h.state);
		assert_string_equal(parts, whole);
	}
}

static void hash_two(const char *x, const char *y, char hex[HASH_HEX_LEN + 1])
{
	struct hash h;

	hash_init(&h);
	hash_add_text(&h, x);
	hash_add_text(&h, y);
	hash_hex(&h, hex);
}

static void texts_do_not_run_together(void **state)
{
	static const char *const pairs[][2] = {
		{ "ab", "c" },	 { "a", "bc" }, { "abc", "" },	{ "", "abc" }, { "abc", NULL },
		{ NULL, "abc" }, { "", "" },	{ NULL, NULL }, { NULL, "" },  { "", NULL },
	};
	enum { N = sizeof(pairs) / sizeof(pairs[0]) };
	char hex[N][HASH_HEX_LEN + 1];

	(void)state;
	for (size_t i = 0; i < N; i++) {
		hash_two(pairs[i][0], pairs[i][1], hex[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(hex[i], hex[j]);
	}
}

/* Eight bytes, little-endian, on every machine. */
static void numbers_have_one_form(void **state)
{
	char as_number[HASH_HEX_LEN + 1], as_bytes[HASH_HEX_LEN + 1];
	struct hash h;

	(void)state;
	hash_init(&h);
	hash_add_i64(&h, 0x0102030405060708);
	hash_add_i64(&h, -1);
	hash_hex(&h, as_number);
	hash_bytes("\x08\x07\x06\x05\x04\x03\x02\x01\xff\xff\xff\xff\xff\xff\xff\xff", 16,
		   as_bytes);
	assert_string_equal(as_number, as_bytes);
}

static void count_call(void *ctx, uint64_t done_bytes)
{
	uint64_t *last = ctx;

	assert_true(done_bytes > *last);
	*last = done_bytes;
}

static void files_hash_as_their_bytes(void **state)
{
	static char data[(3 << 20) + 17];
	char of_file[HASH_HEX_LEN + 1], of_bytes[HASH_HEX_LEN + 1];
	static const size_t sizes[] = { 0, 1, 1 << 20, sizeof(data) };
	uint64_t seed = 9;
	struct err err = { 0 };

	(void)state;
	random_bytes(&seed, data, sizeof(data));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		scratch_write("f", data, sizes[i]);
		assert_int_equal(hash_file("f", NULL, NULL, of_file, &err), 0);
		hash_bytes(data, sizes[i], of_bytes);
		assert_string_equal(of_file, of_bytes);
	}
	assert_int_equal(err.kind, ERR_NONE);
}

static void progress_is_reported(void **state)
{
	char hex[HASH_HEX_LEN + 1];
	uint64_t done = 0;
	struct err err;

	(void)state;
	scratch_text("large", "");
	assert_int_equal(truncate("large", 130 << 20), 0);
	assert_int_equal(hash_file("large", count_call, &done, hex, &err), 0);
	assert_int_equal(done, 128 << 20);
}

static void an_unreadable_file_is_bad_input(void **state)
{
	char hex[HASH_HEX_LEN + 1];
	struct err err;

	(void)state;
	assert_int_equal(hash_file("missing", NULL, NULL, hex, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.msg, "cannot open 'missing': No such file or directory");
	assert_int_equal(hash_file(".", NULL, NULL, hex, &err), -1);
	assert_string_equal(err.msg, "cannot read '.': Is a directory");
}

static void hex_has_a_length_and_small_letters(void **state)
{
	(void)state;
	assert_true(hash_is_hex("0af9", 4));
	assert_false(hash_is_hex("0af9", 3));
	assert_false(hash_is_hex("0af", 4));
	assert_false(hash_is_hex("0aF9", 4));
	assert_false(hash_is_hex("0ag9", 4));
	assert_false(hash_is_hex(NULL, 4));
}

static void random_bytes_differ(void **state)
{
	unsigned char x[32] = { 0 }, y[32] = { 0 };

	(void)state;
	hash_random(x, sizeof(x));
	hash_random(y, sizeof(y));
	assert_memory_not_equal(x, y, sizeof(x));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_values),
		cmocka_unit_test(known_values_with_a_key),
		cmocka_unit_test(parts_hash_as_the_whole),
		cmocka_unit_test(texts_do_not_run_together),
		cmocka_unit_test(numbers_have_one_form),
		cmocka_unit_test(files_hash_as_their_bytes),
		cmocka_unit_test(progress_is_reported),
		cmocka_unit_test(an_unreadable_file_is_bad_input),
		cmocka_unit_test(hex_has_a_length_and_small_letters),
		cmocka_unit_test(random_bytes_differ),
	};

	return cmocka_run_group_tests_name("hash", tests, scratch_enter, scratch_leave);
}
