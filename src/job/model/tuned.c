/*
 * The record as JSON.
 */
#include "job/model/tuned.h"

#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"

enum { RECORD_MAX_BYTES = 16 << 20 };

static const char FORMAT[] = "toehold weights 1";

const char *tuned_model_path(struct arena *a, const char *model_path)
{
	return arena_printf(a, "%s.tuning.json", model_path);
}

int tuned_model_write(struct arena *a, const char *path, const struct tuned_model *m,
		      struct err *err)
{
	json_t *root = json_pack(
		"{s:s, s:I, s:s, s:s, s:{s:s, s:o}, s:o, s:o, s:{s:I, s:I, s:f, s:I, s:I}}",
		"format", FORMAT, "made_us", (json_int_t)m->made_us, "program", m->program,
		"sha256", m->sha256, "base", "sha256", m->base_sha256, "label",
		json_any_text(m->base_label), "labels", json_text_list(m->labels, m->n_labels),
		"training", learnt_to_json(&m->training, m->n_labels), "fit", "held_out",
		(json_int_t)m->n_held_out, "held_out_right", (json_int_t)m->held_out_right, "rate",
		m->rate, "epochs", (json_int_t)m->epochs, "layers", (json_int_t)m->layers);
	const char *text = json_text(a, root);

	return file_write(path, 0600, text, strlen(text), err);
}

static bool tuned_read_record(struct arena *a, json_t *root, struct tuned_model *m)
{
	json_int_t made_us, n_held_out, right, epochs, layers;
	json_t *labels, *training;
	const char *format;

	if (json_unpack(root,
			"{s:s, s:I, s:s, s:s, s:{s:s, s:s}, s:o, s:o, s:{s:I, s:I, s:F, s:I, s:I}}",
			"format", &format, "made_us", &made_us, "program", &m->program, "sha256",
			&m->sha256, "base", "sha256", &m->base_sha256, "label", &m->base_label,
			"labels", &labels, "training", &training, "fit", "held_out", &n_held_out,
			"held_out_right", &right, "rate", &m->rate, "epochs", &epochs, "layers",
			&layers) != 0 ||
	    strcmp(format, FORMAT) != 0 || n_held_out < 0 || right < 0)
		return false;
	m->made_us = made_us;
	m->program = arena_strdup(a, m->program);
	m->sha256 = arena_strdup(a, m->sha256);
	m->base_sha256 = arena_strdup(a, m->base_sha256);
	m->base_label = arena_strdup(a, m->base_label);
	m->n_held_out = (size_t)n_held_out;
	m->held_out_right = (size_t)right;
	m->epochs = epochs;
	m->layers = layers;
	m->labels = learnt_read_texts(a, labels, &m->n_labels);
	return m->labels && learnt_read(a, training, m->n_labels, &m->training);
}

int tuned_model_load(struct arena *a, const char *path, struct tuned_model *ret_model,
		     struct err *err)
{
	json_t *root;
	char *text;
	size_t len;
	bool whole;

	*ret_model = (struct tuned_model){ 0 };
	if (file_read(a, path, RECORD_MAX_BYTES, &text, &len, err) < 0)
		return -1;
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	whole = root && tuned_read_record(a, root, ret_model);
	json_decref(root);
	if (whole)
		return 0;
	return err_set(err, ERR_INPUT,
		       "'%s' is not a record of tuned weights, or it is damaged: the tickets that "
		       "the model learnt from are unknown; tune again",
		       display_path(a, path));
}

int tuned_model_words(struct arena *a, const char *label, const char *model_path,
		      const char **ret_words, struct err *err)
{
	const char *path = tuned_model_path(a, model_path);
	struct tuned_model m;

	*ret_words = NULL;
	if (!file_exists(path))
		return 0;
	if (tuned_model_load(a, path, &m, err) < 0)
		return -1;
	*ret_words = arena_printf(
		a,
		"the weights of %s are those of %s (sha256 %.12s) after %lld epochs over %zu "
		"tickets of %s (sha256 %.12s), %zu of them held out, %zu more left out by the leak "
		"guard",
		label, m.base_label, m.base_sha256, (long long)m.epochs, m.training.n,
		m.training.file, m.training.sha256, m.n_held_out, m.training.n_refused);
	return 0;
}

int tuned_model_guard(struct arena *a, const char *model_path, const struct job *job,
		      const struct slice *const *slices, size_t n_slices, const char **ret_refusal,
		      struct err *err)
{
	const char *path = tuned_model_path(a, model_path);
	struct learner learner = { .path = path };
	struct tuned_model model;

	*ret_refusal = NULL;
	if (!file_exists(path))
		return 0;
	if (tuned_model_load(a, path, &model, err) < 0)
		return -1;
	learner.words = arena_printf(a, "the tuned model '%s'", display_path(a, model_path));
	learner.learnt = &model.training;
	return learner_guard(a, &learner, job, slices, n_slices, ret_refusal, err);
}
