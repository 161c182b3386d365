/*
 * Bodies of requests to `serve`. An accepted request is complete and within its limits; a refusal
 * has a message.
 */
#include "fuzz.h"

#include <string.h>

#include "flow/production/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	for (int form = REQUEST_CLASSIFY; form <= REQUEST_CHAT; form++) {
		struct ticket *tickets;
		struct arena a = { 0 };
		struct err err = { 0 };
		size_t n = 0;

		if (request_read(&a, (enum request_form)form, (const char *)data, n_bytes, &tickets,
				 &n, &err) == 0) {
			MUST(n > 0 && n <= REQUEST_MAX_TICKETS);
			for (size_t i = 0; i < n; i++) {
				MUST(tickets[i].id && tickets[i].text);
				MUST(strlen(tickets[i].text) == tickets[i].text_len);
				MUST(tickets[i].label == -1);
			}
		} else {
			MUST(err.kind == ERR_INPUT && *err.msg);
		}
		arena_release(&a);
	}
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const seeds[] = {
		"{\"text\": \"my card is late\", \"id\": \"1\"}",
		"{\"tickets\": [{\"text\": \"a\"}, {\"id\": \"b\", \"text\": \"\\u00e9\"}]}",
		"{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}",
		"{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", "
		"\"text\": \"x\"}]}]}",
	};

	if (i >= sizeof(seeds) / sizeof(seeds[0]))
		return -1;
	memcpy(to, seeds[i], strlen(seeds[i]));
	return (int)strlen(seeds[i]);
}
