/*
 * A model on a server: its address, and the identity that the server states. The program never
 * sees the weights, so it cannot verify that identity (docs/http.md).
 */
#ifndef JOB_MODEL_SERVED_H
#define JOB_MODEL_SERVED_H

#include "job/model/model.h"

/* Whether a spec names a server: it begins with http:// or https://. */
bool served_is_spec(const char *spec);

/* "http://HOST:PORT/v1#MODEL" as a model. Fails with ERR_INPUT if the address is not valid. */
int served_find(struct arena *a, const char *spec, struct model *ret_model,
		struct err *err) MUST_USE;

/*
 * Copies the server's statement (msg_opened.server) and the facts into the model. The model's
 * sha256 is then the hash of the stable part of that statement. Fails with ERR_ENGINE if the JSON
 * is not valid.
 */
int served_take(struct arena *a, struct model *model, const struct model_facts *facts,
		const char *stated, struct err *err) MUST_USE;

/* Whether the server still states the identity in the model's sha256. */
bool served_is_same(const struct model *model, const char *stated);

/* Bytes of the weights: stated, or parameters times the bits of the quant; 0: unknown. */
int64_t served_bytes(const struct model_facts *facts);

/* "HOST:PORT" if the model's tickets leave this machine, else NULL. */
const char *served_leaves_for(struct arena *a, const struct model *model);

#endif
