/*
 * Decision models: they read a text, a question and labels, and rate every label in one pass
 * instead of writing. The GGUF key `<arch>.decision.type` names how one is asked. Decides which
 * types this program can ask, and with how many labels; the worker knows how.
 */
#ifndef JOB_MODEL_DECISION_H
#define JOB_MODEL_DECISION_H

#include "job/model/model.h"

/*
 * Name in the file; most labels of one question, as llama.cpp's server limits them; orders of the
 * labels that a ticket is asked in; whether every token of the prompt sees all others.
 */
#define DECISIONS(X) \
	X(DECISION_OPENJEV, "openjev", 52, 1, false) \
	X(DECISION_LEV, "lev", 255, 2, false) \
	X(DECISION_NIMBLE, "nimble", 255, 1, false) \
	X(DECISION_PPLX, "pplx-decider", 255, 1, false) \
	X(DECISION_D1, "lfm2-d1", 255, 1, false) \
	X(DECISION_LAYA, "laya", 255, 1, true) \
	X(DECISION_KEV, "kev", 255, 1, false) \
	X(DECISION_D1_OMNI, "lfm2-d1-omni", 255, 1, true)

enum decision_type { DECISIONS(NAMES_CONSTANT) DECISION_COUNT };

/* DECISION_COUNT if this program cannot ask models of that type. */
enum decision_type decision_type_by_name(const char *name);

/* 2 if the type is asked with the labels in both directions; else 1. */
int64_t decision_orders(enum decision_type type);

/* Most tokens of a kev prompt whose rows of logits are kept at a time. */
enum { DECISION_ROWS_TOK = 64 };

/* Whether the whole prompt goes through the model in one batch. */
bool decision_is_encoder(enum decision_type type);

/* Whether a model is an encoder, or a decision model whose type is one. */
bool decision_facts_are_encoder(const struct model_facts *facts);

/*
 * Why a decision model cannot be asked at all, or (n_labels > 0) not with so many labels; NULL if
 * it can. Text without a full stop, owned by the arena.
 */
const char *decision_refusal(struct arena *a, const struct model_facts *facts, size_t n_labels);

#endif
