/*
 * The prompts of a job, as text and as JSON: its own, its variants, and the kept versions. Decides
 * what is shown of each; must not know where versions are kept.
 */
#ifndef REPORT_PROMPTS_TEXT_H
#define REPORT_PROMPTS_TEXT_H

#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/names.h"

/* constant, name in JSON */
#define PROMPT_KINDS(X) \
	X(PROMPT_OF_JOB, "job") \
	X(PROMPT_VARIANT, "variant") \
	X(PROMPT_KEPT, "kept")

enum prompt_kind { PROMPT_KINDS(NAMES_CONSTANT) };

struct prompt_version {
	enum prompt_kind kind;
	const char *id; /* as commands take it: "job", a variant's name, "short-1a2b3c4d5e6f" */
	const char *name; /* without the hash */
	const char *text; /* with {labels} */
	char sha256[HASH_HEX_LEN + 1]; /* of the text */
	const char *path; /* of its file; NULL if it stands in the job */
	int64_t kept_us; /* wall clock; 0 if it stands in the job */
};

/* The newest version comes last. */
struct prompt_list {
	const char *job_path;
	struct prompt_version *items;
	size_t n;
};

void prompts_write_text(struct arena *a, const struct prompt_list *list, FILE *out);
json_t *prompts_to_json(struct arena *a, const struct prompt_list *list);

/* One version: its text as it is, and everything about it. */
void prompt_version_write(struct arena *a, const struct prompt_version *version, FILE *out);
json_t *prompt_version_to_json(struct arena *a, const struct prompt_version *version);

/* Line by line. */
void prompts_write_diff(struct arena *a, const struct prompt_version *from,
			const struct prompt_version *to, FILE *out);
json_t *prompts_diff_to_json(struct arena *a, const struct prompt_version *from,
			     const struct prompt_version *to);

#endif
