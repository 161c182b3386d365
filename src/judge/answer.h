/*
 * Finds the label in a free answer (--free). Without --free the label comes from the trie. Pure.
 */
#ifndef JUDGE_ANSWER_H
#define JUDGE_ANSWER_H

#include "base/arena.h"
#include "job/file/job.h"

struct reading {
	int label; /* index into labels, or -1 */
	const char *rule; /* which rule found it: "json", "line", "word", or "none" */
	const char *rationale; /* from the JSON, or "" */
};

/*
 * Rules, in order; the first that gives exactly one label decides:
 *   json  the value of a "label" member, in any JSON-like text, equal to a label except for case
 *   line  a line that is a label, except for case and quotes or punctuation around it
 *   word  exactly one of the labels occurs as a word of its own in the whole text
 */
void answer_read(struct arena *a, const char *text, size_t n_bytes, const struct label *labels,
		 size_t n_labels, struct reading *ret_reading);

#endif
