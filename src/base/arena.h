/*
 * Memory with one lifetime, freed at once: all of a command, or of one ticket. If the machine runs
 * out of memory, the process ends with a message. All other limits are ordinary errors of the code
 * that sets them.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"

struct arena_block;

struct arena {
	struct arena_block *last; /* newest block; blocks link backwards */
	size_t used_bytes; /* of all blocks together; for tests and doctor */
};

/* Ends the process with a message. Use only if the caller cannot recover: buffers, hashes, JSON. */
_Noreturn void arena_out_of_memory(size_t n_bytes);

/* Zeroed memory, aligned for any type; owned by the arena. Never NULL. */
void *arena_alloc(struct arena *a, size_t n_bytes);

/* arena_alloc of n items of size_bytes each, checked for overflow. */
void *arena_array(struct arena *a, size_t n, size_t size_bytes);

/*
 * Makes room for one more item behind the n items of a growing array: doubles *cap and moves the
 * items if the array is full. Returns the array. A new array starts as NULL with *cap = 0.
 */
void *arena_grow(struct arena *a, void *items, size_t n, size_t *cap, size_t size_bytes);

/* Copies of text, owned by the arena. `arena_strdup(a, NULL)` is NULL. */
char *arena_strdup(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t n_bytes);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Copies each text of a list. */
const char **arena_strdups(struct arena *a, const char *const *texts, size_t n);

/* The texts with the separator between them; "" if there are none. */
char *arena_join(struct arena *a, const char *const *texts, size_t n, const char *separator);

/*
 * `list`, the separator and the formatted item. Only the item if `list` is NULL or empty, so that
 * a list can start as "". For short lists: each call copies the text so far.
 */
char *arena_add_item(struct arena *a, const char *list, const char *separator, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* Frees everything; the arena can be used again. A zeroed arena is valid and empty. */
void arena_release(struct arena *a);

#endif
