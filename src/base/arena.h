/*
 * Memory with one lifetime: everything of a command, or of one ticket, freed at once.
 * Exhaustion of the machine's memory ends the process with a message (there is nothing useful
 * left to do); all other limits are ordinary errors at the place that knows them.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"

struct arena_block;

struct arena {
	struct arena_block *last; /* newest block; blocks link backwards */
	size_t used_bytes; /* all blocks together, for tests and doctor */
};

/* Ends the process with a message. For what has no better way out either: buffers, hashes, JSON. */
_Noreturn void arena_out_of_memory(size_t n_bytes);

/* Zeroed memory, aligned for any type; owned by the arena. Never NULL. */
void *arena_alloc(struct arena *a, size_t n_bytes);

/* arena_alloc of n items of size bytes, checked for overflow. */
void *arena_array(struct arena *a, size_t n, size_t size_bytes);

/* Copies of text, owned by the arena. `arena_strdup(a, NULL)` is NULL. */
/* A list of texts, each copied. */
const char **arena_strdups(struct arena *a, const char *const *texts, size_t n);
char *arena_strdup(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t n_bytes);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Frees everything; the arena can be used again. A zeroed arena is valid and empty. */
void arena_release(struct arena *a);

#endif
