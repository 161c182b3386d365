/*
 * The types of decision models as a table. Formats: llama.cpp's tools/server/server-decision.cpp
 * and conversion/.
 */
#include "job/model/decision.h"

#include "base/display.h"

static const char *const decision_texts[] = { DECISIONS(NAMES_TEXT) };

static const struct names decision_names = { decision_texts, DECISION_COUNT };

static const struct {
	size_t most_labels;
	int64_t n_orders;
	bool encoder;
} decisions[DECISION_COUNT] = {
#define DECISION_ROW(constant, name, most, orders, encoder) [constant] = { most, orders, encoder },
	DECISIONS(DECISION_ROW)
#undef DECISION_ROW
};

enum decision_type decision_type_by_name(const char *name)
{
	int found = names_find(&decision_names, name);

	return found < 0 ? DECISION_COUNT : (enum decision_type)found;
}

int64_t decision_orders(enum decision_type type)
{
	return type < DECISION_COUNT ? decisions[type].n_orders : 1;
}

bool decision_is_encoder(enum decision_type type)
{
	return type < DECISION_COUNT && decisions[type].encoder;
}

bool decision_facts_are_encoder(const struct model_facts *facts)
{
	return facts->kind == MODEL_KIND_ENCODER ||
	       (facts->kind == MODEL_KIND_DECISION &&
		decision_is_encoder(decision_type_by_name(facts->decision)));
}

const char *decision_refusal(struct arena *a, const struct model_facts *facts, size_t n_labels)
{
	enum decision_type type = decision_type_by_name(facts->decision);
	const char *name = display_text(a, facts->decision);

	if (type == DECISION_COUNT)
		return arena_printf(a,
				    "it is a decision model of type %s, which this version cannot "
				    "ask; start a server that can (such as llama-server) and name "
				    "it as http://HOST:PORT",
				    name);
	if (!*facts->template_sha256)
		return arena_printf(a,
				    "it is a decision model of type %s, but the file lacks its "
				    "prompt (tokenizer.chat_template.systemone); download a newer "
				    "conversion",
				    name);
	if (n_labels > decisions[type].most_labels)
		return arena_printf(a,
				    "a decision model of type %s takes at most %zu labels, and the "
				    "job has %zu",
				    name, decisions[type].most_labels, n_labels);
	return NULL;
}
