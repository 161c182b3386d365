/*
 * Schemas that an answer can be held to, and those that are refused with a place and a reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/array.h"
#include "base/buf.h"
#include "job/task/form.h"

static void refused(const char *schema, const char *why)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	const char *text;

	if (form_bounded(&a, schema, &text, &err) == 0)
		fail_msg("accepted: %s", schema);
	if (!strstr(err.msg, why))
		fail_msg("'%s' is not in: %s", why, err.msg);
	assert_int_equal(err.kind, ERR_INPUT);
	arena_release(&a);
}

static void accepted(const char *schema, const char *bounded)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	const char *text;

	if (form_bounded(&a, schema, &text, &err) < 0)
		fail_msg("%s: %s", schema, err.msg);
	if (bounded)
		assert_string_equal(text, bounded);
	arena_release(&a);
}

static void test_strings_get_a_length(void **state)
{
	(void)state;
	accepted("{\"type\":\"string\"}", "{\"type\":\"string\",\"maxLength\":300}");
	accepted("{\"type\":[\"string\",\"null\"],\"maxLength\":20}",
		 "{\"type\":[\"string\",\"null\"],\"maxLength\":20}");
	accepted("{\"type\":\"string\",\"minLength\":400}",
		 "{\"type\":\"string\",\"minLength\":400,\"maxLength\":400}");
	accepted("{\"type\":\"string\",\"format\":\"date\"}",
		 "{\"type\":\"string\",\"format\":\"date\"}");
	accepted("{\"enum\":[\"a\",1,null]}", "{\"enum\":[\"a\",1,null]}");
}

static const struct {
	const char *schema, *why;
} bad[] = {
	{ "{", "is no JSON" },
	{ "[]", "not a schema" },
	{ "{\"type\":\"object\",\"properties\":{\"a\":3}}", "at properties/a: not a schema" },
	{ "{\"type\":\"text\"}", "'type' must be one of" },
	{ "{\"type\":[]}", "'type' must be one of" },
	{ "{\"not\":{}}", "the keyword 'not' is not understood" },
	{ "{\"type\":\"number\",\"minimum\":1}", "'minimum': a model cannot be held" },
	{ "{\"type\":\"object\",\"properties\":{\"a\":{\"oneOf\":[{},{}]}}}",
	  "at properties/a: 'oneOf' has 2 schemas" },
	{ "{\"type\":\"string\",\"minLength\":5,\"maxLength\":3}", "'minLength' is above" },
	{ "{\"type\":\"string\",\"maxLength\":100000}", "'maxLength' must be" },
	{ "{\"type\":\"string\",\"pattern\":\"a+\"}", "from ^ to $" },
	{ "{\"type\":\"string\",\"pattern\":\"^a+$\",\"maxLength\":3}",
	  "'pattern' cannot be held to beside 'maxLength'" },
	{ "{\"type\":\"integer\",\"minimum\":5,\"maximum\":3}", "is above what" },
	{ "{\"type\":\"integer\",\"exclusiveMinimum\":4,\"maximum\":4}", "is above what" },
	{ "{\"type\":\"integer\",\"minimum\":-9223372036854775808}", "at most 15 digits" },
	{ "{\"type\":\"array\",\"minItems\":3,\"maxItems\":2}", "'minItems' is above" },
	{ "{\"enum\":[]}", "'enum' admits nothing" },
	{ "{\"type\":\"string\",\"enum\":[1]}", "value 1 is not of" },
	{ "{\"type\":\"string\",\"const\":1}", "value 1 is not of" },
	{ "{\"allOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "'allOf' has 2 schemas" },
	{ "{\"anyOf\":[]}", "'anyOf' must be a list" },
	{ "{\"type\":\"object\",\"anyOf\":[{}]}", "'type' has no effect beside 'anyOf'" },
	{ "{\"minLength\":3}", "'minLength' needs \"type\": \"string\"" },
	{ "{\"type\":\"object\",\"required\":[\"a\"]}", "'required' names 'a'" },
	{ "{\"type\":\"object\",\"properties\":{\"\":{}}}", "a name must have" },
	{ "{\"$ref\":\"#/$defs/a\"}", "'$ref' leads nowhere" },
	{ "{\"$ref\":\"http://example.org/a\"}", "'$ref' leads nowhere" },
	{ "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}", "is recursive" },
	{ "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"object\",\"properties\":{\"b\":{"
	  "\"$ref\":\"#/$defs/a\"}},\"required\":[\"b\"]}}}",
	  "is recursive" },
};

static void test_what_no_answer_can_match_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		refused(bad[i].schema, bad[i].why);
}

static void test_references_and_choices_are_resolved(void **state)
{
	(void)state;
	accepted(
		"{\"$ref\":\"#/$defs/a\",\"title\":\"t\",\"$defs\":{\"a\":{\"type\":\"boolean\"}}}",
		"{\"type\":\"boolean\",\"title\":\"t\"}");
	accepted("{\"anyOf\":[{\"type\":\"null\"},{\"const\":3}]}", "{\"enum\":[3,null]}");
	accepted("{\"oneOf\":[{\"type\":\"null\"},{\"type\":\"number\"}]}",
		 "{\"type\":[\"number\",\"null\"]}");
	accepted("{\"allOf\":[{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"array\"},true]}]}",
		 "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"array\"},{}]}");
	accepted(
		"{\"properties\":{\"x\":{\"anyOf\":[{\"$ref\":\"#/$defs/a\"},{\"type\":\"null\"}]},"
		"\"y\":{\"$ref\":\"#/$defs/a\"}},\"$defs\":{\"a\":{\"enum\":[1]}}}",
		"{\"type\":\"object\",\"properties\":{\"x\":{\"enum\":[1,null]},"
		"\"y\":{\"enum\":[1]}}}");
	accepted("{\"items\":{\"enum\":[1]}}", "{\"type\":\"array\",\"items\":{\"enum\":[1]}}");
}

/* n properties of a type; all are required if `required`. */
static char *many(struct arena *a, int n, const char *field, bool required)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_adds(&b, "{\"type\":\"object\",\"properties\":{");
	for (int i = 0; i < n; i++)
		buf_addf(&b, "%s\"f%d\":%s", i ? "," : "", i, field);
	buf_adds(&b, "},\"required\":[");
	for (int i = 0; required && i < n; i++)
		buf_addf(&b, "%s\"f%d\"", i ? "," : "", i);
	buf_adds(&b, "]}");
	return buf_to_arena(&b, a);
}

static void test_size_is_bounded(void **state)
{
	struct arena a = { 0 };
	struct buf deep, values;

	(void)state;
	accepted(many(&a, 200, "{\"type\":[\"string\",\"null\"]}", true), NULL);
	refused(many(&a, 200, "{\"type\":\"null\"}", false), "may be left out");
	refused(many(&a, 400, "{\"type\":\"string\"}", true), "set smaller values");
	refused(many(&a, 6000, "{\"type\":\"null\"}", true), "more than 5000");
	refused(many(&a, 20000, "{\"type\":\"null\"}", true), "bytes, and the most is");
	buf_init(&values, 1 << 20);
	buf_adds(&values, "{\"enum\":[0");
	for (int i = 1; i < 5000; i++)
		buf_addf(&values, ",%d", i);
	buf_adds(&values, "]}");
	refused(buf_to_arena(&values, &a), "more than 5000 schemas and values");
	buf_init(&deep, 1 << 20);
	for (int i = 0; i < 40; i++)
		buf_adds(&deep, "{\"type\":\"array\",\"items\":");
	buf_adds(&deep, "{}");
	for (int i = 0; i < 40; i++)
		buf_adds(&deep, "}");
	refused(buf_to_arena(&deep, &a), "nested too deeply");
	arena_release(&a);
}

static int count_pattern(void *ctx, const char *pattern, struct err *err)
{
	(void)err;
	*(int *)ctx += strcmp(pattern, "^a$") == 0;
	return 0;
}

static void test_each_pattern_is_found(void **state)
{
	static const char text[] =
		"{\"properties\":{\"pattern\":{\"items\":{\"pattern\":\"^a$\"}}}}";
	json_t *schema = json_loads(text, 0, NULL);
	struct err err;
	int n = 0;

	(void)state;
	assert_int_equal(form_each_pattern(schema, count_pattern, &n, &err), 0);
	assert_int_equal(n, 1);
	json_decref(schema);
}

static void test_spaced_json_keeps_its_order(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_string_equal(form_spaced(&a, "{\"b\":1,\"a\":[\"x\",null]}"),
			    "{\"b\": 1, \"a\": [\"x\", null]}");
	assert_null(form_spaced(&a, "no JSON"));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings_get_a_length),
		cmocka_unit_test(test_what_no_answer_can_match_is_refused),
		cmocka_unit_test(test_references_and_choices_are_resolved),
		cmocka_unit_test(test_size_is_bounded),
		cmocka_unit_test(test_each_pattern_is_found),
		cmocka_unit_test(test_spaced_json_keeps_its_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
