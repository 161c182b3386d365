/*
 * A model that a server holds: how it is named, and what is made of what the server says of it.
 * The weights are never seen, so its identity is the server's word (docs/http.md).
 */
#ifndef JOB_MODEL_SERVED_H
#define JOB_MODEL_SERVED_H

#include "job/model/model.h"

/* Whether a spec names a server: it begins with http:// or https://. */
bool served_is_spec(const char *spec);

/* "http://HOST:PORT/v1#MODEL" as a model. Fails with ERR_INPUT where that is no such address. */
int served_find(struct arena *a, const char *spec, struct model *ret_model,
		struct err *err) MUST_USE;

/*
 * Takes over what the server said (msg_opened.server) and the facts that are known of it: sha256 is
 * then the hash of the stable part of its word. Fails with ERR_ENGINE where it is no such JSON.
 */
int served_take(struct arena *a, struct model *model, const struct model_facts *facts,
		const char *stated, struct err *err) MUST_USE;

/* Whether the server still says of itself what stands in the model's sha256. */
bool served_is_same(const struct model *model, const char *stated);

/* Bytes of the weights: stated, or parameters times the bits of the quant; 0: not known. */
int64_t served_bytes(const struct model_facts *facts);

/* Who gets the tickets that leave this machine: "HOST:PORT"; NULL where none leaves. */
const char *served_leaves_for(struct arena *a, const struct model *model);

#endif
