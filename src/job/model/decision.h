/*
 * Decision models: they read a text, a question and labels, and rate every label in one pass
 * instead of writing. The GGUF key `<arch>.decision.type` names how one is asked. Decides which
 * types this program can ask, and with how many labels; the worker knows how.
 */
#ifndef JOB_MODEL_DECISION_H
#define JOB_MODEL_DECISION_H

#include "job/model/model.h"

/* Name in the file, and most labels of one question, as llama.cpp's server limits them. */
#define DECISIONS(X) \
	X(DECISION_OPENJEV, "openjev", 52) \
	X(DECISION_LEV, "lev", 255) \
	X(DECISION_NIMBLE, "nimble", 255) \
	X(DECISION_PPLX, "pplx-decider", 255) \
	X(DECISION_D1, "lfm2-d1", 255)

enum decision_type {
#define DECISION_CONSTANT(constant, name, most) constant,
	DECISIONS(DECISION_CONSTANT)
#undef DECISION_CONSTANT
		DECISION_COUNT
};

/* DECISION_COUNT if this program cannot ask models of that type. */
enum decision_type decision_type_by_name(const char *name);

size_t decision_most_labels(enum decision_type type);

/*
 * Why a decision model cannot be asked at all, or (n_labels > 0) not with so many labels; NULL if
 * it can. Text without a full stop, owned by the arena.
 */
const char *decision_refusal(struct arena *a, const struct model_facts *facts, size_t n_labels);

#endif
