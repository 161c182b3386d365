/*
 * Finds the label in a free answer (--free). Without --free the label comes from the trie. Pure.
 */
#ifndef JUDGE_ANSWER_ANSWER_H
#define JUDGE_ANSWER_ANSWER_H

#include <stdbool.h>

#include "base/arena.h"
#include "job/file/job.h"

struct free_text {
	const char *text; /* any bytes */
	size_t n_bytes;
	bool cut; /* the token cap ended it */
};

struct reading {
	int label; /* index into labels, or -1 */
	const char *rule; /* which rule found it: "json", "line", "word", or "none" */
	const char *rationale; /* from the JSON, or "" */
	const char *why; /* why there is no label, for people; "" if there is nothing to say */
};

/*
 * Rules, in order; the first that finds something decides, and two labels are none:
 *   json  the values of all "label" members, in any JSON-like text
 *   line  a line that is a label, without the quotes, marks or punctuation around it
 *   word  the label that occurs in the text as a word of its own, the longest that fits
 * A text that equals a label byte for byte is that label. Otherwise case, Unicode form and hidden
 * characters do not count (label_fold()). Signs belong to words: "C#" is not "C". A label that the
 * text denies ("not billing") is none. Of a text that was cut only a JSON object at its beginning
 * counts, and only if its label is complete.
 */
void answer_read(struct arena *a, const struct free_text *text, const struct label *labels,
		 size_t n_labels, struct reading *ret_reading);

#endif
