/*
 * For tests on files that tests/model/edit_gguf.py makes from the tiny model: a folder for them,
 * the call of the script, and an engine that opens them. Used with llama_fixture.h.
 */
#ifndef LLAMA_EDITED_H
#define LLAMA_EDITED_H

#include "llama_fixture.h"

static struct arena edited_arena;
static const char *edited_dir;

static inline int edited_enter(void **state)
{
	char *dir = arena_strdup(&edited_arena, "/tmp/toehold-edited-XXXXXX");

	(void)state;
	edited_dir = mkdtemp(dir);
	return edited_dir ? 0 : -1;
}

static inline int edited_leave(void **state)
{
	const char *command = arena_printf(&edited_arena, "rm -r '%s'", edited_dir);
	int r = system(command);

	(void)state;
	arena_release(&edited_arena);
	return r;
}

static inline const char *edited_path(const char *name)
{
	return arena_printf(&edited_arena, "%s/%s", edited_dir, name);
}

/* The tiny model. Skips the test if it was not fetched. */
static inline const char *edited_base(void)
{
	const char *path = fixture_path(&edited_arena, TINY_MODEL);

	if (!path) {
		fprintf(stderr, "%s is not there: run scripts/models\n", TINY_MODEL);
		skip();
	}
	return path;
}

/* verb: that of the script; rest: the arguments after BASE and OUT. Makes each name once. */
static inline const char *edited_make_from(const char *base, const char *verb, const char *name,
					   const char *rest)
{
	const char *out = edited_path(name);

	if (access(out, R_OK) == 0)
		return out;
	assert_int_equal(system(arena_printf(&edited_arena,
					     "python3 tests/model/edit_gguf.py %s '%s' '%s' %s",
					     verb, base, out, rest)),
			 0);
	return out;
}

static inline const char *edited_make(const char *verb, const char *name, const char *rest)
{
	return edited_make_from(edited_base(), verb, name, rest);
}

/* adapter may be NULL. Returns the result of engine_open(). */
static inline int edited_open(const char *path, const char *adapter, struct engine **ret_engine,
			      enum outcome *ret_outcome, struct err *err)
{
	struct msg_open open = { .paths = &path, .n_paths = 1, .n_threads = 1, .adapter = adapter };
	struct msg_opened opened;

	return engine_open(&open, &opened, ret_engine, ret_outcome, err);
}

static inline struct engine *edited_must_open(const char *path, const char *adapter)
{
	struct engine *e = NULL;
	enum outcome outcome;
	struct err err = { 0 };

	if (edited_open(path, adapter, &e, &outcome, &err) < 0)
		fail_msg("%s", err.msg);
	return e;
}

/* Asserts that the file opens, but that this pass fails with an error that contains `why`. */
static inline void edited_pass_fails(const char *path, const struct msg_pass *pass, const char *why)
{
	struct engine *e = edited_must_open(path, NULL);
	struct msg_pass_ready ready;
	struct err err = { 0 };

	assert_int_equal(engine_pass(e, &edited_arena, pass, &ready, &err), -1);
	if (!strstr(err.msg, why))
		fail_msg("expected '%s' in '%s'", why, err.msg);
	engine_close(e);
}

#endif
