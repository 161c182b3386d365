/*
 * What the engine counts for a context: the one question about memory that its C interface does
 * not answer. Bundled engine only; llama.h is needed for nothing else here.
 */
#ifndef ENGINE_LLAMA_BUNDLED_LLAMA_COUNT_H
#define ENGINE_LLAMA_BUNDLED_LLAMA_COUNT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct llama_context;

struct memory_count {
	int64_t copied_bytes; /* weights in another layout: they cannot stay in the mapped file */
	int64_t context_bytes; /* keys, values, recurrent states */
	int64_t scratch_bytes; /* of the largest computation */
};

/* Main memory only; what lies on a device is left out. */
void memory_read(const struct llama_context *ctx, struct memory_count *ret);

#ifdef __cplusplus
}
#endif

#endif
