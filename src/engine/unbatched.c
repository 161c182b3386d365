/* engine_labels() for engines that gain nothing by batching: one ticket at a time. */
#include "engine/engine.h"

int engine_labels(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		  struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct msg_ask ask = { .ticket = (int64_t)i, .known_label = -1 };
		struct answer answer;

		if (engine_ask(e, a, &ask, &answer, err) < 0 || done(ctx, &answer, err) < 0)
			return -1;
	}
	return 0;
}
