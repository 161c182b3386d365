/* Refuses training, for engines that cannot change weights: http and script. */
#include "engine/engine.h"

static int untrained_refuse(struct err *err)
{
	return err_set(err, ERR_ENGINE, "only the bundled llama engine can change weights");
}

int engine_convert(struct engine *e, const struct msg_convert *convert,
		   struct msg_written *ret_written, struct err *err)
{
	(void)e;
	(void)convert;
	(void)ret_written;
	return untrained_refuse(err);
}

int engine_train(struct engine *e, struct arena *a, const struct msg_train *train, step_done *step,
		 void *ctx, struct msg_trained *ret_trained, struct err *err)
{
	(void)e;
	(void)a;
	(void)train;
	(void)step;
	(void)ctx;
	(void)ret_trained;
	return untrained_refuse(err);
}

int engine_save(struct engine *e, const struct msg_save *save, struct msg_written *ret_written,
		struct err *err)
{
	(void)e;
	(void)save;
	(void)ret_written;
	return untrained_refuse(err);
}
