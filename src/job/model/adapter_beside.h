/*
 * What the training of an adapter left beside its file and the file itself cannot say.
 */
#ifndef JOB_MODEL_ADAPTER_BESIDE_H
#define JOB_MODEL_ADAPTER_BESIDE_H

#include "job/model/model.h"

enum { ADAPTER_MOST_DOUBTS = 2 };

/*
 * What speaks against using `adapter` with `model`, in words for a note: turns that it was not
 * trained with, a strength that GGUF does not keep. Reads `adapter_config.json` in the adapter's
 * folder, and only where that is there `chat_template.jinja` or `tokenizer_config.json`; what
 * cannot be read says nothing. Formats: PEFT's and Transformers' save_pretrained(). Returns how
 * many there are; owned by the arena.
 */
size_t adapter_doubts(struct arena *a, const struct model *model, const struct model *adapter,
		      const char *ret_doubts[ADAPTER_MOST_DOUBTS]);

#endif
