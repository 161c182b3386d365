/*
 * The key `fields`: the form that each becomes, and the message for each that is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "base/str.h"
#include "job/file/job.h"
#include "job/task/task_extract_form.h"
#include "unit/scratch.h"

static int load(struct arena *a, const char *fields, struct job *job, struct err *err)
{
	scratch_text("job.yaml",
		     arena_printf(a, "task: extract\nfields: %s\ntickets: t.jsonl\n", fields));
	return job_load(a, "job.yaml", job, err);
}

static const struct {
	const char *fields, *properties;
} accepted[] = {
	{ "{no: string}", "{\"no\":{\"type\":[\"string\",\"null\"]}}" },
	{ "{n: number, w: whole number, b: yes or no, d: date}",
	  "{\"n\":{\"type\":[\"number\",\"null\"]},\"w\":{\"type\":[\"integer\",\"null\"]},"
	  "\"b\":{\"type\":[\"boolean\",\"null\"]},"
	  "\"d\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"}}" },
	{ "{u: [low, high]}", "{\"u\":{\"enum\":[\"low\",\"high\",null]}}" },
	{ "{u: \"low | very high, how, urgent\"}",
	  "{\"u\":{\"enum\":[\"low\",\"very high\",null],\"description\":\"how, urgent\"}}" },
	{ "\n  amount: number, a sum of money as written",
	  "{\"amount\":{\"type\":[\"number\",\"null\"],\"description\":\"a sum of money as "
	  "written\"}}" },
	{ "{'say \"x\\y\"': string, größe: string}",
	  "{\"say \\\"x\\\\y\\\"\":{\"type\":[\"string\",\"null\"]},"
	  "\"größe\":{\"type\":[\"string\",\"null\"]}}" },
};

static void test_short_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(accepted); i++) {
		struct arena a = { 0 };
		struct job job;
		struct err err;
		json_t *form;
		char *found;

		if (load(&a, accepted[i].fields, &job, &err) < 0)
			fail_msg("%s: %s", accepted[i].fields, err.msg);
		form = json_loads(job.form, 0, NULL);
		found = json_dumps(json_object_get(form, "properties"), JSON_COMPACT);
		assert_string_equal(found, accepted[i].properties);
		assert_int_equal(json_array_size(json_object_get(form, "required")),
				 json_object_size(json_object_get(form, "properties")));
		assert_true(json_is_false(json_object_get(form, "additionalProperties")));
		assert_string_equal(job.labels[0].name, "right");
		free(found);
		json_decref(form);
		arena_release(&a);
	}
}

static const struct {
	const char *fields, *message; /* what the message begins with */
} refused[] = {
	{ "{}", "job.yaml:2:9: fields: no field is named; write" },
	{ "{a: text}", "job.yaml:2:13: fields: 'a' has the unknown type 'text'; did you mean "
		       "'string'? the types are" },
	{ "{a: nmuber}", "job.yaml:2:13: fields: 'a' has the unknown type 'nmuber'; did you mean "
			 "'number'?" },
	{ "{a: }", "job.yaml:2:13: fields: 'a' has the unknown type ''; the types are" },
	{ "{a: []}", "job.yaml:2:13: fields: 'a' admits nothing; list the values" },
	{ "{a: [x, y, x]}", "job.yaml:2:20: fields: 'a' lists 'x' twice; remove one" },
	{ "{a: x | x}", "job.yaml:2:13: fields: 'a' lists 'x' twice; remove one" },
	{ "{a: [x, [y]]}", "job.yaml:2:17: fields: 'a' takes 1 to 256 values" },
	{ "{a: string, a: number}", "job.yaml:2:21: fields: the field 'a' is there twice" },
	{ "{a: string, A: number}", "job.yaml:2:21: fields: the fields 'a' and 'A' differ only in "
				    "case; rename one" },
	{ "{\"\": string}", "job.yaml:2:10: fields: a field has no name that shows" },
	{ "{\"a\\nb\": string}",
	  "job.yaml:2:10: fields: the name 'a b' holds a control character" },
	{ "{a: {b: string}}", "job.yaml:2:13: fields: 'a' has fields of its own; write them as a "
			      "JSON schema in a file" },
	{ "missing.json", "job.yaml:2:9: fields: cannot open 'missing.json': No such file or "
			  "directory; name a file with a JSON schema" },
};

static void check_refused(struct arena *a, const char *fields, const char *message)
{
	struct job job;
	struct err err;

	assert_int_equal(load(a, fields, &job, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	if (!str_starts(err.msg, message))
		fail_msg("%s:\nfound:    %s\nexpected: %s", fields, err.msg, message);
}

static void test_short_form_refused(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		check_refused(&a, refused[i].fields, refused[i].message);
	arena_release(&a);
}

static void test_too_many(void **state)
{
	struct arena a = { 0 };
	const char *fields = "{f0: string";
	struct job job;
	struct err err;

	(void)state;
	for (int i = 1; i < 200; i++)
		fields = arena_printf(&a, "%s, f%d: string", fields, i);
	assert_int_equal(load(&a, arena_printf(&a, "%s}", fields), &job, &err), -1);
	assert_non_null(strstr(err.msg,
			       ": fields: more than 100 fields; ask for fewer, or split the "
			       "job"));
	arena_release(&a);
}

/* Schemas as one property "a"; %s in a row is a schema of it. */
static const struct {
	const char *schema, *form; /* of the property */
} schemas[] = {
	{ "{\"type\": \"string\", \"title\": \"x\", \"format\": \"email\"}",
	  "{\"type\":\"string\"}" },
	{ "{\"type\": [\"null\", \"string\"], \"maxLength\": 9}",
	  "{\"type\":[\"string\",\"null\"],\"maxLength\":9}" },
	{ "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 1}, {\"type\": \"null\"}], "
	  "\"description\": \"d\"}",
	  "{\"type\":[\"integer\",\"null\"],\"minimum\":1,\"description\":\"d\"}" },
	{ "{\"$ref\": \"#/$defs/low\", \"description\": \"how\"}",
	  "{\"enum\":[\"low\",\"high\"],\"description\":\"how\"}" },
	{ "{\"allOf\": [{\"$ref\": \"#/$defs/low\"}], \"default\": \"low\"}",
	  "{\"enum\":[\"low\",\"high\"]}" },
	{ "{\"const\": 3}", "{\"enum\":[3]}" },
	{ "{\"type\": [\"string\", \"null\"], \"enum\": [\"x\", null]}",
	  "{\"enum\":[\"x\",null]}" },
	{ "{\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"maxItems\": 3}",
	  "{\"type\":\"array\",\"maxItems\":3,\"items\":{\"type\":\"string\"}}" },
	{ "{\"type\": [\"object\", \"null\"], \"properties\": {\"b\": {\"type\": \"boolean\"}}}",
	  "{\"type\":[\"object\",\"null\"],\"properties\":{\"b\":{\"type\":\"boolean\"}},"
	  "\"required\":[],\"additionalProperties\":false}" },
};

static const char *schema_of(struct arena *a, const char *property)
{
	return arena_printf(a,
			    "{\"type\": \"object\",\n \"properties\": {\n  \"a\": %s\n },\n"
			    " \"$defs\": {\"low\": {\"enum\": [\"low\", \"high\"]},\n"
			    "  \"again\": {\"anyOf\": [{\"$ref\": \"#/$defs/again\"}]}}\n}\n",
			    property);
}

static void test_schemas(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(schemas); i++) {
		struct arena a = { 0 };
		struct job job;
		struct err err;
		json_t *form;
		char *found;

		scratch_text("s.json", schema_of(&a, schemas[i].schema));
		if (load(&a, "s.json", &job, &err) < 0)
			fail_msg("%s: %s", schemas[i].schema, err.msg);
		form = json_loads(job.form, 0, NULL);
		found = json_dumps(json_object_get(json_object_get(form, "properties"), "a"),
				   JSON_COMPACT);
		assert_string_equal(found, schemas[i].form);
		free(found);
		json_decref(form);
		arena_release(&a);
	}
}

static const struct {
	const char *schema, *message;
} refused_schemas[] = {
	{ "{\"type\": \"strng\"}", "s.json:3:17: 'type' must be one of string" },
	{ "{\"type\": [\"string\", \"number\"]}", "s.json:3:17: 'type' must be one of" },
	{ "{\"type\": []}", "s.json:3:17: 'type' must be one of" },
	{ "{\"type\": \"null\"}", "s.json:3:17: 'type' must be one of" },
	{ "{}", "s.json:3:8: no type; add \"type\": \"string\"" },
	{ "true", "s.json:3:8: no type; add \"type\": \"string\"" },
	{ "3", "s.json:3:8: not a schema" },
	{ "false", "s.json:3:8: false admits nothing" },
	{ "{\"enum\": []}", "s.json:3:17: 'enum' admits nothing" },
	{ "{\"enum\": [null]}", "s.json:3:17: 'enum' admits nothing" },
	{ "{\"enum\": \"x\"}", "s.json:3:17: 'enum' admits nothing" },
	{ "{\"enum\": [1, 1]}", "s.json:3:17: 'enum' lists value 2 twice" },
	{ "{\"type\": \"string\", \"enum\": [\"x\", 1]}",
	  "s.json:3:35: 'enum': value 2 is not of" },
	{ "{\"enum\": [[1]]}", "s.json:3:17: 'enum': value 1 is not of" },
	{ "{\"type\": \"integer\", \"minimum\": 5, \"maximum\": 4}",
	  "s.json:3:39: 'minimum' is above what 'maximum' allows, so the schema admits nothing" },
	{ "{\"type\": \"integer\", \"exclusiveMinimum\": 4, \"exclusiveMaximum\": 5}",
	  "s.json:3:48: 'exclusiveMinimum' is above" },
	{ "{\"type\": \"string\", \"minLength\": 5, \"maxLength\": 4}",
	  "s.json:3:40: 'minLength' is above" },
	{ "{\"type\": \"number\", \"minimum\": 5}",
	  "s.json:3:38: 'minimum': a model cannot be held" },
	{ "{\"type\": \"string\", \"minimum\": 5}",
	  "s.json:3:38: 'minimum' is for the type integer" },
	{ "{\"type\": \"string\", \"maxLength\": -1}", "s.json:3:40: 'maxLength' must be a whole" },
	{ "{\"type\": \"string\", \"pattern\": \"x\"}", "s.json:3:38: 'pattern' must describe" },
	{ "{\"type\": \"string\", \"not\": {}}",
	  "s.json:3:34: the keyword 'not' is not understood" },
	{ "{\"type\": \"string\", \"maxlength\": 3}",
	  "s.json:3:40: unknown keyword 'maxlength'; did you mean 'maxLength'?" },
	{ "{\"type\": \"array\"}", "s.json:3:8: a list needs 'items'" },
	{ "{\"type\": \"object\"}", "s.json:3:8: an object needs 'properties'" },
	{ "{\"type\": \"object\", \"properties\": {\"b\": {\"type\": \"string\"}}, \"required\": "
	  "[\"c\"]}",
	  "s.json:3:80: 'required' names 'c', which is not in 'properties', so the schema admits "
	  "nothing" },
	{ "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"number\"}]}",
	  "s.json:3:18: 'anyOf' has 2 schemas beside null" },
	{ "{\"$ref\": \"#/$defs/none\"}", "s.json:3:17: '$ref' leads nowhere" },
	{ "{\"$ref\": \"other.json\"}", "s.json:3:17: '$ref' leads nowhere" },
	{ "{\"$ref\": \"#\"}", "s.json:3:17: the schema is recursive: '#' holds itself" },
	{ "{\"$ref\": \"#/$defs/again\"}", "s.json:6:32: the schema is recursive" },
	{ "{\"type\": \"string\", \"pattern\": \"^a$\", \"maxLength\": 3}",
	  "s.json:3:38: 'pattern' cannot be held to beside 'maxLength'" },
	{ "{\"enum\": [\"a\"], \"maxLength\": 3}",
	  "s.json:3:37: 'maxLength' has no effect beside 'enum'" },
	{ "{\"type\": \"string\", \"type\": \"string\"}", "s.json:3:" },
	{ "{\"type\": \"string\"", "s.json:" },
};

static void test_schemas_refused(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused_schemas); i++) {
		scratch_text("s.json", schema_of(&a, refused_schemas[i].schema));
		check_refused(&a, "s.json", refused_schemas[i].message);
	}
	scratch_text("s.json", "{\"type\": \"string\"}");
	check_refused(&a, "s.json", "s.json:1:1: the schema is not of an object");
	scratch_text("s.json", "[]");
	check_refused(&a, "s.json", "s.json:1:1: not a schema");
	scratch_text("s.json", "\xff");
	check_refused(&a, "s.json", "s.json: not a JSON schema");
	arena_release(&a);
}

/* The count comes first: comparing all the values with each other takes long. */
static void test_too_many_values(void **state)
{
	struct arena a = { 0 };
	const char *list = "1";

	(void)state;
	for (int i = 0; i < 257; i++)
		list = arena_printf(&a, "%s, 1", list);
	scratch_text("s.json", schema_of(&a, arena_printf(&a, "{\"enum\": [%s]}", list)));
	check_refused(&a, "s.json", "s.json:3:17: 'enum' lists 258 values; at most 256 fit");
	arena_release(&a);
}

/* References that double the fields at each step end at the limit, not at the memory. */
static void test_doubling(void **state)
{
	struct arena a = { 0 };
	const char *defs = "";

	(void)state;
	for (int i = 0; i < 30; i++)
		defs = arena_printf(
			&a,
			"%s\"d%d\": {\"type\": \"object\", \"properties\": {\"x\": "
			"{\"$ref\": \"#/$defs/d%d\"}, \"y\": {\"$ref\": \"#/$defs/d%d\"}}},",
			defs, i, i + 1, i + 1);
	scratch_text("s.json", arena_printf(&a,
					    "{\"$ref\": \"#/$defs/d0\", \"$defs\": {%s\"d30\": "
					    "{\"type\": \"string\"}}}",
					    defs));
	check_refused(&a, "s.json", "s.json:1:");
	arena_release(&a);
}

static void test_other_task(void **state)
{
	struct arena a = { 0 };
	struct job job;
	struct err err;

	(void)state;
	scratch_text("job.yaml", "labels: [a, b, other]\nfields: {a: string}\ntickets: t.jsonl\n");
	assert_int_equal(job_load(&a, "job.yaml", &job, &err), -1);
	assert_non_null(strstr(err.msg, "the key 'fields' is for the task 'extract'"));
	scratch_text("job.yaml", "task: extract\ntickets: t.jsonl\n");
	assert_int_equal(job_load(&a, "job.yaml", &job, &err), -1);
	assert_non_null(strstr(err.msg, "the task 'extract' needs the key 'fields'"));
	arena_release(&a);
}

static void test_own_prompt(void **state)
{
	struct arena a = { 0 };
	struct job job;
	struct err err;

	(void)state;
	assert_int_equal(load(&a, "{a: number, the sum, u: [x, y]}\nprompt: \"Say {fields} now\"",
			      &job, &err),
			 -1); /* a comma within braces parts fields */
	assert_int_equal(load(&a,
			      "{a: \"number, the sum\", u: [x, y]}\nprompt: \"Say {fields} now\"",
			      &job, &err),
			 0);
	assert_string_equal(job.prompt, "Say - a: a number; the sum\n- u: one of \"x\", \"y\" now");
	assert_int_equal(load(&a, "{a: string}\nprompt: \"Say {labels} now\"", &job, &err), -1);
	assert_non_null(strstr(err.msg, "{labels}"));
	assert_int_equal(load(&a, "{a: string}\nprompt: \"Say it\"", &job, &err), 0);
	assert_int_equal(job.n_warnings, 1);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short_form),	cmocka_unit_test(test_short_form_refused),
		cmocka_unit_test(test_too_many),	cmocka_unit_test(test_schemas),
		cmocka_unit_test(test_schemas_refused), cmocka_unit_test(test_doubling),
		cmocka_unit_test(test_other_task),	cmocka_unit_test(test_own_prompt),
		cmocka_unit_test(test_too_many_values),
	};

	return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
