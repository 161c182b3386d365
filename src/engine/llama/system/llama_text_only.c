/*
 * Stand-in for llama_image.c where the engine was built without libmtmd: projectors are
 * refused with words, and so are tickets with images.
 */
#include "engine/llama/llama_engine.h"

int pictures_open(struct engine *e, const struct msg_open *open, struct err *err)
{
	(void)e;
	(void)open;
	return err_set(err, ERR_ENGINE,
		       "this engine was built without libmtmd: it cannot use a projector");
}

void pictures_close(struct engine *e)
{
	(void)e;
}

void pictures_count(struct engine *e, const struct msg_wave *wave)
{
	if (wave->n_images != wave->n_texts)
		return;
	e->wave.pictures = arena_array(&e->wave.arena, wave->n_texts, sizeof(*e->wave.pictures));
	for (size_t i = 0; i < wave->n_texts; i++)
		e->wave.pictures[i] = (struct picture){
			.bytes.len = wave->images[i].len,
			.fault = "it has an image, and this engine was built without libmtmd",
		};
}

const struct picture *picture_of(const struct engine *e, size_t ticket)
{
	const struct picture *p = e->wave.pictures ? &e->wave.pictures[ticket] : NULL;

	return p && p->bytes.len > 0 ? p : NULL;
}

int picture_show(struct engine *e, const struct picture *p, llama_seq_id seq, llama_pos *pos,
		 const char **ret_fault, struct err *err)
{
	(void)e;
	(void)seq;
	(void)pos;
	(void)err;
	*ret_fault = p->fault;
	return 0;
}
