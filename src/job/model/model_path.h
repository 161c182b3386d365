/*
 * What a path says about a model file, and the folders in which the user keeps models. Below
 * model.c and places*.c, which both use it. Opens nothing.
 */
#ifndef JOB_MODEL_MODEL_PATH_H
#define JOB_MODEL_MODEL_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define MODEL_ENDING ".gguf"
#define SCRIPT_ENDING ".script.json" /* replies for tests (ENGINE_SCRIPT) */
enum { MODEL_PART_LEN = 20 }; /* "-00001-of-00003.gguf" */

/* "…-00002-of-00003.gguf": the part's number and the number of parts; false for other names. */
bool model_split_name(const char *path, int64_t *ret_part, int64_t *ret_n);

/* The path of part `part` (from 1) of n; `path` is the path of any part. */
char *model_part_path(struct arena *a, const char *path, int64_t part, int64_t n);

/* The folders of TOEHOLD_MODELS (separated by colons); n may be 0. */
void model_folders(struct arena *a, const char ***ret_dirs, size_t *ret_n);

#endif
