/*
 * The encoders of a plan: a head chooses the label from the text's embedding. Decides what each
 * head is made of (label descriptions, worked examples, training tickets), the key that it is
 * known by, and which cannot be made. Asks no model: flow/ask/encoder_head.h makes the heads.
 */
#ifndef FLOW_PREPARE_ENCODERS_H
#define FLOW_PREPARE_ENCODERS_H

#include "flow/prepare/prepare.h"

/* One candidate of an encoder. */
struct encoder {
	const struct model *model;
	enum way way;
	const struct head *head; /* `own`, or that of a file (the way tuned) */
	struct head own; /* its sha256 is the recipe's key; no weights until it is made */
	/* The known texts: each label's description, then the labelled tickets of its way. */
	const struct ticket **texts;
	size_t n_texts, n_descriptions;
	/* Filled in by encoder_head_make(). */
	bool made;
	const double **rows; /* the embedding of each known text */
	bool *is_private; /* of each known text: it is not quoted, as it holds personal data */
};

/*
 * Gives each encoder's candidate its head, without weights, and fills p->encoders. Refuses the way
 * `trained` if its tickets are too few, have one label, or (nearly) repeat an added ticket under
 * test. Labels without a description are a warning.
 */
int encoders_plan(struct cmd *cmd, const struct prepare_options *options,
		  struct prepared *p) MUST_USE;

/* The encoder of a candidate, or NULL if its model is none. */
struct encoder *encoder_of(const struct prepared *p, const struct candidate *c);

#endif
