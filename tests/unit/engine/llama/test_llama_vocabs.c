/*
 * A ticket's text never becomes a control token, whatever the vocabulary. Tested in several forms:
 * every control token and end of generation of all vocabularies in the engine's source, and of the
 * demo models that were fetched.
 */
#include <glob.h>

#include "llama_fixture.h"

static const char *const forms[] = { "%s", "a%sb", " %s ", "\n%s\n", "%s%s", "<%s>" };

enum { N_FORMS = sizeof(forms) / sizeof(forms[0]) };

static bool steers(const struct llama_vocab *vocab, llama_token token)
{
	return llama_vocab_is_control(vocab, token) || llama_vocab_is_eog(vocab, token);
}

/* The first control token in the text, or -1. */
static llama_token first_steering(const struct engine *e, struct arena *a, const char *text)
{
	struct tokens tokens;
	struct err err = { 0 };

	if (tokenize(e, a, text, false, &tokens, &err) < 0)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < tokens.n; i++)
		if (steers(e->vocab, tokens.items[i]))
			return tokens.items[i];
	return -1;
}

/* Control tokens that the tokenizer itself puts around every text. */
static llama_token of_plain_text(const struct engine *e, struct arena *a)
{
	return first_steering(e, a, "plain text");
}

static void check_vocabulary(const char *path)
{
	struct llama_model_params params = llama_model_default_params();
	int n_steering = 0, n_forged = 0;
	struct engine e = { 0 };
	llama_token around;
	struct arena a = { 0 };

	params.vocab_only = true;
	e.model = llama_model_load_from_file(path, params);
	if (!e.model)
		fail_msg("%s: %s", path, llama_error_text());
	e.vocab = llama_model_get_vocab(e.model);
	around = of_plain_text(&e, &a);
	assert_int_equal(around, -1);
	for (llama_token t = 0; t < llama_vocab_n_tokens(e.vocab); t++) {
		const char *text = llama_vocab_get_text(e.vocab, t);

		if (!steers(e.vocab, t) || !*text)
			continue;
		n_steering++;
		for (int f = 0; f < N_FORMS; f++) {
			char *ticket = arena_printf(&a, forms[f], text, text);
			llama_token forged = first_steering(&e, &a, ticket);

			n_forged += forged >= 0;
			if (forged >= 0)
				print_message("%s: '%s' becomes token %d '%s'\n",
					      str_basename(path), ticket, forged,
					      llama_vocab_get_text(e.vocab, forged));
		}
		arena_release(&a);
	}
	print_message("%s: %d tokens steer, of %d\n", str_basename(path), n_steering,
		      llama_vocab_n_tokens(e.vocab));
	assert_int_equal(n_forged, 0);
	assert_true(n_steering > 0);
	llama_model_free(e.model);
}

static void shipped_vocabularies(void **state)
{
	const char *dir = getenv("TEST_VOCABS_DIR");
	struct arena a = { 0 };
	glob_t files;

	(void)state;
	if (!dir || glob(arena_printf(&a, "%s/ggml-vocab-*.gguf", dir), 0, NULL, &files) != 0) {
		print_message("SKIPPED: TEST_VOCABS_DIR names no folder with vocabularies\n");
		arena_release(&a);
		skip();
	}
	for (size_t i = 0; i < files.gl_pathc; i++)
		check_vocabulary(files.gl_pathv[i]);
	globfree(&files);
	arena_release(&a);
}

static void demo_models(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(fixture_models) / sizeof(fixture_models[0]); i++) {
		struct arena a = { 0 };
		const char *path = fixture_path(&a, fixture_models[i]);

		if (path)
			check_vocabulary(path);
		else
			print_message("SKIPPED: %s is not there\n", fixture_models[i]);
		n += path != NULL;
		arena_release(&a);
	}
	if (n == 0)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_vocabularies),
		cmocka_unit_test(demo_models),
	};

	llama_log_set(llama_error_log, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
