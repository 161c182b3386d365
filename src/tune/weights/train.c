/*
 * One worker, one request at a time, each with a deadline.
 */
#include "tune/weights/train.h"

#include "base/clock.h"

/* Ends the worker if the user wants no more of it. */
static bool train_is_abandoned(struct train *t, const char *what, struct err *err)
{
	if (!t->settings.abandon || !t->settings.abandon(t->settings.ctx))
		return false;
	proc_kill(&t->proc);
	err_set(err, ERR_STOPPED, "stopped while %s", what);
	return true;
}

/* Waits for one message; everything else is an error. `what` names the current task. */
static int train_hear(struct train *t, const char *what, int64_t timeout_us,
		      enum message_type *ret_type, struct wire_reader *ret_payload, struct err *err)
{
	int64_t deadline_us = clock_mono_us() + timeout_us;
	struct proc_death death;

	for (;;) {
		switch (proc_wait(&t->proc, deadline_us, ret_type, ret_payload, &death)) {
		case PROC_MESSAGE:
			return 0;
		case PROC_DIED:
			return err_set(err, ERR_ENGINE, "the worker died while %s: %s", what,
				       death.detail);
		case PROC_TIMED_OUT:
			proc_kill(&t->proc);
			return err_set(err, ERR_ENGINE,
				       "the worker sent nothing for %lld s while %s, and was "
				       "stopped",
				       (long long)(timeout_us / 1000000), what);
		case PROC_INTERRUPTED:
			if (train_is_abandoned(t, what, err))
				return -1;
		}
	}
}

/* Waits for a message of this type, and decodes it into the train's arena. */
static int train_hear_one(struct train *t, const char *what, int64_t timeout_us,
			  enum message_type type, void *ret_message, struct err *err)
{
	struct msg_failed failed = { 0 };
	struct wire_reader payload;
	enum message_type got;

	if (train_hear(t, what, timeout_us, &got, &payload, err) < 0)
		return -1;
	if (got == type)
		return message_take(type, &payload, &t->arena, ret_message, err);
	if (got == MSG_FAILED && message_take(got, &payload, &t->arena, &failed, err) == 0 &&
	    failed.text)
		return err_set(err, ERR_ENGINE, "%s", failed.text);
	return err_set(err, ERR_ENGINE, "the worker sent %s where %s was expected, while %s",
		       message_name(got), message_name(type), what);
}

static int train_start(const struct train_settings *settings, struct train *ret,
		       struct msg_opened *ret_opened, struct err *err)
{
	*ret = (struct train){ .settings = *settings };
	if (proc_start(&ret->proc, &settings->proc, err) < 0)
		return -1;
	proc_send(&ret->proc, MSG_OPEN, &settings->open);
	return train_hear_one(ret, "it opened the model", settings->load_timeout_us, MSG_OPENED,
			      ret_opened, err);
}

int train_convert(const struct train_settings *settings, const struct msg_convert *convert,
		  struct msg_written *ret_written, struct err *err)
{
	struct msg_opened opened = { 0 };
	struct train t;
	int r = train_start(settings, &t, &opened, err);

	if (r == 0) {
		proc_send(&t.proc, MSG_CONVERT, convert);
		r = train_hear_one(&t, "it wrote the model", settings->load_timeout_us, MSG_WRITTEN,
				   ret_written, err);
	}
	train_close(&t);
	return r;
}

int train_open(const struct train_settings *settings, const struct msg_pass *pass,
	       struct train *ret, struct err *err)
{
	struct msg_opened opened = { 0 };
	struct msg_pass_ready ready = { 0 };

	if (train_start(settings, ret, &opened, err) < 0)
		return -1;
	proc_send(&ret->proc, MSG_PASS, pass);
	return train_hear_one(ret, "it prepared the prompt", settings->load_timeout_us,
			      MSG_PASS_READY, &ready, err);
}

/* Copies only the fields that the controller uses. */
static void train_copy_answer(struct arena *a, const struct answer *from, struct answer *ret)
{
	*ret = (struct answer){ .outcome = from->outcome,
				.label = from->label,
				.n_probs = from->n_probs };
	ret->probs = arena_array(a, from->n_probs, sizeof(*ret->probs));
	for (size_t k = 0; k < from->n_probs; k++)
		ret->probs[k] = from->probs[k];
}

int train_test(struct train *t, struct arena *a, const char **texts, size_t n,
	       struct answer *ret_answers, struct err *err)
{
	static const char what[] = "it answered the tickets that are held out";
	const struct train_settings *s = &t->settings;
	struct msg_wave wave = { .texts = texts, .n_texts = n };
	struct msg_wave_ready ready = { 0 };

	proc_send(&t->proc, MSG_WAVE, &wave);
	if (train_hear_one(t, what, s->load_timeout_us, MSG_WAVE_READY, &ready, err) < 0)
		return -1;
	if (ready.n_accepted != (int64_t)n)
		return err_set(err, ERR_ENGINE, "the worker took %lld of %zu tickets",
			       (long long)ready.n_accepted, n);
	proc_send(&t->proc, MSG_LABELS, NULL);
	for (size_t i = 0; i < n; i++) {
		struct answer answer = { 0 };

		if (train_hear_one(t, what, s->step_timeout_us, MSG_ANSWER, &answer, err) < 0)
			return -1;
		if (answer.ticket != i)
			return err_set(err, ERR_ENGINE, "the worker answered out of order");
		train_copy_answer(a, &answer, &ret_answers[i]);
		arena_release(&t->arena);
	}
	return 0;
}

/* A step learns from one ticket or more, so there are at most as many steps as tickets. */
int train_epoch(struct train *t, const struct msg_train *train,
		void (*step)(void *ctx, const struct msg_step *step), void *ctx,
		struct msg_trained *ret_trained, struct err *err)
{
	static const char what[] = "it learnt";

	proc_send(&t->proc, MSG_TRAIN, train);
	for (size_t n_steps = 0;; n_steps++) {
		struct msg_failed failed = { 0 };
		struct msg_step done = { 0 };
		struct wire_reader payload;
		enum message_type got;

		if (train_hear(t, what, t->settings.step_timeout_us, &got, &payload, err) < 0)
			return -1;
		if (got == MSG_TRAINED)
			return message_take(got, &payload, &t->arena, ret_trained, err);
		if (got == MSG_FAILED &&
		    message_take(got, &payload, &t->arena, &failed, err) == 0 && failed.text)
			return err_set(err, ERR_ENGINE, "%s", failed.text);
		if (got != MSG_STEP || n_steps >= train->n_texts ||
		    message_take(got, &payload, &t->arena, &done, err) < 0)
			return err_set(err, ERR_ENGINE, "the worker sent %s%s while %s",
				       n_steps >= train->n_texts ? "one more " : "",
				       message_name(got), what);
		step(ctx, &done);
		arena_release(&t->arena);
		if (train_is_abandoned(t, what, err))
			return -1;
	}
}

int train_save(struct train *t, const char *to, struct msg_written *ret_written, struct err *err)
{
	struct msg_save save = { .to = to };

	proc_send(&t->proc, MSG_SAVE, &save);
	return train_hear_one(t, "it wrote the weights", t->settings.load_timeout_us, MSG_WRITTEN,
			      ret_written, err);
}

void train_close(struct train *t)
{
	proc_close(&t->proc);
	arena_release(&t->arena);
	*t = (struct train){ 0 };
}
