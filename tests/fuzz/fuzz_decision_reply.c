/*
 * Replies of servers of decisions. An accepted one has a probability of every label (sum 1) and
 * the most probable label; a refusal has a message.
 */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "engine/decision_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	static const char *const names[] = { "a", "b", "c" };
	static const struct decision_labels labels = { names, NULL, 3, ASKS_CHOICE };
	struct arena a = { 0 };
	struct err err = { 0 };
	struct decision d;

	if (decision_read(&a, (const char *)data, n_bytes, &labels, &d, &err) == 0) {
		double sum = 0;

		MUST(d.label >= 0 && d.label < 3 && d.label_mass >= 0 && d.label_mass <= 1);
		for (int i = 0; i < 3; i++) {
			MUST(d.probs[i] >= 0 && d.probs[i] <= d.probs[d.label] + 1e-5);
			sum += d.probs[i];
		}
		MUST(fabs(sum - 1) < 1e-9);
	} else {
		MUST(err.kind == ERR_ENGINE && *err.msg);
	}
	arena_release(&a);
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const seeds[] = {
		"{\"answers\": {\"label\": {\"choice\": \"b\", \"probabilities\": {\"a\": 0.2, "
		"\"b\": 0.7, \"c\": 0.1}, \"label_mass\": 0.9}}}",
		"{\"answers\": [{\"probabilities\": [{\"value\": \"a\", \"probability\": 1}, "
		"{\"value\": \"b\", \"probability\": 0}, {\"value\": \"c\", "
		"\"probability\": 0}]}]}",
		"{\"result\": {\"answers\": {\"label\": {\"type\": \"choice\", \"probabilities\": "
		"{\"a\": 0.33, \"b\": 0.33, \"c\": 0.33}}}}}",
	};

	if (i >= sizeof(seeds) / sizeof(seeds[0]))
		return -1;
	memcpy(to, seeds[i], strlen(seeds[i]));
	return (int)strlen(seeds[i]);
}
