/*
 * JSON schemas of any bytes. An accepted one is again accepted, and does not change any more; an
 * error is about the input.
 */
#include "fuzz.h"

#include <string.h>

#include "job/task/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	const char *once, *twice;

	if (form_bounded(&a, arena_strndup(&a, (const char *)data, n_bytes), &once, &err) == 0) {
		MUST(form_bounded(&a, once, &twice, &err) == 0);
		MUST(strcmp(once, twice) == 0);
	} else {
		MUST(err.kind == ERR_INPUT && strstr(err.msg, "JSON schema"));
	}
	arena_release(&a);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"{\"type\":\"object\",\"properties\":{\"a\":{\"type\":[\"string\",\"null\"],"
		"\"maxLength\":9},\"b\":{\"enum\":[1,\"x\"]}},\"required\":[\"a\"]}",
		"{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"anyOf\":[{\"$ref\":\"#/$defs/a\"},"
		"{\"type\":\"array\",\"minItems\":2,\"maxItems\":3}]}}}",
		"{\"type\":\"integer\",\"minimum\":-3,\"exclusiveMaximum\":7}",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}
