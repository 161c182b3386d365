/*
 * Writes model files: the same weights in another type, or changed weights. The engine does not
 * write all that a header contains (chat template, licence, authors). So changed weights are put
 * behind the header of the opened file.
 *
 * GGUF: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
#include "engine/llama/llama_engine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <gguf.h>

#include "base/file.h"

enum { COPY_BYTES = 1 << 20 };

static struct gguf_context *convert_read_header_of(const char *path, struct err *err)
{
	struct gguf_init_params params = { .no_alloc = true };
	struct gguf_context *gguf = gguf_init_from_file(path, params);

	if (!gguf)
		err_set(err, ERR_ENGINE, "cannot read '%s' again as a GGUF file", path);
	return gguf;
}

/* The type of most weights, as the file states it, or -1. */
static int64_t convert_stated_ftype(const char *path)
{
	struct err unused;
	struct gguf_context *gguf = convert_read_header_of(path, &unused);
	int64_t key = gguf ? gguf_find_key(gguf, "general.file_type") : -1;
	int64_t ftype = -1;

	if (key >= 0 && gguf_get_kv_type(gguf, key) == GGUF_TYPE_UINT32)
		ftype = (int64_t)gguf_get_val_u32(gguf, key);
	if (gguf)
		gguf_free(gguf);
	return ftype;
}

/* Cuts texts that are too long for the engine's rows. */
static struct llama_model_kv_override *convert_entries(struct arena *a,
						       const struct msg_convert *convert)
{
	size_t n = convert->n_keys < convert->n_values ? convert->n_keys : convert->n_values;
	struct llama_model_kv_override *rows = arena_array(a, n + 1, sizeof(*rows));

	for (size_t i = 0; i < n; i++) {
		rows[i].tag = LLAMA_KV_OVERRIDE_TYPE_STR;
		snprintf(rows[i].key, sizeof(rows[i].key), "%s", convert->keys[i]);
		snprintf(rows[i].val_str, sizeof(rows[i].val_str), "%s", convert->values[i]);
	}
	return rows; /* the last row's empty key ends them */
}

int engine_convert(struct engine *e, const struct msg_convert *convert,
		   struct msg_written *ret_written, struct err *err)
{
	struct llama_model_quantize_params params = llama_model_quantize_default_params();
	struct arena a = { 0 };
	uint32_t r;

	params.nthread = (int32_t)e->n_threads;
	params.ftype = (enum llama_ftype)convert->ftype;
	params.allow_requantize = true;
	if (convert->n_keys > 0)
		params.kv_overrides = convert_entries(&a, convert);
	llama_error_clear();
	r = llama_model_quantize(e->path, convert->to, &params);
	arena_release(&a);
	if (r != 0)
		return llama_error_set(err, "the engine could not write the model as type %d",
				       (int)convert->ftype);
	*ret_written = (struct msg_written){ .from_ftype = convert_stated_ftype(e->path) };
	return 0;
}

/* Appends n bytes of one file, from `at` on, to another. */
static int convert_copy_bytes(int from, int64_t at, int64_t n, int to, struct err *err)
{
	static char chunk[COPY_BYTES];

	while (n > 0) {
		size_t n_chunk = n < COPY_BYTES ? (size_t)n : COPY_BYTES;

		if (file_read_at(from, at, chunk, n_chunk) < 0 ||
		    file_write_all(to, chunk, n_chunk) < 0)
			return err_sys(err, ERR_ENGINE, errno ? errno : EIO, "cannot copy weights");
		at += (int64_t)n_chunk;
		n -= (int64_t)n_chunk;
	}
	return 0;
}

/* An input file and its header. */
struct source {
	const struct gguf_context *gguf;
	int fd;
};

/* Where the tensor of this name and size begins, or -1. */
static int64_t convert_find_tensor(const struct source *s, const char *name, size_t n_bytes)
{
	int64_t i = gguf_find_tensor(s->gguf, name);

	if (i < 0 || gguf_get_tensor_size(s->gguf, i) != n_bytes)
		return -1;
	return (int64_t)(gguf_get_data_offset(s->gguf) + gguf_get_tensor_offset(s->gguf, i));
}

/* Writes the header of `like`, then its tensors, in their changed form if there is one. */
static int convert_write_weights(const struct source *like, const struct source *changed, int to,
				 struct err *err)
{
	int64_t data_at = (int64_t)gguf_get_data_offset(like->gguf), at = data_at;

	if (convert_copy_bytes(like->fd, 0, data_at, to, err) < 0)
		return -1;
	for (int64_t i = 0; i < gguf_get_n_tensors(like->gguf); i++) {
		const char *name = gguf_get_tensor_name(like->gguf, i);
		int64_t n_bytes = (int64_t)gguf_get_tensor_size(like->gguf, i);
		int64_t own = data_at + (int64_t)gguf_get_tensor_offset(like->gguf, i);
		int64_t theirs = convert_find_tensor(changed, name, (size_t)n_bytes);
		int r;

		/* The padding between tensors comes from the old file. */
		if (convert_copy_bytes(like->fd, at, own - at, to, err) < 0)
			return -1;
		r = theirs < 0 ? convert_copy_bytes(like->fd, own, n_bytes, to, err) :
				 convert_copy_bytes(changed->fd, theirs, n_bytes, to, err);
		if (r < 0)
			return -1;
		at = own + n_bytes;
	}
	return 0;
}

static int convert_join_files(const char *header_path, const char *weights_path, const char *to,
			      struct err *err)
{
	struct source like = { convert_read_header_of(header_path, err), -1 };
	struct source changed = { like.gguf ? convert_read_header_of(weights_path, err) : NULL,
				  -1 };
	int out = -1, r = -1;

	if (changed.gguf) {
		like.fd = open(header_path, O_RDONLY | O_CLOEXEC);
		changed.fd = open(weights_path, O_RDONLY | O_CLOEXEC);
		out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (like.fd < 0 || changed.fd < 0 || out < 0)
			err_sys(err, ERR_ENGINE, errno, "cannot write '%s'", to);
		else
			r = convert_write_weights(&like, &changed, out, err);
	}
	if (like.gguf)
		gguf_free((struct gguf_context *)like.gguf);
	if (changed.gguf)
		gguf_free((struct gguf_context *)changed.gguf);
	if (like.fd >= 0)
		close(like.fd);
	if (changed.fd >= 0)
		close(changed.fd);
	if (out >= 0 && close(out) < 0 && r == 0)
		r = err_sys(err, ERR_ENGINE, errno, "cannot write '%s'", to);
	return r;
}

int engine_save(struct engine *e, const struct msg_save *save, struct msg_written *ret_written,
		struct err *err)
{
	struct arena a = { 0 };
	const char *raw = arena_printf(&a, "%s.raw", save->to);
	int r;

	llama_model_save_to_file(e->model, raw);
	r = convert_join_files(e->path, raw, save->to, err);
	arena_release(&a);
	*ret_written = (struct msg_written){ .from_ftype = convert_stated_ftype(e->path) };
	return r;
}
