/*
 * Decision models that read their scores from rows of embeddings, at a marker token of each label:
 * laya and lfm2-d1-omni (encoders with a scoring head), kev (a decoder whose head compares the last
 * token with each label's end). Decides what is cut from the question and the labels, exactly as
 * the models were trained (llama.cpp's tools/server/server-decision.cpp, functions fill_task_…).
 */
#include "engine/llama/llama_decision.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* laya: tokens of a label behind its marker, room beside the labels, least tokens of each part. */
enum { LAYA_LABEL_TOK = 48, LAYA_ROOM_TOK = 16, LAYA_LABEL_LEAST = 4, LAYA_QUESTION_LEAST = 8 };

/* lfm2-d1-omni: tokens of a text-only prompt, and the budget of the labels. */
enum {
	OMNI_TOK = 16384,
	OMNI_BUDGET_LEAST = 96,
	OMNI_PER_LABEL = 24,
	OMNI_BUDGET_MORE = 32,
	OMNI_LABEL_OWN = 3,
	OMNI_LABEL_LEAST = 2,
	OMNI_QUESTION_LEAST = 16,
};

static size_t rows_most(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t rows_less(size_t a, size_t b)
{
	return a > b ? a - b : 0;
}

/* --- texts as the models expect them --- */

static const char *rows_replace(struct arena *a, const char *text, const char *what,
				const char *with)
{
	struct buf b;

	if (!*what || !strstr(text, what))
		return text;
	buf_init(&b, SIZE_MAX / 2);
	for (const char *at; (at = strstr(text, what)); text = at + strlen(what)) {
		buf_add(&b, text, (size_t)(at - text));
		buf_adds(&b, with);
	}
	buf_adds(&b, text);
	return buf_to_arena(&b, a);
}

/* The length of "<|name|>" at the start of a text, or 0. */
static size_t rows_special_len(const char *text)
{
	size_t n = 2;

	if (!str_starts(text, "<|"))
		return 0;
	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	return n > 2 && str_starts(text + n, "|>") ? n + 2 : 0;
}

/* "<|name|>" becomes "<¦name¦>". */
static const char *rows_break_special(struct arena *a, const char *text)
{
	struct buf b;

	if (!strstr(text, "<|"))
		return text;
	buf_init(&b, SIZE_MAX / 2);
	while (*text) {
		size_t n = rows_special_len(text);

		if (n > 0)
			buf_addf(&b, "<\xc2\xa6%.*s\xc2\xa6>", (int)n - 4, text + 2);
		else
			buf_addc(&b, *text);
		text += n > 0 ? n : 1;
	}
	return buf_to_arena(&b, a);
}

const char *decision_clean(const struct engine *e, struct arena *a, const struct decision *d,
			   const char *text)
{
	char marker[64] = "";

	if (!text)
		return NULL;
	switch (d->type) {
	case DECISION_LAYA:
		marker[token_text(e, llama_vocab_mask(e->vocab), marker, sizeof(marker) - 1)] =
			'\0';
		return rows_replace(a, text, marker, " ");
	case DECISION_KEV:
		return rows_break_special(a, text);
	case DECISION_D1_OMNI:
		return rows_replace(a, rows_break_special(a, text), OMNI_MARK, "<<d1omni ");
	default:
		return text;
	}
}

/* --- what is cut --- */

static int rows_fail_layout(const struct engine *e, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "the prompt in the file does not have the layout of type %s "
		       "(tokenizer.chat_template.systemone); download a newer conversion",
		       e->facts.decision);
}

/* The places of a token. Fails unless there is one for each label. */
static int rows_find_marks(const struct engine *e, struct arena *a, const struct tokens *tokens,
			   llama_token mark, size_t **ret_marks, struct err *err)
{
	size_t n = 0;

	*ret_marks = arena_array(a, e->pass.n_labels, sizeof(**ret_marks));
	for (size_t i = 0; i < tokens->n; i++) {
		if (tokens->items[i] != mark)
			continue;
		if (n == e->pass.n_labels)
			return rows_fail_layout(e, err);
		(*ret_marks)[n++] = i;
	}
	return n == e->pass.n_labels && n > 0 ? 0 : rows_fail_layout(e, err);
}

static void rows_note_cuts(struct arena *a, struct decision *d, size_t n_labels, bool question)
{
	const char *labels = arena_printf(a, "%zu of the labels", n_labels);

	if (n_labels == 0 && !question)
		return;
	d->cut = arena_printf(a, "%s%s%s %s cut, as this type of model reads no more of them",
			      question ? "the question" : "", question && n_labels ? " and " : "",
			      n_labels ? labels : "", n_labels + question == 1 ? "was" : "were");
}

/* The parts of a laya prompt: [CLS] question [SEP] ([MASK] label)… [SEP] ticket [SEP]. */
struct laya {
	struct tokens question; /* with what precedes it */
	struct tokens *labels; /* each with its marker */
	size_t *n_full; /* per label: tokens before the cut */
	struct tokens sep;
	size_t n, most; /* labels; tokens of question and labels together */
};

static int rows_laya_most(const struct engine *e, size_t *ret_most, struct err *err)
{
	char key[96], value[32] = "";

	snprintf(key, sizeof(key), "%s.decision.max_head_tokens", e->facts.arch);
	llama_model_meta_val_str(e->model, key, value, sizeof(value));
	*ret_most = strtoul(value, NULL, 10);
	return *ret_most > 0 ? 0 :
			       err_set(err, ERR_INPUT,
				       "the file lacks %s; download a newer conversion", key);
}

static int rows_split_laya(const struct engine *e, struct arena *a, const struct tokens *head,
			   struct laya *l, struct err *err)
{
	llama_token sep = llama_vocab_sep(e->vocab);
	size_t *marks;

	l->n = e->pass.n_labels;
	l->labels = arena_array(a, l->n, sizeof(*l->labels));
	l->n_full = arena_array(a, l->n, sizeof(*l->n_full));
	if (rows_laya_most(e, &l->most, err) < 0 ||
	    rows_find_marks(e, a, head, llama_vocab_mask(e->vocab), &marks, err) < 0)
		return -1;
	if (marks[0] < 2 || head->items[marks[0] - 1] != sep || head->items[head->n - 1] != sep)
		return rows_fail_layout(e, err);
	l->question = (struct tokens){ head->items, marks[0] - 1 };
	l->sep = (struct tokens){ &head->items[head->n - 1], 1 };
	for (size_t i = 0; i < l->n; i++) {
		size_t end = i + 1 < l->n ? marks[i + 1] : head->n - 1;

		l->labels[i] = (struct tokens){ head->items + marks[i], end - marks[i] };
		l->n_full[i] = l->labels[i].n;
	}
	return 0;
}

/* Cuts every label to `most` tokens and returns the sum. */
static size_t rows_cut_labels(struct laya *l, size_t most)
{
	size_t sum = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->labels[i].n > most)
			l->labels[i].n = most;
		sum += l->labels[i].n;
	}
	return sum;
}

static int rows_cut_laya(const struct engine *e, struct arena *a, struct decision *d,
			 struct decision_form *form, struct err *err)
{
	struct tokens *parts = arena_array(a, e->pass.n_labels + 3, sizeof(*parts));
	size_t sum, n_question, n_cut = 0, at;
	struct laya l = { 0 };

	if (rows_split_laya(e, a, &form->head, &l, err) < 0)
		return -1;
	sum = rows_cut_labels(&l, LAYA_LABEL_TOK + 1);
	if (sum + LAYA_ROOM_TOK > l.most)
		sum = rows_cut_labels(
			&l, rows_most(LAYA_LABEL_LEAST, rows_less(l.most, LAYA_ROOM_TOK) / l.n));
	n_question = rows_most(LAYA_QUESTION_LEAST, rows_less(l.most, sum));
	parts[0] = l.question;
	if (parts[0].n > n_question + 1)
		parts[0].n = n_question + 1;
	parts[1] = parts[l.n + 2] = l.sep;
	at = parts[0].n + 1;
	form->marks = arena_array(a, l.n, sizeof(*form->marks));
	for (size_t i = 0; i < l.n; i++) {
		form->marks[i] = at;
		parts[i + 2] = l.labels[i];
		at += l.labels[i].n;
		n_cut += l.labels[i].n < l.n_full[i];
	}
	form->head = tokens_join(a, parts, l.n + 3);
	rows_note_cuts(a, d, n_cut, parts[0].n < l.question.n);
	return 0;
}

/* kev: state first; each label ends with a marker, and the last token is compared with them. */
static int rows_mark_kev(const struct engine *e, struct arena *a, struct decision_form *form,
			 struct err *err)
{
	struct tokens end;

	if (tokens_of_text(e, a, "<|box_end|>", strlen("<|box_end|>"), true, &end, err) < 0)
		return -1;
	if (end.n != 1)
		return err_set(err, ERR_INPUT,
			       "the vocabulary lacks <|box_end|>, which models of type kev need");
	form->marks_in_tail = true;
	return rows_find_marks(e, a, &form->tail, end.items[0], &form->marks, err);
}

/* A piece of an lfm2-d1-omni prompt: its text without the mark, and its most tokens. */
struct piece {
	const char *text;
	size_t most;
	bool label;
};

static struct piece rows_piece(struct arena *a, const char *from, size_t n_bytes, size_t n_labels)
{
	size_t budget = OMNI_PER_LABEL * n_labels + OMNI_BUDGET_MORE;
	struct piece p = { .text = arena_strndup(a, from, n_bytes), .most = SIZE_MAX };

	if (budget > OMNI_TOK / 2)
		budget = OMNI_TOK / 2;
	budget = rows_most(budget, OMNI_BUDGET_LEAST);
	p.label = str_starts(p.text, OMNI_MARK_LABEL);
	if (p.label) {
		p.text += strlen(OMNI_MARK_LABEL);
		p.most = rows_most(OMNI_LABEL_LEAST,
				   rows_less(budget, OMNI_LABEL_OWN * n_labels) / n_labels);
	} else if (str_starts(p.text, OMNI_MARK_QUESTION)) {
		p.text += strlen(OMNI_MARK_QUESTION);
		p.most = rows_most(OMNI_QUESTION_LEAST, budget);
	}
	return p;
}

/* Tokenizes the pieces one by one, each cut to its budget. */
static int rows_pieces(const struct engine *e, struct arena *a, struct decision *d,
		       const char *text, struct tokens *ret, struct err *err)
{
	struct tokens parts[2] = { { NULL, 0 } };
	size_t n_cut = 0;
	bool question = false;

	while (text) {
		const char *end = strstr(text, OMNI_SEP);
		struct piece p = rows_piece(a, text, end ? (size_t)(end - text) : strlen(text),
					    e->pass.n_labels);

		if (tokens_of_text(e, a, p.text, strlen(p.text), true, &parts[1], err) < 0)
			return -1;
		if (parts[1].n > p.most) {
			parts[1].n = p.most;
			n_cut += p.label;
			question |= !p.label;
		}
		parts[0] = tokens_join(a, parts, 2);
		text = end ? end + strlen(OMNI_SEP) : NULL;
	}
	*ret = parts[0];
	rows_note_cuts(a, d, n_cut, question);
	return 0;
}

/* lfm2-d1-omni: pieces around a separator; the ticket is one of them and gets what room is left. */
static int rows_cut_omni(const struct engine *e, struct arena *a, struct decision *d,
			 struct decision_form *form, struct err *err)
{
	static const char state[] = OMNI_SEP OMNI_MARK_STATE;
	const char *before = form->before;

	if (!str_starts(before, OMNI_SEP) || !str_ends(before, state) ||
	    strlen(before) < strlen(OMNI_SEP) + strlen(state) || !str_starts(form->after, OMNI_SEP))
		return rows_fail_layout(e, err);
	before = arena_strndup(a, before + strlen(OMNI_SEP),
			       strlen(before) - strlen(OMNI_SEP) - strlen(state));
	form->lead = form->rest = "";
	form->marks_in_tail = true;
	if (rows_pieces(e, a, d, before, &form->head, err) < 0 ||
	    rows_pieces(e, a, d, form->after + strlen(OMNI_SEP), &form->tail, err) < 0)
		return -1;
	if (form->head.n + form->tail.n >= OMNI_TOK)
		return err_set(err, ERR_INPUT,
			       "the question with its labels takes %zu tokens, and "
			       "the model reads %d",
			       form->head.n + form->tail.n, OMNI_TOK);
	form->ticket_most = OMNI_TOK - form->head.n - form->tail.n;
	return rows_find_marks(e, a, &form->tail, llama_vocab_mask(e->vocab), &form->marks, err);
}

int decision_rows_build(const struct engine *e, struct arena *a, struct decision *d,
			struct decision_form *form, struct err *err)
{
	form->ticket_most = SIZE_MAX;
	switch (d->type) {
	case DECISION_LAYA:
		return rows_cut_laya(e, a, d, form, err);
	case DECISION_KEV:
		return rows_mark_kev(e, a, form, err);
	case DECISION_D1_OMNI:
		return rows_cut_omni(e, a, d, form, err);
	default:
		return 0;
	}
}
