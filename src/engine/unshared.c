/* engine_prefix() for engines that name no parts of a prefix, so that none is ever asked for. */
#include "engine/engine.h"

int engine_prefix(struct engine *e, const struct msg_prefix *prefix,
		  struct msg_prefix_ready *ret_ready, enum outcome *ret_outcome, struct err *err)
{
	(void)e;
	(void)ret_ready;
	*ret_outcome = OUTCOME_ENGINE_ERROR;
	return err_set(err, ERR_ENGINE, "this engine has no part %lld of a prefix",
		       (long long)prefix->part);
}
