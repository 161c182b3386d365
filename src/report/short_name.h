/*
 * Short names of candidates, for screens and pages: "qwen2.5-coder-0.5b · examples" for
 * "qwen2.5-coder-0.5b-instruct-q4_k_m examples". Decides which parts of a model's name are left
 * out; must not know results.
 */
#ifndef REPORT_SHORT_NAME_H
#define REPORT_SHORT_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Between model and way. */
#define SHORT_NAME_DOT "·"

/*
 * One short name for each of the n candidates' full names ("MODEL WAY", all different), in their
 * order. Folder, file ending, quantization and words such as "-instruct" are left out as long as
 * different models keep different names; all ways of one model have the same model name. Baselines
 * keep theirs. The short names differ too. Owned by the arena.
 */
const char **short_names(struct arena *a, const char *const *names, size_t n);

/* Whether a person who writes `words` means this short name: any case, with or without the dot. */
bool short_name_is(const char *short_name, const char *words);

#endif
