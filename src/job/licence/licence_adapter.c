/*
 * RULE: licence of a model with an adapter. Both licences hold: the worse verdict counts, with the
 * conditions of both.
 */
#include <string.h>

#include "base/display.h"
#include "job/licence/licence.h"

static const char *adapter_both(struct arena *a, const char *one, const char *other)
{
	if (!*other || strstr(one, other))
		return one;
	return arena_add_item(a, one, "; ", "%s", other);
}

static void adapter_join(struct arena *a, const struct model *adapter, const struct licence *l,
			 struct licence *ret)
{
	const char *who = arena_printf(a, "adapter '%s'", display_text(a, adapter->label));
	struct licence model = *ret;

	if (l->verdict > model.verdict) {
		*ret = *l;
		ret->source = arena_printf(a, "%s: %s", who, l->source);
		memcpy(ret->text_sha256, model.text_sha256, sizeof(ret->text_sha256));
	}
	ret->conditions = adapter_both(a, model.conditions, l->conditions);
	ret->why = arena_printf(a, "%s; %s: %s", model.why, who, l->why);
}

void licence_judge_together(struct arena *a, const struct model *model, const struct job *job,
			    struct licence *ret_licence)
{
	licence_judge(a, model, job, ret_licence);
	for (size_t i = 0; i < model->n_extras; i++) {
		const struct model *extra = &model->extras[i];
		struct licence l;

		if (extra->facts.kind != MODEL_KIND_ADAPTER)
			continue;
		licence_judge(a, extra, job, &l);
		adapter_join(a, extra, &l, ret_licence);
	}
}
