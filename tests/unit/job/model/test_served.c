/*
 * Addresses of servers: valid and invalid ones, their parts, and the identity of the model there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/array.h"
#include "base/url.h"
#include "job/model/served.h"

static const struct {
	const char *text, *origin, *path, *fragment;
	bool tls, is_address, is_loopback;
} good[] = {
	{ "http://127.0.0.1:8080/v1#q", "http://127.0.0.1:8080", "/v1", "q", false, true, true },
	{ "http://127.9.9.9", "http://127.9.9.9:80", "", "", false, true, true },
	{ "HTTP://LocalHost:1/", "http://localhost:1", "", "", false, false, true },
	{ "https://api.example.com/v1/", "https://api.example.com:443", "/v1", "", true, false,
	  false },
	{ "http://[::1]:11434/v1#a:b", "http://[::1]:11434", "/v1", "a:b", false, true, true },
	{ "http://[::ffff:127.0.0.1]/v1", "http://[::ffff:127.0.0.1]:80", "/v1", "", false, true,
	  true },
	{ "http://10.0.0.5:8000/a/b#org/model", "http://10.0.0.5:8000", "/a/b", "org/model", false,
	  true, false },
	{ "http://node-3:65535#m", "http://node-3:65535", "", "m", false, false, false },
};

static void test_addresses(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct url url;
		struct err err;

		assert_int_equal(url_parse(&a, good[i].text, &url, &err), 0);
		assert_string_equal(url.origin, good[i].origin);
		assert_string_equal(url.path, good[i].path);
		assert_string_equal(url.fragment, good[i].fragment);
		assert_int_equal(url.tls, good[i].tls);
		assert_int_equal(url.is_address, good[i].is_address);
		assert_int_equal(url.is_loopback, good[i].is_loopback);
	}
	arena_release(&a);
}

static const struct {
	const char *text, *words;
} bad[] = {
	{ "ftp://x/v1", "neither http" },
	{ "http://", "neither a name" },
	{ "http://:80/v1", "neither a name" },
	{ "http://a b/v1", "neither a name" },
	{ "http://x:0/v1", "the port" },
	{ "http://x:65536/v1", "the port" },
	{ "http://x:8x/v1", "the port" },
	{ "http://me:secret@x/v1", "user name or a password" },
	{ "http://x/v1?key=1", "a query" },
	{ "http://x/v 1", "has to be escaped" },
	{ "http://x/\x1b[1m", "has to be escaped" },
	{ "http://[::1/v1", "bracket" },
	{ "http://[::1]x/v1", "other than a port" },
	{ "http://[127.0.0.1]/v1", "neither a name" },
	{ "http://-x/v1", "neither a name" },
	{ "http://x/\xff", "UTF-8" },
	{ "http://127.0.0.1%00.example.com/", "neither a name" },
};

static void test_no_addresses(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct url url;
		struct err err;

		assert_int_equal(url_parse(&a, bad[i].text, &url, &err), -1);
		assert_non_null(strstr(err.msg, bad[i].words));
		assert_null(strchr(err.msg, '\x1b'));
	}
	arena_release(&a);
}

static const struct {
	const char *address;
	enum url_reach reach;
} reaches[] = {
	{ "127.0.0.1", URL_LOOPBACK },	  { "127.255.255.255", URL_LOOPBACK },
	{ "128.0.0.1", URL_PUBLIC },	  { "10.1.2.3", URL_PRIVATE },
	{ "172.15.0.1", URL_PUBLIC },	  { "172.16.0.1", URL_PRIVATE },
	{ "172.31.255.1", URL_PRIVATE },  { "172.32.0.1", URL_PUBLIC },
	{ "192.168.1.1", URL_PRIVATE },	  { "192.169.1.1", URL_PUBLIC },
	{ "169.254.1.1", URL_PRIVATE },	  { "100.64.0.1", URL_PRIVATE },
	{ "100.128.0.1", URL_PUBLIC },	  { "0.0.0.0", URL_PUBLIC },
	{ "8.8.8.8", URL_PUBLIC },	  { "::1", URL_LOOPBACK },
	{ "fd00::1", URL_PRIVATE },	  { "fe80::1", URL_PRIVATE },
	{ "2001:db8::1", URL_PUBLIC },	  { "::ffff:10.0.0.1", URL_PRIVATE },
	{ "::ffff:8.8.8.8", URL_PUBLIC },
};

static void test_reach(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(reaches); i++) {
		struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
		struct sockaddr_in v4 = { .sin_family = AF_INET };
		const struct sockaddr *address = (struct sockaddr *)&v6;

		if (inet_pton(AF_INET, reaches[i].address, &v4.sin_addr) == 1)
			address = (struct sockaddr *)&v4;
		else
			assert_int_equal(inet_pton(AF_INET6, reaches[i].address, &v6.sin6_addr), 1);
		assert_int_equal(url_reach(address), reaches[i].reach);
	}
}

static void test_models(void **state)
{
	struct arena a = { 0 };
	struct model m;
	struct err err;

	(void)state;
	assert_int_equal(served_find(&a, "http://127.0.0.1:8080#q", &m, &err), 0);
	assert_int_equal(m.engine, ENGINE_HTTP);
	assert_string_equal(m.url, "http://127.0.0.1:8080/v1");
	assert_string_equal(m.server_model, "q");
	assert_string_equal(m.label, "q");
	assert_string_equal(m.path, "http://127.0.0.1:8080/v1#q");
	assert_string_equal(m.origin.store, "server");
	assert_null(served_leaves_for(&a, &m));
	assert_int_equal(served_find(&a, "http://h.example:x/v1", &m, &err), -1);
	assert_non_null(strstr(err.msg, "from 1 to 65535; write it as http://HOST:PORT/v1#MODEL"));
	assert_int_equal(served_find(&a, "https://h.example/v1", &m, &err), 0);
	assert_string_equal(m.label, "h.example:443");
	assert_string_equal(served_leaves_for(&a, &m), "h.example:443");
	assert_true(model_is_unchanged(&m));
	arena_release(&a);
}

/* Only the stable part of the statement counts; other parts may change. */
static void test_identity(void **state)
{
	static const char one[] = "{\"context\":1,\"identity\":{\"model\":\"m\",\"build\":\"1\","
				  "\"digest\":\"abc\"}}",
			  same[] = "{\"identity\":{\"digest\":\"abc\",\"build\":\"1\","
				   "\"model\":\"m\"},\"context\":2}",
			  other[] = "{\"identity\":{\"model\":\"m\",\"build\":\"2\","
				    "\"digest\":\"abc\"}}";
	struct model_facts facts = { .tensor_bytes = 5, .kind = MODEL_KIND_MODEL };
	struct arena a = { 0 };
	struct model m;
	struct err err;

	(void)state;
	assert_int_equal(served_find(&a, "http://127.0.0.1:8080", &m, &err), 0);
	assert_int_equal(served_take(&a, &m, &facts, one, &err), 0);
	assert_int_equal(strlen(m.sha256), 64);
	assert_string_equal(m.origin.digest, "abc");
	assert_string_equal(m.server_model, "m");
	assert_int_equal(m.stamp.size_bytes, 5);
	assert_true(m.has_facts);
	assert_true(served_is_same(&m, one));
	assert_true(served_is_same(&m, same));
	assert_false(served_is_same(&m, other));
	assert_false(served_is_same(&m, ""));
	assert_false(served_is_same(&m, "{}"));
	assert_int_equal(served_take(&a, &m, &facts, "[]", &err), -1);
	arena_release(&a);
}

static const struct {
	const char *quant;
	int64_t n_params, tensor_bytes, bytes;
} sizes[] = {
	{ "Q4_K_M", 1000, 777, 777 }, { "Q4_K_M", 16000, 0, 9000 }, { "IQ2_XS", 16000, 0, 5000 },
	{ "F16", 1000, 0, 2000 },     { "BF16", 1000, 0, 2000 },    { "MXFP4", 16000, 0, 8500 },
	{ "", 1000, 0, 0 },	      { "unknown", 1000, 0, 0 },    { "F32", 0, 0, 0 },
};

static void test_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		struct model_facts facts = { .n_params = sizes[i].n_params,
					     .tensor_bytes = sizes[i].tensor_bytes };

		memcpy(facts.quant, sizes[i].quant, strlen(sizes[i].quant) + 1);
		assert_int_equal(served_bytes(&facts), sizes[i].bytes);
	}
}

enum { CHAT = 1 << SERVED_CHAT, ONE = 1 << SERVED_SYSTEMONE, LETTERS = 1 << SERVED_LETTERS };

static const struct {
	unsigned routes;
	struct served_need need;
	enum served_route route;
	bool refused;
} chosen[] = {
	{ CHAT, { .n_labels = 3 }, SERVED_CHAT, false },
	{ CHAT | ONE, { .n_labels = 3, .text = true }, SERVED_CHAT, false },
	{ CHAT | ONE, { .n_labels = 3 }, SERVED_SYSTEMONE, false },
	{ ONE, { .n_labels = 300, .text = true }, SERVED_SYSTEMONE, false },
	{ ONE, { .n_labels = 3, .examples = true }, SERVED_CHAT, true },
	{ CHAT | ONE, { .n_labels = 3, .examples = true }, SERVED_CHAT, false },
	{ CHAT | LETTERS, { .n_labels = 26, .examples = true }, SERVED_LETTERS, false },
	{ CHAT | LETTERS, { .n_labels = 27 }, SERVED_CHAT, false },
	{ CHAT | LETTERS, { .n_labels = 26, .text = true }, SERVED_CHAT, false },
	{ CHAT | ONE | LETTERS, { .n_labels = 3, .examples = true }, SERVED_LETTERS, false },
};

static void test_routes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(chosen); i++) {
		const char *why = "not set";

		assert_int_equal(served_choose_route(chosen[i].routes, &chosen[i].need, &why),
				 chosen[i].route);
		assert_int_equal(why != NULL, chosen[i].refused);
	}
}

/* What a worker says of routes: unknown ones are left out, none is a chat. */
static void test_stated_routes(void **state)
{
	static const struct {
		const char *stated;
		unsigned routes;
	} rows[] = {
		{ "{\"identity\":{}}", CHAT },
		{ "{\"identity\":{},\"routes\":[]}", CHAT },
		{ "{\"identity\":{},\"routes\":[\"warp\",7]}", CHAT },
		{ "{\"identity\":{},\"routes\":[\"systemone\",\"warp\"]}", ONE },
		{ "{\"identity\":{},\"routes\":[\"chat\",\"letters\"]}", CHAT | LETTERS },
	};
	struct model_facts facts = { 0 };
	struct arena a = { 0 };
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct model m = { .url = "http://127.0.0.1:1/v1", .server_model = "m" };

		assert_int_equal(served_take(&a, &m, &facts, rows[i].stated, &err), 0);
		assert_int_equal(m.routes, rows[i].routes);
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_no_addresses),
		cmocka_unit_test(test_reach),	  cmocka_unit_test(test_models),
		cmocka_unit_test(test_identity),  cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_routes),	  cmocka_unit_test(test_stated_routes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
