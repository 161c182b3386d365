/*
 * The nearest known texts as one line.
 */
#include "flow/ask/encoder_reason.h"

#include <math.h>

#include "base/clock.h"
#include "base/display.h"
#include "judge/nearest.h"

enum { EVIDENCE = 3, QUOTE_BYTES = 80 };

static const char *encoder_one_text(struct arena *a, const struct prepared *p,
				    const struct encoder *e, const struct nearest *near)
{
	const struct ticket *t = e->texts[near->row];
	const char *label = p->job.labels[t->label].name;
	double cosine = round(near->cosine * 100) / 100 + 0.0; /* so that no -0.00 is shown */

	if (near->row < e->n_descriptions)
		return arena_printf(a, "%.2f %s of %s", cosine,
				    p->job.labels[t->label].description ? "description" : "name",
				    label);
	if (e->is_private[near->row])
		return arena_printf(a, "%.2f %s (%s)", cosine, label, t->id);
	return arena_printf(a, "%.2f %s: \"%s\" (%s)", cosine, label,
			    display_cut(a, t->text, QUOTE_BYTES), t->id);
}

const char *encoder_reason_text(struct arena *a, const struct prepared *p, const struct encoder *e,
				const struct answer *answer)
{
	struct nearest nearest[EVIDENCE];
	const char *list = "";
	size_t n;

	if (!e->rows || answer->n_hidden != e->own.n_embd)
		return "";
	n = nearest_rows(answer->hidden, e->rows, e->n_texts, answer->n_hidden, EVIDENCE, nearest);
	for (size_t i = 0; i < n; i++)
		list = arena_add_item(a, list, "; ", "%s", encoder_one_text(a, p, e, &nearest[i]));
	return list;
}

struct reason encoder_reason(struct arena *a, const struct prepared *p, const struct encoder *e,
			     const struct answer *answer)
{
	int64_t start_us = clock_mono_us();
	struct reason reason = { .ticket = answer->ticket,
				 .finish = REASON_EVIDENCE,
				 .batch = 1,
				 .detail = "",
				 .lang = "" };

	reason.rationale = encoder_reason_text(a, p, e, answer);
	reason.reason_us = clock_mono_us() - start_us;
	return reason;
}
