/*
 * The stop rule on any bytes, called after every byte, as an engine calls it. An end must lie
 * within the text. If text follows an end, later bytes must not move it.
 */
#include "fuzz.h"

#include <string.h>

#include "work/sentence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	const char *text = (const char *)data;
	size_t most = n_bytes < 300 ? n_bytes : 300, settled_len = 0;
	enum reason_end settled = REASON_OPEN;

	for (size_t n = 0; n <= most; n++) {
		size_t len = SIZE_MAX;
		enum reason_end end = reason_scan(text, n, &len);

		MUST(len <= n);
		MUST(end != REASON_OPEN || len == n);
		MUST(end != REASON_QUOTE || text[len] == '"');
		MUST(end != REASON_SENTENCE || len >= SENTENCES_WANTED);
		MUST(settled == REASON_OPEN || (end == settled && len == settled_len));
		if (end != REASON_OPEN && len < n) {
			settled = end;
			settled_len = len;
		}
	}
	return 0;
}

int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *const texts[] = {
		"One sentence. Two sentences. Three.",
		"It cost 3.5% of 35. Then e.g. this, in the U.S. And so.\"}",
		"He said \\\"no\\\".\\nThen he went.\\tAway.",
		"一です。二です！三？ पहला। दूसरा।",
		"Wait... what?! Yes. \\\\\" behind.",
		"",
	};

	if (i >= sizeof(texts) / sizeof(texts[0]))
		return -1;
	memcpy(to, texts[i], strlen(texts[i]));
	return (int)strlen(texts[i]);
}
