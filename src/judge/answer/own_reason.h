/*
 * Whether a model gave a reason of its own, or repeated the placeholder of the prompt, such as
 * "<1-2 sentences>". Decides nothing about scores.
 */
#ifndef JUDGE_ANSWER_OWN_REASON_H
#define JUDGE_ANSWER_OWN_REASON_H

#include <stdbool.h>
#include <stddef.h>

#include "job/file/job.h"

/*
 * False if the reason has no words, is only a placeholder in brackets ("<…>", "[…]", "{…}"), or is
 * made only of words of the prompt's "<…>" placeholders and names of labels. An empty reason is
 * none, so it is not judged: true.
 */
bool reason_is_own(const char *reason, const char *prompt, const struct label *labels,
		   size_t n_labels);

/* What is shown in place of a repeated placeholder. */
extern const char REASON_NOT_OWN[];

#endif
