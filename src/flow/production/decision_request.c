/*
 * Parses questions, and writes answers in the shape in which they were asked.
 */
#include "flow/production/decision_request.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/json/json.h"

/* Where each shape has what. */
static const struct {
	const char *text, *labels, *name;
} shapes[] = {
	[DECISION_SYSTEMONE] = { "state", "criteria", NULL },
	[DECISION_CHOICES] = { "input", "choices", "value" },
	[DECISION_OPTIONS] = { "input", "options", "name" },
};

/* ---- the request */

struct decision_parse {
	struct arena *a;
	const struct decision_run *run;
	struct decision_request *request;
};

/* The types of questions in each shape. SGLang's has only a choice here. */
static const char *const types[][ASKS_SCORE + 1] = {
	[DECISION_SYSTEMONE] = { "choice", "noul", "score" },
	[DECISION_CHOICES] = { "choice", "predicate", "score" },
	[DECISION_OPTIONS] = { "choice" },
};

static int decision_fail_labels(const struct decision_parse *p, struct err *err)
{
	struct buf names;

	buf_init(&names, 300);
	for (size_t i = 0; i < p->run->n_labels; i++)
		buf_add_item(&names, ", ", "%s", display_text(p->a, p->run->labels[i].name));
	err_set(err, ERR_INPUT, "a question must have exactly the labels of this run: %s%s",
		buf_text(&names), names.overflow ? ", ..." : "");
	buf_release(&names);
	return -1;
}

/* Notes one label that is asked for. */
static int decision_take_label(const struct decision_parse *p, const char *name, int *order,
			       size_t at, struct err *err)
{
	for (size_t i = 0; name && at < p->run->n_labels && i < p->run->n_labels; i++) {
		if (strcmp(p->run->labels[i].name, name) != 0)
			continue;
		for (size_t k = 0; k < at; k++)
			if (order[k] == (int)i)
				return decision_fail_labels(p, err);
		order[at] = (int)i;
		return 0;
	}
	return decision_fail_labels(p, err);
}

static int decision_take_labels(const struct decision_parse *p, const json_t *question, int *order,
				struct err *err)
{
	json_t *list = json_object_get(question, shapes[p->request->shape].labels), *one;
	const char *name;
	size_t n = 0, i;

	if (p->request->shape == DECISION_SYSTEMONE) {
		json_object_foreach (list, name, one)
			if (decision_take_label(p, name, order, n++, err) < 0)
				return -1;
	} else {
		json_array_foreach (list, i, one) {
			name = json_whole_text(
				json_object_get(one, shapes[p->request->shape].name));
			if (decision_take_label(p, name, order, n++, err) < 0)
				return -1;
		}
	}
	return n == p->run->n_labels ? 0 : decision_fail_labels(p, err);
}

/* The run's labels in their order; the steps of a scale must be as many. */
static int decision_take_all(const struct decision_parse *p, enum asks asks, const json_t *question,
			     int *order, struct err *err)
{
	const char *key = p->request->shape == DECISION_CHOICES ? "levels" : "criteria";
	size_t n = p->run->n_labels;

	if (asks == ASKS_SCORE && json_array_size(json_object_get(question, key)) != n)
		return err_set(err, ERR_INPUT,
			       "a score must have exactly the %zu steps of this run, as '%s'", n,
			       key);
	for (size_t i = 0; i < n; i++)
		order[i] = (int)i;
	return 0;
}

/* Besides a choice, the type of the run's task. */
static bool decision_find_type(const struct decision_parse *p, const char *type,
			       enum asks *ret_asks)
{
	const enum asks all[] = { ASKS_CHOICE, p->run->asks };

	for (size_t i = 0; type && i < COUNT_OF(all); i++) {
		const char *name = types[p->request->shape][all[i]];

		*ret_asks = all[i];
		if (name && strcmp(type, name) == 0)
			return true;
	}
	return false;
}

/* " and 'noul'", or "". */
static const char *decision_other_type(const struct decision_parse *p)
{
	const char *name = types[p->request->shape][p->run->asks];

	if (p->run->asks == ASKS_CHOICE || !name)
		return "";
	return arena_printf(p->a, " and '%s'", name);
}

/* Answers by id have room for one of each. */
static bool decision_has_id(const struct decision_request *r, const char *id)
{
	for (size_t i = 0; r->shape == DECISION_OPTIONS && i < r->n; i++)
		if (strcmp(r->questions[i].id, id) == 0)
			return true;
	return false;
}

static int decision_take_question(const struct decision_parse *p, const char *id,
				  const json_t *question, struct err *err)
{
	struct decision_request *r = p->request;
	const char *type = json_whole_text(json_object_get(question, "type"));
	int *order = arena_array(p->a, p->run->n_labels, sizeof(*order));
	enum asks asks;

	if (!id)
		return err_set(err, ERR_INPUT, "a question needs an 'id', as a string without NUL");
	if (decision_has_id(r, id))
		return err_set(err, ERR_INPUT, "two questions have the 'id' '%s'",
			       display_text(p->a, id));
	if (!decision_find_type(p, type, &asks))
		return err_set(err, ERR_INPUT,
			       "only questions of the type 'choice'%s are answered here, not '%s'",
			       decision_other_type(p), type ? display_text(p->a, type) : "none");

	if (r->n == DECISION_MAX_QUESTIONS)
		return err_set(err, ERR_INPUT, "a request has at most %d questions",
			       DECISION_MAX_QUESTIONS);
	if (asks == ASKS_CHOICE ? decision_take_labels(p, question, order, err) < 0 :
				  decision_take_all(p, asks, question, order, err) < 0)
		return -1;
	r->questions[r->n++] = (struct decision_question){ arena_strdup(p->a, id), asks, order };

	return 0;
}

/* OpenAI's questions have no id, and `choices` or `levels`, or they are predicates. */
static enum decision_shape decision_shape_of(const json_t *questions)
{
	const json_t *first = json_array_get(questions, 0);
	const char *type = json_string_value(json_object_get(first, "type"));
	bool has_id = json_object_get(first, "id");

	if (json_object_get(first, "choices") || (json_object_get(first, "levels") && !has_id) ||
	    (type && strcmp(type, types[DECISION_CHOICES][ASKS_YES_NO]) == 0))
		return DECISION_CHOICES;
	return DECISION_OPTIONS;
}

static int decision_take_questions(const struct decision_parse *p, json_t *questions,
				   struct err *err)
{
	struct decision_request *r = p->request;
	const char *id;
	json_t *one;
	size_t i;

	json_object_foreach (questions, id, one)
		if (decision_take_question(p, id, one, err) < 0)
			return -1;
	json_array_foreach (questions, i, one) {
		id = r->shape == DECISION_CHOICES ? "" :
						    json_whole_text(json_object_get(one, "id"));
		if (decision_take_question(p, id, one, err) < 0)
			return -1;
	}
	if (r->n == 0)
		return err_set(err, ERR_INPUT, "'questions' holds no question");
	return 0;
}

/* A text. JSON that is no text goes to the model as JSON, as llama.cpp's server does it. */
static int decision_take_text(const struct decision_parse *p, const json_t *root,
			      struct ticket *ticket, struct err *err)
{
	const char *key = shapes[p->request->shape].text;
	json_t *value = json_object_get(root, key);
	const char *text = json_whole_text(value);

	*ticket = (struct ticket){ .id = "1", .label = -1, .line = 1 };
	if (json_is_string(value) && !text)
		return err_set(err, ERR_INPUT, "'%s' holds a NUL character", key);
	if (!text && p->request->shape != DECISION_CHOICES &&
	    (json_is_object(value) || json_is_array(value)))
		text = json_text(p->a, json_incref(value));
	if (!text || text[strspn(text, " \t\r\n")] == '\0')
		return err_set(err, ERR_INPUT, "'%s' must be a text that is not empty", key);
	ticket->text = arena_strdup(p->a, text);
	ticket->text_len = strlen(text);
	return 0;
}

int decision_request_read(struct arena *a, bool by_list, const char *body, size_t n_bytes,
			  const struct decision_run *run, struct ticket *ret_ticket,
			  struct decision_request *ret_request, struct err *err)
{
	json_t *root = json_loadb(body, n_bytes, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	json_t *questions = json_object_get(root, "questions");
	struct decision_parse p = { a, run, ret_request };
	int r = -1;

	*ret_request = (struct decision_request){ .shape = DECISION_SYSTEMONE };
	ret_request->questions =
		arena_array(a, DECISION_MAX_QUESTIONS, sizeof(*ret_request->questions));
	if (by_list)
		ret_request->shape = decision_shape_of(questions);
	if (!json_is_object(root))
		err_set(err, ERR_INPUT, "the body is not a JSON object");
	else if (by_list ? !json_is_array(questions) : !json_is_object(questions))
		err_set(err, ERR_INPUT, "'questions' must be %s",
			by_list ? "a list of questions" : "an object of questions by id");
	else if (decision_take_text(&p, root, ret_ticket, err) == 0)
		r = decision_take_questions(&p, questions, err);
	json_decref(root);
	return r;
}

/* ---- the answer */

const char decision_is_written[] = "the task of this run has no labels to decide between; "
				   "POST /v1/chat/completions gives its written answers";

const char decision_no_probabilities[] = "this candidate gives no label probabilities; "
					 "POST /classify gives its labels";

const char *decision_error_json(struct arena *a, unsigned status, const char *words)
{
	return json_text(a,
			 json_pack("{s:{s:o, s:s, s:i}}", "error", "message", json_any_text(words),
				   "type", status < 500 ? "invalid_request_error" : "server_error",
				   "code", (int)status));
}

/* The probabilities, in the order in which the labels were asked for. */
static json_t *decision_probabilities(const struct decision_request *r,
				      const struct decision_question *q,
				      const struct production_row *row,
				      const struct decision_run *run)
{
	json_t *all = r->shape == DECISION_CHOICES ? json_array() : json_object();

	for (size_t i = 0; i < run->n_labels; i++) {
		const char *name = run->labels[q->order[i]].name;
		json_t *p = json_real(row->probs[q->order[i]]);

		if (r->shape == DECISION_CHOICES)
			json_array_append_new(
				all, json_pack("{s:s, s:o}", "value", name, "probability", p));
		else
			json_object_set_new(all, name, p);
	}
	return all;
}

/* The expected step, counted from 0, and the probability of each. */
static json_t *decision_answer_score(const struct decision_request *r,
				     const struct production_row *row,
				     const struct decision_run *run)
{
	json_t *listed = json_array(), *by_place = json_object(), *legend = json_object(), *answer;
	bool by_id = r->shape == DECISION_SYSTEMONE;
	double expected = 0;

	for (size_t i = 0; i < run->n_labels; i++) {
		const char *name = run->labels[i].name;
		char place[24];

		snprintf(place, sizeof(place), "%zu", i);
		expected += (double)i * row->probs[i];
		json_array_append_new(listed, json_pack("{s:s, s:i, s:f}", "label", name, "value",
							(int)i, "probability", row->probs[i]));
		json_object_set_new(by_place, place, json_real(row->probs[i]));
		json_object_set_new(legend, place, json_string(name));
	}
	answer = json_pack("{s:s, s:f, s:O*, s:O}", "type", "score", "score", expected, "legend",
			   by_id ? legend : NULL, "probabilities", by_id ? by_place : listed);
	json_decref(listed);
	json_decref(by_place);
	json_decref(legend);
	return answer;
}

static json_t *decision_answer_choice(const struct decision_request *r,
				      const struct decision_question *q,
				      const struct production_row *row,
				      const struct decision_run *run)
{
	double chance = 1 / (double)run->n_labels;
	json_t *answer = json_pack("{s:s, s:s, s:o}", "type", "choice", "choice",
				   run->labels[row->label].name, "probabilities",
				   decision_probabilities(r, q, row, run));

	if (r->shape != DECISION_OPTIONS && run->n_labels > 1)
		json_object_set_new(answer, "confidence",
				    json_real((row->probability - chance) / (1 - chance)));
	return answer;
}

static json_t *decision_answer(const struct decision_request *r, const struct decision_question *q,
			       const struct production_row *row, const struct decision_run *run)
{
	json_t *answer;

	if (q->asks == ASKS_YES_NO)
		answer = json_pack("{s:s, s:f}", "type", types[r->shape][q->asks],
				   r->shape == DECISION_CHOICES ? "probability" : "noul",
				   row->probs[0]);
	else if (q->asks == ASKS_SCORE)
		answer = decision_answer_score(r, row, run);
	else
		answer = decision_answer_choice(r, q, row, run);
	if (row->abstained)
		json_object_set_new(answer, "abstained", json_true());
	return answer;
}

static const char *decision_reply(struct arena *a, const struct decision_request *r,
				  json_t *answers, const char *model, int64_t prompt_tok)
{
	json_t *reply =
		json_pack("{s:o, s:o, s:{s:I, s:i, s:I}}", "model", json_any_text(model), "answers",
			  answers, "usage", "input_tokens", (json_int_t)prompt_tok, "output_tokens",
			  0, "total_tokens", (json_int_t)prompt_tok);

	if (r->shape == DECISION_OPTIONS)
		json_object_set_new(reply, "object", json_string("decisions"));
	return json_text(a, reply);
}

unsigned decision_request_answer(struct arena *a, const struct decision_request *r,
				 const struct production_row *row, const struct decision_run *run,
				 const char *model, const char **ret_body)
{
	json_t *answers;
	unsigned status = row->outcome == OUTCOME_TOO_LONG ? 400 : 500;

	if (row->label < 0) {
		*ret_body = decision_error_json(a, status, production_failure(a, row));
		return status;
	}
	if (!row->probs) {
		*ret_body = decision_error_json(a, 501, decision_no_probabilities);
		return 501;
	}
	answers = r->shape == DECISION_CHOICES ? json_array() : json_object();
	for (size_t i = 0; i < r->n; i++) {
		json_t *answer = decision_answer(r, &r->questions[i], row, run);

		if (r->shape == DECISION_CHOICES)
			json_array_append_new(answers, answer);
		else
			json_object_set_new(answers, r->questions[i].id, answer);
	}
	*ret_body = decision_reply(a, r, answers, model, row->prompt_tok);
	return 200;
}
