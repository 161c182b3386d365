/*
 * Stands in for llama_image.c in a build without libmtmd: refuses projectors and tickets with
 * images.
 */
#include "engine/llama/llama_engine.h"

int images_open(struct engine *e, const struct msg_open *open, struct err *err)
{
	(void)e;
	(void)open;
	return err_set(err, ERR_ENGINE,
		       "this engine was built without libmtmd: it cannot use a projector");
}

void images_close(struct engine *e)
{
	(void)e;
}

void images_count(struct engine *e, const struct msg_wave *wave)
{
	if (wave->n_images != wave->n_texts)
		return;
	e->wave.images = arena_array(&e->wave.arena, wave->n_texts, sizeof(*e->wave.images));
	for (size_t i = 0; i < wave->n_texts; i++)
		e->wave.images[i] = (struct image){
			.bytes.len = wave->images[i].len,
			.fault = "it has an image, but this engine was built without libmtmd",
		};
}

const struct image *image_of(const struct engine *e, size_t ticket)
{
	const struct image *p = e->wave.images ? &e->wave.images[ticket] : NULL;

	return p && p->bytes.len > 0 ? p : NULL;
}

int image_decode(struct engine *e, const struct image *p, llama_seq_id seq, llama_pos *pos,
		 const char **ret_fault, struct err *err)
{
	(void)e;
	(void)seq;
	(void)pos;
	(void)err;
	*ret_fault = p->fault;
	return 0;
}
