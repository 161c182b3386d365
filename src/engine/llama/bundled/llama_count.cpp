/*
 * The engine's own breakdown of a context's memory, by type of buffer. Decides which buffers are
 * the mapped file and which are copies. C++, because the engine returns a std::map.
 */
#include "engine/llama/bundled/llama_count.h"

#include <ggml-backend.h>
#include <llama.h>

#include <map>

/*
 * Copied from llama.cpp's src/llama-ext.h, which is not installed, in the version that engine/pin
 * names. Compare it when the pin changes.
 */
struct llama_memory_breakdown_data {
	size_t model = 0;
	size_t context = 0;
	size_t compute = 0;
};

std::map<ggml_backend_buffer_type_t, llama_memory_breakdown_data> llama_get_memory_breakdown(
	const struct llama_context *ctx);

/* Weights stay in the mapped file if the CPU uses their layout; other layouts are copies. */
static bool is_mapped(ggml_backend_buffer_type_t type)
{
	return type == ggml_backend_cpu_buffer_type();
}

static bool is_main_memory(ggml_backend_buffer_type_t type)
{
	ggml_backend_dev_t dev = ggml_backend_buft_get_device(type);

	return !dev || ggml_backend_buft_is_host(type) ||
	       ggml_backend_dev_type(dev) == GGML_BACKEND_DEVICE_TYPE_CPU;
}

void memory_read(const struct llama_context *ctx, struct memory_count *ret)
{
	*ret = memory_count{};
	for (const auto &[type, bytes] : llama_get_memory_breakdown(ctx)) {
		if (!is_main_memory(type))
			continue;
		if (!is_mapped(type))
			ret->copied_bytes += (int64_t)bytes.model;
		ret->context_bytes += (int64_t)bytes.context;
		ret->scratch_bytes += (int64_t)bytes.compute;
	}
}
