/*
 * JSON schemas of the task extract. An accepted one is within the limits, and its form is read as
 * the same form again; an error names the file.
 */
#include "fuzz.h"

#include <string.h>

#include "base/str.h"
#include "job/task/task_extract_form.h"
#include "job/task/task_extract_schema.h"

/* Counts the fields, and checks that each can hold a value. */
static size_t check_part(const json_t *part, int depth)
{
	struct extract_field field = extract_field_of(part);
	size_t n = 1;
	const char *name;
	json_t *one;

	MUST(depth <= EXTRACT_MAX_DEPTH);
	if (field.type == EXTRACT_VALUES)
		MUST(json_array_size(field.values) > 0);
	if (field.type == EXTRACT_LIST)
		return n + check_part(field.items, depth + 1);
	if (field.type != EXTRACT_OBJECT)
		return n;
	MUST(json_object_size(field.fields) > 0);
	json_object_foreach (field.fields, name, one) {
		MUST(strlen(name) <= EXTRACT_MAX_NAME_BYTES);
		n += check_part(one, depth + 1);
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	struct arena a = { 0 };
	const char *text = arena_strndup(&a, (const char *)data, n_bytes), *form, *again;
	struct err err = { 0 };

	if (str_utf8_error(text, strlen(text)) < 0) {
		if (extract_schema_read(&a, "s.json", text, &form, &err) == 0) {
			json_t *json = json_loads(form, 0, NULL);

			MUST(json && check_part(json, 0) <= EXTRACT_MAX_FIELDS + 1);
			json_decref(json);
			MUST(extract_schema_read(&a, "s.json", form, &again, &err) == 0);
			MUST(strcmp(form, again) == 0);
		} else {
			MUST(err.kind == ERR_INPUT && str_starts(err.msg, "s.json:"));
		}
	}
	arena_release(&a);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":[\"string\",\"null\"],"
		"\"maxLength\":9,\"description\":\"x\"},\"b\":{\"enum\":[\"u\",2,null]}},"
		"\"required\":[\"a\"],\"additionalProperties\":false}",
		"{\"$defs\":{\"p/q\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":9}},"
		"\"type\":\"object\",\"properties\":{\"n\":{\"$ref\":\"#/$defs/p~1q\"},"
		"\"l\":{\"type\":\"array\",\"items\":{\"anyOf\":[{\"type\":\"null\"},"
		"{\"type\":\"string\",\"format\":\"date\"}]},\"minItems\":1}}}",
		"{\"type\":\"object\",\"properties\":{\"o\":{\"type\":[\"null\",\"object\"],"
		"\"properties\":{\"x\":{\"allOf\":[{\"$ref\":\"#\"}]},\"y\":{\"const\":true}}}}}",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}
