/*
 * The file of a head: JSON, with the weights as base64 of little-endian 32-bit floats. Also the
 * record that a run keeps, which is a part of it.
 */
#include <jansson.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json/json.h"
#include "base/str.h"
#include "job/model/head.h"

static const char FORMAT[] = "toehold head 1";

static size_t head_n_weights(const struct head *head)
{
	return head->n_labels * (head->n_embd + 1);
}

/* The weights as text. Rounds head->weights to the values in that text. */
static const char *head_encode_weights(struct arena *a, struct head *head)
{
	size_t n = head_n_weights(head);
	unsigned char *bytes = arena_alloc(a, 4 * n);
	char *text = arena_alloc(a, 4 * ((4 * n + 2) / 3) + 1);

	for (size_t i = 0; i < n; i++) {
		float value = (float)head->weights[i];
		uint32_t bits;

		memcpy(&bits, &value, sizeof(bits));
		for (int b = 0; b < 4; b++)
			bytes[4 * i + (size_t)b] = (unsigned char)(bits >> (8 * b));
		head->weights[i] = (double)value;
	}
	EVP_EncodeBlock((unsigned char *)text, bytes, (int)(4 * n));
	return text;
}

/* False if the text is not base64 of the expected number of finite weights. */
static bool head_decode_weights(struct arena *a, const char *text, struct head *head)
{
	size_t n = head_n_weights(head), len = strlen(text);
	unsigned char *bytes = arena_alloc(a, len + 3);

	if (len != 4 * ((4 * n + 2) / 3) ||
	    EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)len) < (int)(4 * n))
		return false;
	head->weights = arena_array(a, n, sizeof(*head->weights));
	for (size_t i = 0; i < n; i++) {
		uint32_t bits = 0;
		float value;

		for (int b = 0; b < 4; b++)
			bits |= (uint32_t)bytes[4 * i + (size_t)b] << (8 * b);
		memcpy(&value, &bits, sizeof(value));
		if (!isfinite(value))
			return false;
		head->weights[i] = (double)value;
	}
	return true;
}

static json_t *head_quality_to_json(const struct head_quality *q)
{
	const struct head_gain *g = &q->gain;
	size_t n[HEAD_CURVE_MAX], right[HEAD_CURVE_MAX];
	json_t *object;

	for (size_t i = 0; i < q->n_curve; i++) {
		n[i] = q->curve[i].n;
		right[i] = q->curve[i].right;
	}
	object = json_pack("{s:s, s:f, s:I, s:I, s:s, s:I, s:f, s:o, s:o}", "solver", q->solver,
			   "c", q->c, "folds", (json_int_t)q->folds, "seed", (json_int_t)q->seed,
			   "calibration", q->calibration, "held_out_right", (json_int_t)q->right,
			   "held_out_log_loss", q->log_loss, "curve_tickets",
			   learnt_counts_to_json(n, q->n_curve), "curve_right",
			   learnt_counts_to_json(right, q->n_curve));

	if (g->more > 0)
		json_object_set_new(object, "outlook",
				    json_pack("{s:I, s:f, s:f, s:f}", "more", (json_int_t)g->more,
					      "gain", g->gain, "low", g->low, "high", g->high));
	return object;
}

static json_t *head_to_json(struct arena *a, struct head *head)
{
	return json_pack("{s:s, s:I, s:s, s:s, s:{s:s, s:o, s:s}, s:{s:s, s:s, s:s, s:I}, s:o, s:o,"
			 " s:o, s:I, s:s}",
			 "format", FORMAT, "made_us", (json_int_t)head->made_us, "program",
			 head->program, "engine", head->engine_build, "base", "sha256",
			 head->base_sha256, "label", json_any_text(head->base_label),
			 "adapter_sha256", head->adapter_sha256, "prompt", "system_sha256",
			 head->system_sha256, "template_sha256", head->template_sha256, "opening",
			 head->opening, "date_s", (json_int_t)head->pinned_date_s, "labels",
			 json_text_list(head->labels, head->n_labels), "training",
			 learnt_to_json(&head->training, head->n_labels), "fit",
			 head_quality_to_json(&head->quality), "n_embd", (json_int_t)head->n_embd,
			 "weights", head_encode_weights(a, head));
}

static void head_set_name(struct arena *a, const char *path, struct head *head)
{
	const char *base = str_basename(path), *end = strstr(base, ".head.json");

	head->path = arena_strdup(a, path);
	head->name = end && end > base ? arena_strndup(a, base, (size_t)(end - base)) : base;
}

int head_write(struct arena *a, const char *path, struct head *head, struct err *err)
{
	json_t *root = head_to_json(a, head);
	char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	int r;

	json_decref(root);
	if (!text)
		return err_set(err, ERR_INPUT, "cannot write '%s': out of memory", path);
	hash_bytes(text, strlen(text), head->sha256);
	r = file_write(path, 0600, text, strlen(text), err);
	free(text);
	head_set_name(a, path, head);
	return r;
}

/* Older heads have no gain (`object` is NULL). */
static bool head_read_gain(json_t *object, struct head_gain *ret)
{
	json_int_t more;

	if (!object)
		return true;
	if (json_unpack(object, "{s:I, s:F, s:F, s:F}", "more", &more, "gain", &ret->gain, "low",
			&ret->low, "high", &ret->high) != 0 ||
	    more < 1)
		return false;
	ret->more = (size_t)more;
	return true;
}

static bool head_read_curve(const json_t *tickets, const json_t *rights, struct head_quality *q)
{
	size_t n[HEAD_CURVE_MAX], right[HEAD_CURVE_MAX];

	q->n_curve = json_array_size(tickets);
	if (q->n_curve > HEAD_CURVE_MAX || !learnt_read_counts(tickets, q->n_curve, n) ||
	    !learnt_read_counts(rights, q->n_curve, right))
		return false;
	for (size_t i = 0; i < q->n_curve; i++)
		q->curve[i] = (struct head_point){ n[i], right[i] };
	return true;
}

static bool head_read_quality(struct arena *a, json_t *object, struct head_quality *q)
{
	json_t *curve_n, *curve_right;
	json_int_t folds, seed, right;

	if (json_unpack(object, "{s:s, s:F, s:I, s:I, s:s, s:I, s:F, s:o, s:o}", "solver",
			&q->solver, "c", &q->c, "folds", &folds, "seed", &seed, "calibration",
			&q->calibration, "held_out_right", &right, "held_out_log_loss",
			&q->log_loss, "curve_tickets", &curve_n, "curve_right", &curve_right) != 0)
		return false;
	q->folds = folds;
	q->seed = seed;
	q->right = (size_t)right;
	q->solver = arena_strdup(a, q->solver);
	q->calibration = arena_strdup(a, q->calibration);
	return right >= 0 && head_read_curve(curve_n, curve_right, q) &&
	       head_read_gain(json_object_get(object, "outlook"), &q->gain);
}

static void head_copy_texts(struct arena *a, struct head *head)
{
	const char **words[] = { &head->program,	 &head->engine_build,
				 &head->base_sha256,	 &head->base_label,
				 &head->adapter_sha256,	 &head->system_sha256,
				 &head->template_sha256, &head->opening };

	for (size_t i = 0; i < COUNT_OF(words); i++)
		*words[i] = arena_strdup(a, *words[i]);
}

static bool head_read_head(struct arena *a, json_t *root, struct head *head)
{
	json_t *labels, *training, *fit;
	json_int_t made_us, date_s, n_embd;
	const char *weights;

	if (json_unpack(root,
			"{s:I, s:s, s:s, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s, s:I}, s:o, s:o, s:o, "
			"s:I, s:s}",
			"made_us", &made_us, "program", &head->program, "engine",
			&head->engine_build, "base", "sha256", &head->base_sha256, "label",
			&head->base_label, "adapter_sha256", &head->adapter_sha256, "prompt",
			"system_sha256", &head->system_sha256, "template_sha256",
			&head->template_sha256, "opening", &head->opening, "date_s", &date_s,
			"labels", &labels, "training", &training, "fit", &fit, "n_embd", &n_embd,
			"weights", &weights) != 0)
		return false;
	head_copy_texts(a, head);
	head->made_us = made_us;
	head->pinned_date_s = date_s;
	head->labels = learnt_read_texts(a, labels, &head->n_labels);
	if (!head->labels || head->n_labels < 2 || head->n_labels > JOB_MAX_LABELS || n_embd < 1 ||
	    n_embd > HEAD_MAX_EMBD)
		return false;
	head->n_embd = (size_t)n_embd;
	return learnt_read(a, training, head->n_labels, &head->training) &&
	       head_read_quality(a, fit, &head->quality) && head_decode_weights(a, weights, head);
}

int head_load(struct arena *a, const char *path, struct head *ret_head, struct err *err)
{
	struct head head = { 0 };
	const char *format;
	json_t *root;
	char *text;
	size_t len;
	bool known, whole;

	if (file_read(a, path, HEAD_FILE_MAX_BYTES, &text, &len, err) < 0)
		return err_wrap(err, "head");
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	format = json_string_value(json_object_get(root, "format"));
	known = format && strcmp(format, FORMAT) == 0;
	whole = known && head_read_head(a, root, &head);
	json_decref(root);
	if (!known)
		return err_set(err, ERR_INPUT,
			       "'%s' is not a head of this program's format; make one with "
			       "'toehold tune JOB'",
			       display_path(a, path));
	if (!whole)
		return err_set(err, ERR_INPUT,
			       "'%s' is damaged: a field is missing or invalid; make it again "
			       "with 'toehold tune JOB'",
			       display_path(a, path));
	hash_bytes(text, len, head.sha256);
	head_set_name(a, path, &head);
	*ret_head = head;
	return 0;
}

const char *head_record_text(struct arena *a, const struct head *head)
{
	return json_text(a, json_pack("{s:o, s:o, s:s, s:I, s:I, s:I, s:o}", "name",
				      json_any_text(head->name), "base",
				      json_any_text(head->base_label), "base_sha256",
				      head->base_sha256, "made_us", (json_int_t)head->made_us,
				      "tickets", (json_int_t)head->training.n, "refused",
				      (json_int_t)head->training.n_refused, "fit",
				      head_quality_to_json(&head->quality)));
}

/* Whether no count exceeds the n training tickets and the points of the curve are in order. */
static bool head_is_possible(const struct head_quality *q, size_t n)
{
	for (size_t i = 0; i < q->n_curve; i++)
		if (q->curve[i].n <= (i ? q->curve[i - 1].n : 0) || q->curve[i].n > n ||
		    q->curve[i].right > n)
			return false;
	return q->right <= n;
}

static bool head_read_record(struct arena *a, json_t *root, struct head_record *record)
{
	json_int_t made_us, n, n_refused;
	json_t *fit;

	if (json_unpack(root, "{s:s, s:s, s:s, s:I, s:I, s:I, s:o}", "name", &record->name, "base",
			&record->base_label, "base_sha256", &record->base_sha256, "made_us",
			&made_us, "tickets", &n, "refused", &n_refused, "fit", &fit) != 0 ||
	    n < 1 || n_refused < 0)
		return false;
	record->name = arena_strdup(a, record->name);
	record->base_label = arena_strdup(a, record->base_label);
	record->base_sha256 = arena_strdup(a, record->base_sha256);
	record->made_us = made_us;
	record->n = (size_t)n;
	record->n_refused = (size_t)n_refused;
	return head_read_quality(a, fit, &record->quality) &&
	       head_is_possible(&record->quality, record->n);
}

bool head_record_read(struct arena *a, const char *text, struct head_record *ret_record)
{
	json_t *root = text ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
	bool whole;

	*ret_record = (struct head_record){ 0 };
	whole = root && head_read_record(a, root, ret_record);
	json_decref(root);
	return whole;
}
