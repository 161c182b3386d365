/*
 * The head of an encoder's candidate: embeddings of the known texts → weights. Decides how each way
 * makes them (docs/encoders.md), and caches what takes long.
 */
#ifndef FLOW_ASK_ENCODER_HEAD_H
#define FLOW_ASK_ENCODER_HEAD_H

#include "flow/prepare/encoders.h"
#include "flow/session.h"

/*
 * Makes the head of candidate `at` of the session's plan, if it is an encoder's and not made yet.
 * The embeddings come from the cache or from the model. If the model gives none, or nothing can be
 * learnt from them, the candidate is refused with the reason. Fails only for reasons of the
 * program's own, and with ERR_STOPPED after Ctrl-C or if the session's time budget is used up.
 */
int encoder_head_make(struct session *s, size_t at, struct err *err) MUST_USE;

#endif
