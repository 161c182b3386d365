/*
 * The memory that the engine counts for a context, which its C interface does not report.
 * Bundled engine only.
 */
#ifndef ENGINE_LLAMA_BUNDLED_LLAMA_COUNT_H
#define ENGINE_LLAMA_BUNDLED_LLAMA_COUNT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct llama_context;

struct memory_count {
	int64_t copied_bytes; /* weights in a layout other than the mapped file's */
	int64_t context_bytes; /* keys, values, recurrent states */
	int64_t scratch_bytes; /* of the largest computation */
};

/* Counts main memory only, no memory of devices. */
void memory_read(const struct llama_context *ctx, struct memory_count *ret);

#ifdef __cplusplus
}
#endif

#endif
