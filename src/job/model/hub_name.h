/*
 * Names of models at Hugging Face, in the forms in which people paste them: toehold's own, pages
 * and files of the Hub, llama.cpp's ORG/REPO:QUANT, Ollama's hf.co/... Pure functions: must not
 * know which files exist.
 */
#ifndef JOB_MODEL_HUB_NAME_H
#define JOB_MODEL_HUB_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

struct hub_name {
	const char *repo; /* "ORG/REPO" */
	const char *file; /* "" if none is named: the repository's only model is meant, */
	const char *quant; /* or its only one with this in its name, such as "Q4_K_M"; "" if none */
	const char *revision; /* "" if none */
};

/* Whether a text is meant as such a name. An address of the Hub is never a chat server. */
bool hub_name_is(const char *text);

/* Reads a name; the arena owns its parts. Fails with ERR_INPUT if it names no repository. */
int hub_name_read(struct arena *a, const char *text, struct hub_name *ret_name,
		  struct err *err) MUST_USE;

/* "hf:ORG/REPO/FILE@REVISION", or "hf:ORG/REPO:QUANT@REVISION". */
const char *hub_name_text(struct arena *a, const struct hub_name *name);

/*
 * The models among the files of a repository: .gguf files and first parts, no projectors or
 * matrices of importance, and only those with the quant in their name, in any case, if it is not
 * "". Writes their indices and returns how many there are.
 */
size_t hub_name_choose(const char *const *files, size_t n, const char *quant, size_t *ret_chosen);

#endif
