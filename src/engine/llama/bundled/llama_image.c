/*
 * Images, through libmtmd: a projector turns an image into what the model reads in place of
 * tokens. Decides where the image goes (before the ticket's text) and how it is counted. The only
 * file that sees mtmd.h.
 *
 * A wave keeps the files' bytes. An image's tokens are counted from its size. Its pixels need much
 * memory, so they are decoded one image at a time, when the ticket is asked.
 */
#include "engine/llama/llama_engine.h"

#include <mtmd-helper.h>
#include <mtmd.h>

#include "base/image_header.h"

/* One image in libmtmd. */
struct layout {
	mtmd_bitmap *bitmap;
	/* The image, perhaps in tiles, and the model's own marks around it. */
	mtmd_input_chunks *chunks;
};

static void image_layout_release(struct layout *s)
{
	if (s->chunks)
		mtmd_input_chunks_free(s->chunks);
	if (s->bitmap)
		mtmd_bitmap_free(s->bitmap);
}

int images_open(struct engine *e, const struct msg_open *open, struct err *err)
{
	struct mtmd_context_params params = mtmd_context_params_default();

	mtmd_helper_log_set(llama_error_log, NULL);
	params.use_gpu = open->n_gpu_layers != 0;
	params.print_timings = false;
	params.n_threads = (int)open->n_threads;
	llama_error_clear();
	e->projector = mtmd_init_from_file(open->projector, e->model, params);
	if (!e->projector)
		return llama_error_set(err, "the engine could not load the projector");
	if (!mtmd_support_vision(e->projector))
		return err_set(err, ERR_ENGINE,
			       "the projector does not read images; perhaps it reads sound");
	return 0;
}

void images_close(struct engine *e)
{
	if (e->projector)
		mtmd_free(e->projector);
	e->projector = NULL;
}

/* Turns the bitmap into chunks. To count them, a bitmap without pixels is enough. */
static int image_tokenize(struct engine *e, struct layout *s, struct err *err)
{
	const mtmd_input_part part = { .bitmap = s->bitmap };
	const mtmd_input_part *parts[1] = { &part };

	s->chunks = mtmd_input_chunks_init();
	llama_error_clear();
	if (!s->bitmap || mtmd_tokenize_from_parts(e->projector, s->chunks, parts, 1, false) != 0)
		return llama_error_set(err, "the engine could not prepare the image");
	return 0;
}

/*
 * Some models read a whole image at once, each part seeing all others. The engine aborts if such
 * an image is larger than one batch.
 */
static const char *image_too_large(const struct engine *e, struct arena *a, const struct layout *s)
{
	for (size_t i = 0; i < mtmd_input_chunks_size(s->chunks); i++) {
		const mtmd_input_chunk *c = mtmd_input_chunks_get(s->chunks, i);
		size_t n = mtmd_input_chunk_get_n_tokens(c);

		if (mtmd_input_chunk_get_type(c) == MTMD_INPUT_CHUNK_TYPE_IMAGE &&
		    n > (size_t)e->pass.n_ubatch && mtmd_decode_use_non_causal(e->projector, c))
			return arena_printf(
				a,
				"this model reads the image at once, as %zu tokens, but "
				"a batch holds %lld: make the image smaller",
				n, (long long)e->pass.n_ubatch);
	}
	return NULL;
}

void image_count(struct engine *e, struct image *image)
{
	struct arena *a = &e->wave.arena;
	struct image_facts facts;
	struct layout s = { 0 };
	struct err err;

	if (!e->projector) {
		image->fault =
			"it has an image, but this model reads only text: add its projector, "
			"'model.gguf + mmproj.gguf'";
		return;
	}
	if (image_look(image->bytes.data, image->bytes.len, &facts, &err) < 0) {
		image->fault = arena_printf(a, "its image cannot be used: %s", err.msg);
		return;
	}
	s.bitmap = mtmd_bitmap_init((uint32_t)facts.width, (uint32_t)facts.height, NULL);
	if (image_tokenize(e, &s, &err) < 0) {
		image->fault = arena_strdup(a, err.msg);
	} else {
		image->n_tok = mtmd_helper_get_n_tokens(s.chunks);
		image->fault = image_too_large(e, a, &s);
	}
	image_layout_release(&s);
}

/* Decodes the pixels. They must need as many tokens as the header promised. */
static int image_decode_pixels(struct engine *e, const struct image *image, struct layout *ret,
			       struct err *err)
{
	struct mtmd_helper_bitmap_wrapper w = mtmd_helper_bitmap_init_from_buf(
		e->projector, (const unsigned char *)image->bytes.data, image->bytes.len, false,
		mtmd_helper_init_opt_default());

	ret->bitmap = w.bitmap;
	if (!w.bitmap)
		return err_set(err, ERR_ENGINE,
			       "its image is damaged, or its format is not supported: the pixels "
			       "cannot be decoded");
	if (image_tokenize(e, ret, err) < 0)
		return -1;
	if (mtmd_helper_get_n_tokens(ret->chunks) != image->n_tok)
		return err_set(err, ERR_ENGINE,
			       "its image has another size than its header states");
	return 0;
}

/* Decodes a chunk behind what the sequence holds and moves *pos past it. */
static int image_read_chunk(struct engine *e, const mtmd_input_chunk *c, llama_seq_id seq,
			    llama_pos *pos, struct err *err)
{
	size_t n;
	const llama_token *tokens;
	int32_t r;

	if (mtmd_input_chunk_get_type(c) == MTMD_INPUT_CHUNK_TYPE_TEXT) {
		tokens = mtmd_input_chunk_get_tokens_text(c, &n);
		if (decode_run(e, tokens, n, *pos, seq, false, err) < 0)
			return -1;
		*pos += (llama_pos)n;
		return 0;
	}
	llama_error_clear();
	r = mtmd_encode_chunk(e->projector, c);
	if (r == 0)
		r = mtmd_helper_decode_image_chunk(e->projector, e->ctx, c,
						   mtmd_get_output_embd(e->projector), *pos, seq,
						   (int32_t)e->pass.n_batch, pos, NULL, NULL);
	if (r != 0)
		return llama_error_set(err, "the engine failed on the image (%d)", (int)r);
	return 0;
}

int image_decode(struct engine *e, const struct image *image, llama_seq_id seq, llama_pos *pos,
		 const char **ret_fault, struct err *err)
{
	struct layout s = { 0 };
	struct err why;
	int r = 0;

	*ret_fault = NULL;
	if (image_decode_pixels(e, image, &s, &why) < 0)
		*ret_fault = arena_strdup(&e->wave.arena, why.msg);
	for (size_t i = 0; !*ret_fault && r == 0 && i < mtmd_input_chunks_size(s.chunks); i++)
		r = image_read_chunk(e, mtmd_input_chunks_get(s.chunks, i), seq, pos, err);
	llama_synchronize(e->ctx);
	image_layout_release(&s);
	return r;
}
