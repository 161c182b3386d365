/*
 * Formats of weights that toehold cannot read. Decides what they are called, by names and the first
 * four bytes, and what to do with them; must not parse a model.
 */
#ifndef JOB_MODEL_MODEL_FORMAT_H
#define JOB_MODEL_MODEL_FORMAT_H

#include "base/arena.h"
#include "base/err.h"

/* The name of the format that a file's ending tells, or NULL if it may be a GGUF file. */
const char *model_format_of_file(const char *path);

/* The same for a folder, by what it holds: NULL if no format is known. */
const char *model_format_of_folder(struct arena *a, const char *path);

/* Sets ERR_INPUT: what it is, and how to get a GGUF file of it. Returns -1. */
int model_format_fail(struct arena *a, const char *path, const char *format, struct err *err);

#endif
