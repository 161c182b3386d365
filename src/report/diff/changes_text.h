/*
 * What tickets that were added have changed, in the user's words: the same run before and after.
 */
#ifndef REPORT_DIFF_CHANGES_TEXT_H
#define REPORT_DIFF_CHANGES_TEXT_H

#include "report/result/result.h"

/* `after` holds one more slice than `before`: the one that was added. */
void changes_write_text(struct arena *a, const struct result *before, const struct result *after,
			FILE *out);
/* The same for machines; a new reference. */
json_t *changes_to_json(const struct result *before, const struct result *after);

#endif
