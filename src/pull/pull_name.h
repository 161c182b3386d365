/*
 * The names of models that `pull` accepts, and which names may become paths. Pure functions.
 */
#ifndef PULL_PULL_NAME_H
#define PULL_PULL_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum pull_place { PULL_HUGGING_FACE, PULL_OLLAMA };

/* What the user asked for. */
struct pull_name {
	enum pull_place place;
	const char *text; /* "hf:ORG/REPO/FILE[@REVISION]", "ollama:NAME:TAG": for the job file */
	/* Hugging Face; NULL for Ollama. */
	const char *org, *repo, *revision; /* "main" if none was given */
	const char *file; /* NULL: the repository's only model is meant, */
	const char *quant; /* or the only one with this in its name; "" if none */
	/* Ollama; NULL for Hugging Face. */
	const char *host, *space, *model, *tag; /* "registry.ollama.ai", "library", ..., "latest" */
};

/*
 * Parses `hf:ORG/REPO[/FILE][@REVISION]` in all forms of hub_name.h, or
 * `ollama:[HOST/][NAMESPACE/]NAME[:TAG]`; everything is owned by the arena. Returns ERR_INPUT with
 * the expected form if the name is neither.
 */
int pull_name_parse(struct arena *a, const char *text, struct pull_name *ret_name,
		    struct err *err) MUST_USE;

/*
 * May a name from outside become a path below one of our folders? It must be relative, well-formed
 * UTF-8 and of bounded length, without an empty part, ".", "..", a control character or a
 * backslash.
 */
bool pull_path_is_safe(const char *path);

/* All files of a split model ("-00002-of-00003.gguf"), in order; or the one file. */
void pull_parts(struct arena *a, const char *file, const char ***ret_files, size_t *ret_n);

#endif
