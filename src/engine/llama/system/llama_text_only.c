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

void image_count(struct engine *e, struct image *image)
{
	(void)e;
	image->fault = "it has an image, but this engine was built without libmtmd";
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
