/*
 * The effect of added tickets, as text: the same run before and after.
 */
#ifndef REPORT_DIFF_CHANGES_TEXT_H
#define REPORT_DIFF_CHANGES_TEXT_H

#include "report/result/result.h"

/* `after` has one more slice than `before`, the added one. */
void changes_write_text(struct arena *a, const struct result *before, const struct result *after,
			FILE *out);

/* As above, as JSON; a new reference. */
json_t *changes_to_json(const struct result *before, const struct result *after);

#endif
