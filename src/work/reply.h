/*
 * A candidate's reply to a ticket: the record that everything downstream reads. It has two parts,
 * which arrive one after the other: the answer (a label) and the reason (a rationale). A hang, a
 * crash or an overrun is an outcome, not an error.
 */
#ifndef WORK_REPLY_H
#define WORK_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/member.h"
#include "base/names.h"

/* constant, name in the store, words for people */
#define OUTCOMES(X) \
	X(OUTCOME_OK, "ok", "answered") \
	X(OUTCOME_OFF_LABEL, "off_label", "no label found in the answer") \
	X(OUTCOME_TOO_LONG, "too_long", "ticket too long for the context") \
	X(OUTCOME_TIMEOUT, "timeout", "no answer before the deadline") \
	X(OUTCOME_CRASHED, "crashed", "the worker died") \
	X(OUTCOME_OUT_OF_MEMORY, "out_of_memory", "the worker ran out of memory") \
	X(OUTCOME_DEVICE_LOST, "device_lost", "the device was lost") \
	X(OUTCOME_LOAD_FAILED, "load_failed", "the model could not be loaded") \
	X(OUTCOME_ENGINE_ERROR, "engine_error", "the engine failed") \
	X(OUTCOME_CUT, "cut", "stopped at the token cap") \
	X(OUTCOME_BAD_IMAGE, "bad_image", "the image could not be used")

enum outcome { OUTCOMES(NAMES_CONSTANT) OUTCOME_COUNT };

extern const struct names outcome_names;

const char *outcome_name(enum outcome outcome);
const char *outcome_words(enum outcome outcome);

struct answer {
#define MEMBER MEMBER_DECLARE
#include "work/answer.def"
};

struct reason {
#define MEMBER MEMBER_DECLARE
#include "work/reason.def"
};

/* The `finish` of an encoder's reason: a list of known texts, which is in no language. */
extern const char REASON_EVIDENCE[];

#endif
