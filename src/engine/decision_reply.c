/*
 * Builds and reads the shapes. The replies of all shapes differ little, so one reader takes them.
 */
#include "engine/decision_reply.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/display.h"
#include "base/str.h"
#include "engine/orders.h"
#include "job/file/label_order.h"
#include "job/task/task_several.h"

/* The question's id. No server shows it to the model. */
#define QUESTION_ID "label"

const char *decision_path(enum served_route route)
{
	return route == SERVED_SYSTEMONE ? "/systemone" : "/decisions";
}

static json_t *decision_describe(const struct decision_labels *labels, size_t i)
{
	const char *text = labels->descriptions ? labels->descriptions[i] : NULL;

	return text && *text ? json_string(text) : NULL;
}

/* {"name": "description" or null, ...} */
static json_t *decision_criteria(const struct decision_labels *labels)
{
	json_t *criteria = json_object();

	for (size_t i = 0; i < labels->n; i++) {
		json_t *text = decision_describe(labels, i);

		json_object_set_new(criteria, labels->names[i], text ? text : json_null());
	}
	return criteria;
}

/* [{KEY: "name", "description": "..."}, ...] */
static json_t *decision_list(const struct decision_labels *labels, const char *key)
{
	json_t *list = json_array();

	for (size_t i = 0; i < labels->n; i++)
		json_array_append_new(list, json_pack("{s:s, s:o*}", key, labels->names[i],
						      "description", decision_describe(labels, i)));
	return list;
}

/* [{"label": "name", ...}, ...] in OpenAI's shape, else "name: what it means" for each step. */
static json_t *decision_steps(enum served_route route, const struct decision_labels *labels)
{
	json_t *steps = json_array();

	if (route == SERVED_DECISIONS) {
		json_decref(steps);
		return decision_list(labels, "label");
	}
	for (size_t i = 0; i < labels->n; i++) {
		json_t *text = decision_describe(labels, i);

		json_array_append_new(steps, text ? json_sprintf("%s: %s", labels->names[i],
								 json_string_value(text)) :
						    json_string(labels->names[i]));
		json_decref(text);
	}
	return steps;
}

/* What yes and no mean, if the job says it. OpenAI's shape has no place for that. */
static void decision_add_yes_no(enum served_route route, const struct decision_labels *labels,
				json_t *question)
{
	json_t *yes = decision_describe(labels, 0), *no = decision_describe(labels, 1);

	if (route == SERVED_SYSTEMONE && (yes || no))
		json_object_set_new(question, "criteria",
				    json_pack("{s:O?, s:O?}", "true", yes, "false", no));
	if (route == SERVED_OPTIONS && yes)
		json_object_set(question, "yes", yes);
	if (route == SERVED_OPTIONS && no)
		json_object_set(question, "no", no);
	json_decref(yes);
	json_decref(no);
}

/* The names of the types in each shape. */
static const char *const asks_names[SERVED_ROUTE_COUNT][ASKS_COUNT] = {
	[SERVED_SYSTEMONE] = { "choice", "noul", "score", "noul" },
	[SERVED_DECISIONS] = { "choice", "predicate", "score", "predicate" },
	[SERVED_OPTIONS] = { "choice", "yes_no", "score", "yes_no" },
};

enum asks decision_asks(enum served_route route, enum asks asks)
{
	return asks_names[route][asks] ? asks : ASKS_CHOICE;
}

static void decision_add_labels(enum served_route route, const struct decision_labels *labels,
				json_t *question)
{
	if (labels->asks == ASKS_YES_NO)
		decision_add_yes_no(route, labels, question);
	else if (labels->asks == ASKS_SCORE)
		json_object_set_new(question, route == SERVED_SYSTEMONE ? "criteria" : "levels",
				    decision_steps(route, labels));
	else if (route == SERVED_DECISIONS)
		json_object_set_new(question, "choices", decision_list(labels, "value"));
	else if (route == SERVED_OPTIONS)
		json_object_set_new(question, "options", decision_list(labels, "name"));
	else
		json_object_set_new(question, "criteria", decision_criteria(labels));
}

static json_t *decision_ask(enum served_route route, enum asks asks, const char *id,
			    const char *text)
{
	bool options = route == SERVED_OPTIONS;

	return json_pack("{s:s*, s:s, s:s}", "id", options ? id : NULL, "type",
			 asks_names[route][asks], options ? "question" : "instructions", text);
}

/* The id of the question about label i. */
static const char *decision_id(struct arena *a, size_t i)
{
	return arena_printf(a, QUESTION_ID "%zu", i + 1);
}

/* One question by its id, or one of a list. */
static void decision_put(json_t *questions, const char *id, json_t *question)
{
	if (json_is_object(questions))
		json_object_set_new(questions, id, question);
	else
		json_array_append_new(questions, question);
}

static void decision_put_each(enum served_route route, const struct decision_question *q,
			      json_t *questions)
{
	const struct decision_labels *l = &q->labels;
	struct arena a = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		const char *id = decision_id(&a, i);
		const char *text = several_question(&a, q->question, l->names[i],
						    l->descriptions ? l->descriptions[i] : NULL);

		decision_put(questions, id, decision_ask(route, ASKS_EACH, id, text));
	}
	arena_release(&a);
}

json_t *decision_body(enum served_route route, const struct decision_question *q)
{
	bool by_id = route == SERVED_SYSTEMONE;
	json_t *questions = by_id ? json_object() : json_array(), *question;

	if (q->labels.asks == ASKS_EACH) {
		decision_put_each(route, q, questions);
	} else {
		question = decision_ask(route, q->labels.asks, QUESTION_ID, q->question);
		decision_add_labels(route, &q->labels, question);
		decision_put(questions, QUESTION_ID, question);
	}
	return json_pack("{s:s, s:s, s:o}", "model", q->model, by_id ? "state" : "input", q->text,
			 "questions", questions);
}

/* ---- replies */

static int decision_find(const struct decision_labels *labels, const char *name)
{
	for (size_t i = 0; name && i < labels->n; i++)
		if (strcmp(labels->names[i], name) == 0)
			return (int)i;
	return -1;
}

static const char *decision_show(struct arena *a, const char *text)
{
	return text ? display_cut(a, text, 80) : "(not a text)";
}

/* Whether any shape has that name for the type. */
static bool decision_is_type(const char *name, enum asks asks)
{
	for (int route = 0; route < SERVED_ROUTE_COUNT; route++)
		if (asks_names[route][asks] && strcmp(asks_names[route][asks], name) == 0)
			return true;
	return false;
}

/* By id, or a list in the order of the questions. Some hosts wrap it all in `result`. */
static const json_t *decision_answers(const json_t *root)
{
	const json_t *answers = json_object_get(root, "answers");

	return answers ? answers : json_object_get(json_object_get(root, "result"), "answers");
}

/* Whether an answer is one, to a question of that type. */
static int decision_check_answer(struct arena *a, const json_t *answer, enum asks asks,
				 struct err *err)
{
	const char *type = json_string_value(json_object_get(answer, "type"));

	if (type && strcmp(type, "refusal") == 0)
		return err_set(err, ERR_ENGINE, "the server refused to decide");
	if (type && !decision_is_type(type, asks))
		return err_set(err, ERR_ENGINE, "the server answered a question of type '%s'",
			       decision_show(a, type));
	return 0;
}

/* The one answer. */
static int decision_find_answer(struct arena *a, const json_t *root, enum asks asks,
				const json_t **ret_answer, struct err *err)
{
	const json_t *answers = decision_answers(root);
	const char *id = NULL;

	if (json_is_object(answers) && json_object_size(answers) > 0)
		id = json_object_iter_key(json_object_iter((json_t *)(uintptr_t)answers));
	if (id && (json_object_size(answers) != 1 || strcmp(id, QUESTION_ID) != 0))
		return err_set(err, ERR_ENGINE, "the server answered another question: '%s'",
			       decision_show(a, id));
	*ret_answer = id ? json_object_get(answers, id) : json_array_get(answers, 0);
	if (!json_is_object(*ret_answer) || (!id && json_array_size(answers) != 1))
		return err_set(err, ERR_ENGINE, "the reply holds no answer to the one question");
	return decision_check_answer(a, *ret_answer, asks, err);
}

/* Probabilities while they are read. */
struct decision_reading {
	struct arena *a;
	const struct decision_labels *labels;
	double *probs;
	bool *seen;
};

static int decision_take(struct decision_reading *r, const char *name, const json_t *value,
			 struct err *err)
{
	int label = decision_find(r->labels, name);
	double p = json_number_value(value);

	if (label < 0)
		return err_set(err, ERR_ENGINE,
			       "the reply has a probability for '%s', which is no label",
			       decision_show(r->a, name));
	if (!json_is_number(value) || !isfinite(p) || p < 0 || p > 1 + 1e-6)
		return err_set(err, ERR_ENGINE, "the probability of '%s' is not between 0 and 1",
			       decision_show(r->a, name));
	if (r->seen[label])
		return err_set(err, ERR_ENGINE, "the reply has two probabilities for '%s'",
			       decision_show(r->a, name));
	r->seen[label] = true;
	r->probs[label] = p;
	return 0;
}

/* The probability of yes: `noul`, `probability` in OpenAI's shape, one of two in SGLang's. */
static int decision_take_yes(const json_t *answer, double *ret_yes, struct err *err)
{
	const json_t *yes = json_object_get(answer, "noul");
	double p;

	if (!yes)
		yes = json_object_get(answer, "probability");
	if (!yes)
		yes = json_object_get(json_object_get(answer, "probabilities"), "yes");
	p = json_number_value(yes);
	if (!json_is_number(yes) || !isfinite(p) || p < 0 || p > 1 + 1e-6)
		return err_set(err, ERR_ENGINE, "the probability of yes is not between 0 and 1");
	*ret_yes = p < 1 ? p : 1;
	return 0;
}

static int decision_take_two(struct decision_reading *r, const json_t *answer, struct err *err)
{
	if (decision_take_yes(answer, &r->probs[0], err) < 0)
		return -1;
	r->probs[1] = 1 - r->probs[0];
	return 0;
}

/* A step of a scale is named by its place, from 0. */
static const char *decision_step_name(const struct decision_labels *labels, const char *key)
{
	int64_t place;

	return str_to_i64(key, 0, (int64_t)labels->n - 1, &place) ? labels->names[place] : key;
}

/*
 * {"name": p, ...} or [{"value", "name" or "label": "name", "probability": p}, ...]. A `label` has
 * a `value` beside it that is another thing.
 */
static int decision_take_all(struct decision_reading *r, const json_t *list, struct err *err)
{
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach ((json_t *)(uintptr_t)list, name, value)
		if (decision_take(r,
				  r->labels->asks == ASKS_SCORE ?
					  decision_step_name(r->labels, name) :
					  name,
				  value, err) < 0)
			return -1;
	json_array_foreach (list, i, value) {
		name = json_string_value(json_object_get(value, "label"));
		name = name ? name : json_string_value(json_object_get(value, "value"));
		name = name ? name : json_string_value(json_object_get(value, "name"));
		if (decision_take(r, name, json_object_get(value, "probability"), err) < 0)
			return -1;
	}
	for (i = 0; i < r->labels->n; i++)
		if (!r->seen[i])
			return err_set(err, ERR_ENGINE, "the reply has no probability for '%s'",
				       decision_show(r->a, r->labels->names[i]));
	return 0;
}

/* RULE: rounding to 2 decimals moves each probability by at most 0.005, so also the sum. */
static int decision_scale(struct decision_reading *r, struct err *err)
{
	enum { LEAST_PERCENT = 50 };
	double sum = 0, slack = 0.01 + 0.005 * (double)r->labels->n;

	for (size_t i = 0; i < r->labels->n; i++)
		sum += r->probs[i];
	if (slack > LEAST_PERCENT / 100.0)
		slack = LEAST_PERCENT / 100.0;
	if (fabs(sum - 1) > slack)
		return err_set(err, ERR_ENGINE, "the probabilities add up to %.3g, not to 1", sum);
	for (size_t i = 0; i < r->labels->n; i++)
		r->probs[i] /= sum;
	return 0;
}

/* The server's choice must be its most probable label. After rounding there may be several. */
static int decision_choose(const struct decision_reading *r, const json_t *answer, int *ret_label,
			   struct err *err)
{
	const json_t *choice = json_object_get(answer, "choice");
	int chosen = decision_find(r->labels, json_string_value(choice));

	*ret_label = (int)orders_best(r->probs, r->labels->n);
	if (!choice || json_is_null(choice))
		return 0;
	if (!json_is_string(choice))
		return err_set(err, ERR_ENGINE, "the server's choice is not a text");
	if (chosen < 0)
		return err_set(err, ERR_ENGINE, "the server chose '%s', which is no label",
			       decision_show(r->a, json_string_value(choice)));
	if (r->probs[chosen] < r->probs[*ret_label] - 1e-6)
		return err_set(err, ERR_ENGINE,
			       "the server chose '%s', but gives '%s' a higher probability",
			       decision_show(r->a, r->labels->names[chosen]),
			       decision_show(r->a, r->labels->names[*ret_label]));
	*ret_label = chosen;
	return 0;
}

/* Beside the answer, or among the diagnostics. */
static int decision_take_mass(const json_t *root, const json_t *answer, double *ret_mass,
			      struct err *err)
{
	const json_t *mass = json_object_get(answer, "label_mass");
	double p;

	if (!mass)
		mass = json_object_get(
			json_object_get(json_object_get(root, "diagnostics"), QUESTION_ID),
			"label_mass");
	*ret_mass = 0;
	if (!mass || json_is_null(mass))
		return 0;
	p = json_number_value(mass);
	if (!json_is_number(mass) || !isfinite(p) || p < 0 || p > 1 + 1e-3)
		return err_set(err, ERR_ENGINE, "the label mass is not between 0 and 1");
	*ret_mass = p < 1 ? p : 1;
	return 0;
}

static int decision_read_root(struct arena *a, const json_t *root,
			      const struct decision_labels *labels, struct decision *ret,
			      struct err *err)
{
	struct decision_reading r = { .a = a, .labels = labels };
	const json_t *answer = NULL;

	r.probs = arena_array(a, labels->n, sizeof(*r.probs));
	r.seen = arena_array(a, labels->n, sizeof(*r.seen));
	ret->probs = r.probs;
	if (decision_find_answer(a, root, labels->asks, &answer, err) < 0)
		return -1;
	if (labels->asks == ASKS_YES_NO ?
		    decision_take_two(&r, answer, err) < 0 :
		    decision_take_all(&r, json_object_get(answer, "probabilities"), err) < 0)
		return -1;
	if (decision_scale(&r, err) < 0)
		return -1;
	if (decision_choose(&r, answer, &ret->label, err) < 0)
		return -1;
	return decision_take_mass(root, answer, &ret->label_mass, err);
}

int decision_read(struct arena *a, const char *body, size_t n_bytes,
		  const struct decision_labels *labels, struct decision *ret, struct err *err)
{
	json_t *root = json_loadb(body, n_bytes, JSON_REJECT_DUPLICATES, NULL);
	int r = -1;

	*ret = (struct decision){ .label = -1 };
	if (!json_is_object(root))
		err_set(err, ERR_ENGINE, "the reply is not a JSON object");
	else
		r = decision_read_root(a, root, labels, ret, err);
	json_decref(root);
	return r;
}

/*
 * The answer about label i. In a list it is the one with the question's id; or the i-th, if that
 * has no id, for OpenAI's questions have none.
 */
static const json_t *decision_answer_about(struct arena *a, const json_t *answers, size_t i)
{
	const char *id = decision_id(a, i), *found;
	json_t *answer, *by_place;
	size_t k;

	if (json_is_object(answers))
		return json_object_get(answers, id);
	json_array_foreach (answers, k, answer) {
		found = json_string_value(json_object_get(answer, "id"));
		if (found && strcmp(found, id) == 0)
			return answer;
	}
	by_place = json_array_get(answers, i);
	answer = json_object_get(by_place, "id");
	return !answer || json_is_null(answer) ? by_place : NULL;
}

static int decision_read_answers(struct arena *a, const json_t *answers,
				 const struct decision_labels *labels, struct decision *ret,
				 struct err *err)
{
	size_t n = json_is_object(answers) ? json_object_size(answers) : json_array_size(answers);

	ret->probs = arena_array(a, labels->n, sizeof(*ret->probs));
	if (n != labels->n)
		return err_set(err, ERR_ENGINE, "the reply has %zu answers to %zu questions", n,
			       labels->n);
	for (size_t i = 0; i < labels->n; i++) {
		const json_t *answer = decision_answer_about(a, answers, i);

		if (!json_is_object(answer))
			return err_set(err, ERR_ENGINE, "the reply has no answer about '%s'",
				       decision_show(a, labels->names[i]));
		if (decision_check_answer(a, answer, ASKS_EACH, err) < 0 ||
		    decision_take_yes(answer, &ret->probs[i], err) < 0)
			return -1;
	}
	return 0;
}

int decision_read_each(struct arena *a, const char *body, size_t n_bytes,
		       const struct decision_labels *labels, struct decision *ret, struct err *err)
{
	json_t *root = json_loadb(body, n_bytes, JSON_REJECT_DUPLICATES, NULL);
	int r;

	*ret = (struct decision){ .label = -1 };
	r = json_is_object(root) ?
		    decision_read_answers(a, decision_answers(root), labels, ret, err) :
		    err_set(err, ERR_ENGINE, "the reply is not a JSON object");
	json_decref(root);
	return r;
}

/* ---- letters */

const char *decision_letters_prompt(struct arena *a, const char *question,
				    const struct decision_labels *labels)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	buf_addf(&b, "%s\n\n", question);
	for (size_t i = 0; i < labels->n; i++) {
		const char *text = labels->descriptions ? labels->descriptions[i] : NULL;

		buf_addf(&b, "%s. %s%s%s\n", label_letter(i), labels->names[i],
			 text && *text ? ": " : "", text ? text : "");
	}
	buf_adds(&b, "\nAnswer with the letter only.");
	return buf_to_arena(&b, a);
}

/* The label of a token that is a letter, perhaps with blanks around it; or -1. */
static int decision_letter_of(const char *token, size_t n_labels)
{
	const char *at = token + strspn(token, " \t\r\n");

	if (*at < 'A' || *at > 'Z' || (size_t)(*at - 'A') >= n_labels ||
	    at[1 + strspn(at + 1, " \t\r\n")] != '\0')
		return -1;
	return *at - 'A';
}

int decision_read_letters(struct arena *a, const struct chat *chat, size_t n_labels,
			  struct decision *ret, struct err *err)
{
	double listed = 0, mass = 0, least = 1, share, sum = 0;
	size_t n_missing = 0;

	*ret = (struct decision){ .label = -1,
				  .probs = arena_array(a, n_labels, sizeof(*ret->probs)) };
	for (size_t i = 0; i < chat->n_top; i++) {
		int label = decision_letter_of(chat->top[i].token, n_labels);
		double p = exp(chat->top[i].logprob);

		listed += p;
		least = p < least ? p : least;
		if (label >= 0) {
			ret->probs[label] += p;
			mass += p;
		}
	}
	if (mass <= 0)
		return err_set(err, ERR_ENGINE, "%s",
			       chat->n_top ? "no label's letter is among the likeliest tokens" :
					     "the server sent no top_logprobs");
	if (listed > 1.01)
		return err_set(err, ERR_ENGINE, "the token probabilities add up to %.3g", listed);
	for (size_t i = 0; i < n_labels; i++)
		n_missing += ret->probs[i] <= 0;
	share = listed < 1 && n_missing ? (1 - listed) / (double)n_missing : 0;
	for (size_t i = 0; i < n_labels; i++) {
		if (ret->probs[i] <= 0)
			ret->probs[i] = share < least ? share : least;
		sum += ret->probs[i];
	}
	for (size_t i = 0; i < n_labels; i++)
		ret->probs[i] /= sum;
	ret->label = (int)orders_best(ret->probs, n_labels);
	ret->label_mass = mass < 1 ? mass : 1;
	return 0;
}
