/*
 * The prompt, once per pass: the shared prefix, what follows the ticket, and the label trie.
 * Decides where the prompt is cut. Only the template's own text may become control tokens; a
 * ticket never can (docs/timing.md).
 */
#include "engine/llama/llama_engine.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "engine/opening.h"
#include "engine/template.h"
#include "engine/tool_format.h"
#include "job/file/label_order.h"

/* The forced JSON around a label, for either order of keys. */
struct answer_shape {
	const char *opening; /* decoded with the prompt */
	const char *before_label, *after_label;
};

static const struct answer_shape label_first = { "", "{\"label\":\"", "\",\"rationale\":\"" };
static const struct answer_shape reason_first = { "{\"rationale\":\"", "\",\"label\":\"", "\"}" };

/* Tokens of a label's whole text, and where its closing quote ends. */
static int prompt_label_tokenize(const struct engine *e, struct arena *a,
				 const struct answer_shape *shape, const char *label,
				 struct label_tokens *ret, struct err *err)
{
	struct buf text;
	size_t quote_at, at = 0, i;
	char piece[512];
	int r;

	buf_init(&text, 1 << 20);
	buf_adds(&text, shape->before_label);
	str_json_escape(&text, label, strlen(label));
	quote_at = text.len;
	buf_adds(&text, shape->after_label);
	r = tokenize(e, a, buf_text(&text), false, &ret->all, err);
	for (i = 0; r == 0 && i < ret->all.n; i++) {
		at += token_text(e, ret->all.items[i], piece, sizeof(piece));
		if (at > quote_at && ret->n_path_end == 0)
			ret->n_path_end = i + 1;
	}
	if (r == 0 && at != text.len)
		r = err_set(err, ERR_ENGINE,
			    "this model's tokenizer changes text (%zu bytes became %zu), so label "
			    "'%s' cannot be forced; use --free",
			    text.len, at, label);
	buf_release(&text);
	return r;
}

static size_t prompt_common_start(const struct label_tokens *labels, size_t n)
{
	size_t common = labels[0].n_path_end;

	for (size_t i = 1; i < n; i++) {
		size_t k = 0;

		while (k < common && k < labels[i].all.n &&
		       labels[i].all.items[k] == labels[0].all.items[k])
			k++;
		common = k;
	}
	return common;
}

/*
 * One batch decodes the tokens to a branch (the deepest is the last), and if a reason follows, all
 * tokens of a label behind the common ones.
 */
static int prompt_check_batch(const struct engine *e, const struct prompt *p, size_t longest,
			      struct err *err)
{
	size_t most = e->pass.label_only ? 0 : longest - p->n_common;

	if (p->trie.n_branches > 0 && p->trie.branches[p->trie.n_branches - 1].depth > most)
		most = p->trie.branches[p->trie.n_branches - 1].depth;
	if (most <= (size_t)e->pass.n_batch)
		return 0;
	return err_set(err, ERR_INPUT,
		       "a label takes %zu tokens, and a batch holds %lld; use a larger --batch",
		       most, (long long)e->pass.n_batch);
}

static int prompt_labels_build(struct engine *e, struct arena *a, struct prompt *p, struct err *err)
{
	const struct answer_shape *shape = e->pass.reason_first ? &reason_first : &label_first;
	struct trie_path *paths;
	size_t longest = 0;

	p->n_labels = e->pass.n_labels;
	p->labels = arena_array(a, p->n_labels, sizeof(*p->labels));
	paths = arena_array(a, p->n_labels, sizeof(*paths));
	for (size_t i = 0; i < p->n_labels; i++) {
		if (prompt_label_tokenize(e, a, shape, e->pass.labels[i], &p->labels[i], err) < 0)
			return -1;
		if (p->labels[i].all.n > longest)
			longest = p->labels[i].all.n;
	}
	p->n_common = prompt_common_start(p->labels, p->n_labels);
	p->n_answer_max = longest + (e->pass.label_only ? 0 : (size_t)e->pass.reason_cap_tok);
	for (size_t i = 0; i < p->n_labels; i++)
		paths[i] = (struct trie_path){ p->labels[i].all.items + p->n_common,
					       p->labels[i].n_path_end - p->n_common };
	if (trie_build(a, paths, p->n_labels, &p->trie, err) < 0)
		return -1;
	return prompt_check_batch(e, p, longest, err);
}

/* Tokens before the ticket, with the BOS token unless the template printed it. */
static int prompt_prefix_build(struct engine *e, struct arena *a, const char *before,
			       struct tokens *ret_prefix, struct err *err)
{
	llama_token bos = llama_vocab_bos(e->vocab);
	const char *bos_text = bos >= 0 ? llama_vocab_get_text(e->vocab, bos) : "";
	bool printed = *bos_text && str_starts(before, bos_text);
	struct tokens parts[2] = { { &bos, 0 }, { NULL, 0 } };

	if (llama_vocab_get_add_bos(e->vocab) && bos >= 0 && !printed)
		parts[0].n = 1;
	if (tokenize(e, a, before, true, &parts[1], err) < 0)
		return -1;
	*ret_prefix = tokens_join(a, parts, 2);
	if (ret_prefix->n == 0)
		return err_set(err, ERR_ENGINE, "the prompt before the ticket is empty");
	return 0;
}

/*
 * Tokens after the ticket: the template's end, the family's opening, the forced JSON. With
 * thinking, the opening begins the thought, and the JSON follows the thought.
 */
static int prompt_after_build(struct engine *e, struct arena *a, const char *end, struct prompt *p,
			      struct err *err)
{
	struct tokens parts[3] = { { NULL, 0 } };

	if (tokenize(e, a, end, true, &parts[0], err) < 0)
		return -1;
	if (e->pass.mode == PASS_FORM && tokenize(e, a, p->tool_open, true, &parts[1], err) < 0)
		return -1;
	if (e->pass.mode == PASS_FORCED) {
		if (tokenize(e, a, e->pass.reason_first ? reason_first.opening : "", false,
			     &parts[1], err) < 0)
			return -1;
		if (!e->pass.reason_first)
			parts[2] = (struct tokens){ p->labels[0].all.items, p->n_common };
	}
	if (e->form)
		parts[2] = form_opening(e);
	p->after = tokens_join(a, parts, p->n_think > 0 ? 1 : 3);
	if (p->n_think == 0)
		return 0;
	parts[0] = tokens_join(a, &parts[1], 2);
	return think_build(e, a, p, &parts[0], err);
}

/* The model's template; NULL if it has none, or an empty one, as some conversions write. */
static const char *prompt_template(const struct engine *e)
{
	const char *source = llama_model_chat_template(e->model, NULL);

	return source && source[strspn(source, " \t\r\n")] ? source : NULL;
}

/* How the model writes calls of tools; NULL if that is unknown, or the pass has no tools. */
static const struct tool_format *prompt_tool_format(const struct engine *e)
{
	const char *source = prompt_template(e);

	return e->pass.tools && source ? tool_format_find(source) : NULL;
}

/*
 * Shows the tools: by the template, in the model's own format, or listed in the system text. A call
 * that must be JSON is asked for in the model's format only if that is JSON.
 */
static void prompt_add_tools(struct engine *e, struct arena *a, struct template_request *rq,
			     struct template_turn *turns)
{
	const struct tool_format *format = prompt_tool_format(e);

	if (!e->pass.tools)
		return;
	if (!rq->source || (!format && e->pass.mode == PASS_FORM) || !template_prints_tools(rq)) {
		rq->system = tool_format_listed(a, rq->system, e->pass.tools);
		return;
	}
	rq->tools = e->pass.tools;
	if (!format)
		return;
	for (size_t i = 0; i < rq->n_examples; i++)
		turns[i].assistant = tool_format_call(a, format, turns[i].assistant);
	if (e->pass.mode == PASS_FORM)
		e->pass.schema = tool_format_schema(a, format, e->pass.schema);
}

static int prompt_render(struct engine *e, struct arena *a, bool thinking,
			 struct template_parts *ret_parts, struct opening *ret_opening,
			 struct err *err)
{
	const char *source = prompt_template(e);
	llama_token bos = llama_vocab_bos(e->vocab), eos = llama_vocab_eos(e->vocab);
	struct template_turn *turns = arena_array(a, e->pass.n_example_texts, sizeof(*turns));
	struct template_request rq = {
		.source = source,
		.bos = bos >= 0 ? llama_vocab_get_text(e->vocab, bos) : "",
		.eos = eos >= 0 ? llama_vocab_get_text(e->vocab, eos) : "",
		.system = e->pass.system,
		.examples = turns,
		.n_examples = e->pass.n_example_texts,
		.now_s = e->pass.now_s,
		.thinking = thinking,
	};

	for (size_t i = 0; i < rq.n_examples; i++)
		turns[i] = (struct template_turn){ e->pass.example_texts[i],
						   e->pass.example_answers[i] };
	prompt_add_tools(e, a, &rq, turns);
	if ((source ? template_render(&rq, ret_parts, err) : template_plain(&rq, ret_parts, err)) <
	    0)
		return -1;
	opening_find(source ? source : "", ret_parts->after, ret_opening);
	return 0;
}

int prompt_between(struct engine *e, struct arena *a, const char **ret_text, struct err *err)
{
	/* Texts that no template prints by itself. */
	static const char *ticket = "toehold-first-ticket", *answer = "toehold-first-answer";
	const struct msg_pass pass = e->pass;
	struct template_parts parts;
	struct opening opening;
	const char *at;
	int r;

	e->pass.example_texts = &ticket;
	e->pass.example_answers = &answer;
	e->pass.n_example_texts = e->pass.n_example_answers = 1;
	r = prompt_render(e, a, false, &parts, &opening, err);
	e->pass = pass;
	if (r < 0)
		return -1;
	at = strstr(parts.before, answer);
	if (at)
		*ret_text = arena_strdup(a, at + strlen(answer));
	template_parts_release(&parts);
	return at ? 0 :
		    err_set(err, ERR_ENGINE,
			    "the model's chat template changes earlier answers, so its weights "
			    "cannot be tuned here; tune a head instead");
}

/* Whether the model's template thinks, with marks that opening.c lists. */
static bool prompt_template_thinks(const struct engine *e)
{
	const char *source = prompt_template(e);
	struct opening opening;

	opening_find(source ? source : "", "", &opening);
	return opening_thinks(&opening);
}

/* How the pass thinks, as text. */
static const char *prompt_thinking_text(const struct engine *e, struct arena *a,
					const struct prompt *p, unsigned marks)
{
	if (p->n_think > 0)
		return arena_printf(a, "at most %zu tokens", p->n_think);
	if (e->pass.think_tok > 0)
		return "none: the model does not think";
	return opening_off_text(&p->opening, marks & TEMPLATE_THINKING_SWITCHED,
				e->pass.mode == PASS_FORCED);
}

/* The prefix of one more order of the labels. What follows the ticket must not differ. */
static int prompt_rotation_build(struct engine *e, struct arena *a, const char *system,
				 const char *after, struct tokens *ret_prefix, struct err *err)
{
	const char *first = e->pass.system;
	struct template_parts parts;
	struct opening opening;
	int r;

	e->pass.system = system;
	r = prompt_render(e, a, false, &parts, &opening, err);
	e->pass.system = first;
	if (r < 0)
		return -1;
	if (strcmp(parts.after, after) == 0)
		r = prompt_prefix_build(e, a, parts.before, ret_prefix, err);
	else
		r = err_set(err, ERR_ENGINE,
			    "the model's chat template repeats the prompt behind the ticket, so "
			    "the labels cannot be shown in several orders; ask with 'plain'");
	template_parts_release(&parts);
	return r;
}

/*
 * Finds how much of the first prefix is the whole prefix of the pass without examples: nothing if
 * the template prints the system text behind the examples.
 */
static void prompt_count_plain(struct engine *e, struct arena *a, struct prompt *p)
{
	size_t n = e->pass.n_example_texts;
	struct template_parts parts;
	struct opening opening;
	struct tokens plain;
	struct err unused;

	if (n == 0)
		return;
	e->pass.n_example_texts = 0;
	if (prompt_render(e, a, p->n_think > 0, &parts, &opening, &unused) == 0) {
		if (prompt_prefix_build(e, a, parts.before, &plain, &unused) == 0 &&
		    plain.n < p->prefixes[0].n &&
		    !memcmp(plain.items, p->prefixes[0].items, plain.n * sizeof(*plain.items)))
			p->n_plain = plain.n;
		template_parts_release(&parts);
	}
	e->pass.n_example_texts = n;
}

/* The prefixes of all orders. `parts` is the prompt in the first one. */
static int prompt_prefixes_build(struct engine *e, struct arena *a,
				 const struct template_parts *parts, struct prompt *p,
				 struct err *err)
{
	size_t n = 1 + e->pass.n_rotations;

	p->orders = (struct orders){ e->pass.n_labels, n, e->pass.letters };
	p->prefixes = arena_array(a, n, sizeof(*p->prefixes));
	if (prompt_prefix_build(e, a, parts->before, &p->prefixes[0], err) < 0)
		return -1;
	for (size_t k = 1; k < n; k++)
		if (prompt_rotation_build(e, a, e->pass.rotations[k - 1], parts->after,
					  &p->prefixes[k], err) < 0)
			return -1;
	for (size_t k = 0; k < n; k++) {
		p->n_prefix_all += p->prefixes[k].n;
		if (p->prefixes[k].n > p->n_prefix_longest)
			p->n_prefix_longest = p->prefixes[k].n;
	}
	p->prefix = p->prefixes[0];
	prompt_count_plain(e, a, p);
	prefix_cut(e, a, p);
	return 0;
}

/* Whether the pass can be asked in several orders; the controller asks for nothing else. */
static int prompt_check_orders(const struct msg_pass *pass, struct err *err)
{
	if (pass->n_rotations == 0)
		return 0;
	if (pass->n_rotations >= LABEL_ORDERS_MAX)
		return err_set(err, ERR_ENGINE, "at most %d orders of the labels can be asked",
			       LABEL_ORDERS_MAX);
	if (pass->mode != PASS_FORCED || pass->reason_first || pass->think_tok > 0 ||
	    pass->n_head > 0 || pass->hidden)
		return err_set(err, ERR_ENGINE,
			       "several orders of the labels need the label right behind the "
			       "prompt, along the trie");
	return 0;
}

int prompt_build(struct engine *e, struct arena *a, struct msg_pass_ready *ret_ready,
		 struct err *err)
{
	bool thinking = e->pass.think_tok > 0 && prompt_template_thinks(e);
	char marks[TEMPLATE_MARKS_TEXT_BYTES];
	struct template_parts parts;
	struct prompt p = { .n_think = thinking ? (size_t)e->pass.think_tok : 0 };
	const char *end;

	if (prompt_check_orders(&e->pass, err) < 0 ||
	    prompt_render(e, a, thinking, &parts, &p.opening, err) < 0)
		return -1;
	p.tool_open = parts.marks & TEMPLATE_TOOLS_PRINTED && prompt_tool_format(e) ?
			      prompt_tool_format(e)->open :
			      "";
	end = arena_printf(a, "%s%s", parts.after,
			   thinking ? opening_think_append(&p.opening, parts.after) :
				      p.opening.append);
	if ((e->pass.mode == PASS_FORCED && prompt_labels_build(e, a, &p, err) < 0) ||
	    form_open(e, a, err) < 0 || prompt_prefixes_build(e, a, &parts, &p, err) < 0 ||
	    prompt_after_build(e, a, end, &p, err) < 0) {
		template_parts_release(&parts);
		return -1;
	}
	p.trim_ticket = parts.marks & TEMPLATE_CONTENT_TRIMMED;
	if (e->adapter_template)
		parts.marks |= TEMPLATE_ADAPTER_DIFFERS;
	if (e->pass.mode != PASS_FORCED)
		p.n_answer_max = (size_t)e->pass.reason_cap_tok;
	p.n_answer_max += p.n_think + p.n_think_end + p.answer_start.n;
	*ret_ready = (struct msg_pass_ready){
		.rendered = arena_printf(a, "%s{ticket}%s", parts.before, end),
		.template_sha256 = arena_strdup(a, e->facts.template_sha256),
		.template_marks = arena_strdup(a, template_marks_text(parts.marks, marks)),
		.opening = thinking ? "none" : p.opening.name,
		.thinking = prompt_thinking_text(e, a, &p, parts.marks),
		.probes = "",
		.prefix_tok = (int64_t)p.n_prefix_all,
		.after_tok = (int64_t)p.after.n,
	};
	prefix_name_parts(e, a, &p, ret_ready);
	template_parts_release(&parts);
	e->prompt = p;
	return 0;
}
