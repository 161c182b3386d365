/*
 * Warnings about an adapter from the files that its training left beside it.
 */
#ifndef JOB_MODEL_ADAPTER_BESIDE_H
#define JOB_MODEL_ADAPTER_BESIDE_H

#include "job/model/model.h"

enum { ADAPTER_MOST_DOUBTS = 2 };

/*
 * Doubts about using `adapter` with `model`, as text for a note: a chat template that it was not
 * trained with, a scale that GGUF cannot store. Reads `adapter_config.json` in the adapter's
 * folder, and if that exists `chat_template.jinja` or `tokenizer_config.json`. Unreadable files
 * give no doubt. Formats: save_pretrained() of PEFT and Transformers. Returns the number of
 * doubts; the arena owns them.
 */
size_t adapter_doubts(struct arena *a, const struct model *model, const struct model *adapter,
		      const char *ret_doubts[ADAPTER_MOST_DOUBTS]);

#endif
