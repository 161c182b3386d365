/*
 * `toehold hello MODEL [TEXT]`: a proof of life in seconds. Loads the model, prints what it is, has
 * it answer one ticket (an encoder: read it), and prints how fast it was. Stores nothing.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/ask/track.h"
#include "flow/interrupt.h"
#include "flow/prepare/model_worker.h"
#include "flow/prepare/prepare.h"
#include "flow/prepare/server.h"
#include "flow/task_verbs.h"
#include "job/file/job_prompt.h"
#include "job/model/families.h"
#include "job/model/served.h"
#include "job/plan/memory.h"
#include "judge/answer/own_reason.h"
#include "judge/score.h"
#include "report/text/models_text.h"
#include "report/thinking.h"
#include "work/pass/pass.h"

struct hello_options {
	const char *job;
	bool json, quiet, no_sandbox;
	int64_t threads;
};

#define AT(field) offsetof(struct hello_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("job", 0, AT(job), "JOB", "use this job's prompt and labels"),
	OPT_INT("threads", 't', AT(threads), "N", "threads of the engine (default: physical cores)",
		1, 1024),
	OPT_FLAG("no-sandbox", 0, AT(no_sandbox), "run the worker without a sandbox"),
	QUIET_ROW(AT(quiet)),
	OPT_FLAG("json", 'j', AT(json), "as JSON"),
};

static const struct opt_spec spec = {
	.verb = "hello",
	.args = "MODEL [TEXT]",
	.min_args = 1,
	.max_args = 2,
	.summary = "load one model, ask it one ticket, and show how fast it is",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct hello_options),
};

/* Below this, plain prompts often get nonsense. */
enum { HELLO_SMALL_PARAMS = 1000000000 };

/* The question if no job is given. */
static const char default_text[] = "I was charged twice for my subscription this month.";
static const char *default_labels[] = { "billing", "technical", "account", "other" };
static const char default_prompt[] =
	"You are an exacting classifier.\n"
	"Labels: billing, technical, account, other\n"
	"Return JSON: {\"label\":\"<one>\", \"rationale\":\"<1-2 sentences>\"}\n"
	"If uncertain, choose \"other\" and say why.";

struct hello {
	struct cmd *cmd;
	struct model model;
	struct msg_pass pass;
	const char *text;
	bool has_job; /* prompt and labels are a job's */
	struct pass run;
	struct answer answer;
	struct reason reason;
};

/* Texts of a reply live only during the call: keeps copies. */
static int hello_keep_answer(void *ctx, const struct answer *answer, struct err *err)
{
	struct hello *h = ctx;

	(void)err;
	h->answer = *answer;
	h->answer.detail = arena_strdup(&h->cmd->arena, answer->detail);
	h->answer.thought = arena_strndup(&h->cmd->arena, answer->thought ? answer->thought : "",
					  answer->thought_len);
	h->answer.raw =
		arena_strndup(&h->cmd->arena, answer->raw ? answer->raw : "", answer->raw_len);
	h->answer.probs = arena_array(&h->cmd->arena, answer->n_probs, sizeof(double));
	if (answer->n_probs)
		memcpy(h->answer.probs, answer->probs, answer->n_probs * sizeof(double));
	h->answer.hidden = arena_array(&h->cmd->arena, answer->n_hidden, sizeof(double));
	if (answer->n_hidden)
		memcpy(h->answer.hidden, answer->hidden, answer->n_hidden * sizeof(double));
	return 0;
}

static int hello_keep_reason(void *ctx, const struct reason *reason, struct err *err)
{
	struct hello *h = ctx;

	(void)err;
	h->reason = *reason;
	h->reason.rationale = arena_strdup(&h->cmd->arena, reason->rationale);
	return 0;
}

static const char *hello_stop_wanted(void *ctx)
{
	(void)ctx;
	return interrupt_count() ? "stopped" : NULL;
}

static bool hello_abandon_wanted(void *ctx)
{
	(void)ctx;
	return interrupt_count() > 0;
}

static int hello_load_question(struct hello *h, const char *job_path)
{
	struct arena *a = &h->cmd->arena;
	struct job job;

	h->pass = (struct msg_pass){ .system = default_prompt,
				     .question = "What is this message about?",
				     .labels = default_labels,
				     .n_labels = 4,
				     .reason_cap_tok = 60,
				     .now_s = clock_wall_us() / 1000000,
				     .n_batch = N_BATCH,
				     .n_ubatch = N_UBATCH };
	if (!job_path)
		return 0;
	if (job_load(a, job_path, &job, &h->cmd->err) < 0 ||
	    task_verb_check(spec.verb, job.task, &h->cmd->err) < 0)
		return -1;
	h->pass.system = job.prompt;
	h->pass.question = job_question(a, &job);
	h->pass.think_tok = job.think_tok;
	track_fill_labels(a, &job, &h->pass);
	h->has_job = true;
	return 0;
}

static int hello_find_model(struct hello *h, const char *model_spec, bool sandbox)
{
	struct cmd *cmd = h->cmd;
	struct model_cache cache;
	const char *problem;
	struct err unused;
	int r;

	if (model_find(&cmd->arena, model_spec, ".", &h->model, &cmd->err) < 0 ||
	    model_cache_open(&cmd->arena, &cache, &cmd->err) < 0)
		return -1;
	r = prepare_model(cmd, &cache, &h->model, sandbox, true, &problem);
	if (model_cache_close(&cache, r < 0 ? &unused : &cmd->err) < 0 || r < 0)
		return -1;
	if (!problem)
		problem = model_refusal(&cmd->arena, &h->model);
	if (problem)
		return err_set(&cmd->err, ERR_INPUT, "%s", problem);
	return 0;
}

/* An encoder is not asked anything: it reads the ticket behind its family's prefix. */
static int hello_make_encoder_pass(struct hello *h, const char *job_path)
{
	if (job_path)
		return err_set(&h->cmd->err, ERR_INPUT,
			       "--job: '%s' is an encoder: it reads a text and no prompt. Leave "
			       "--job out, or use 'toehold smoke'",
			       display_path(&h->cmd->arena, h->model.spec));
	h->pass.system = family_query_prefix(&h->cmd->arena, &h->model);
	h->pass.label_only = h->pass.hidden = true;
	return 0;
}

/* A reason is wanted if the server can write one. */
static void hello_settle_route(struct hello *h)
{
	struct served_need need = { .text = true, .n_labels = h->pass.n_labels };
	const char *unused;

	if (h->model.engine != ENGINE_HTTP)
		return;
	h->pass.route = served_choose_route(h->model.routes, &need, &unused);
	h->pass.label_only = h->pass.route != SERVED_CHAT;
}

/*
 * One short text and its reason: far fewer tokens than these. The model is not planned, so its
 * adapter and its projector are added here.
 */
static int64_t hello_memory_ceiling(const struct model *m, const struct machine *machine)
{
	const struct memory_ask ask = { .context_tok = 8192,
					.n_seq = 4,
					.ubatch_tok = MODEL_UBATCH_TOK,
					.decode_tok = MODEL_UBATCH_TOK,
					.n_outputs = 1 };
	struct memory_need need;

	memory_estimate(m, &ask, &need);
	return memory_ceiling(memory_total(&need) + m->adapter.stamp.size_bytes +
				      m->projector.stamp.size_bytes,
			      machine->memory_bytes);
}

static int hello_ask(struct hello *h, const struct hello_options *o)
{
	const struct pass_sink sink = { h, hello_keep_answer, hello_keep_reason, hello_stop_wanted,
					hello_abandon_wanted };
	struct pass_item item = { .text = h->text };
	struct pass_settings s = { .reasons = model_writes(&h->model),
				   .ticket_timeout_us = 300 * 1000000LL,
				   .load_timeout_us = 600 * 1000000LL };
	struct machine machine;
	int r;

	hello_settle_route(h);
	s.pass = h->pass;
	machine_get(&machine);
	if (model_worker_spec(h->cmd, &h->model, !o->no_sandbox, &s.proc) < 0)
		return -1;
	s.open = (struct msg_open){ .sandbox = !o->no_sandbox,
				    .n_gpu_layers = -1,
				    .n_threads = o->threads ? o->threads : machine.n_cores,
				    .memory_bytes = hello_memory_ceiling(&h->model, &machine) };
	s.open.paths = model_worker_paths(&h->cmd->arena, &h->model, &s.open.n_paths);
	s.open.adapter = h->model.adapter.path;
	s.open.projector = h->model.projector.path;
	server_fill_open(&h->cmd->arena, &h->model, &s.open);
	r = pass_begin(&h->run, &s, &item, 1, &sink, &h->cmd->err);
	if (r == 0)
		r = pass_answers(&h->run, &h->cmd->err);
	if (r == 0 && s.reasons)
		r = pass_reasons(&h->run, &h->cmd->err);
	pass_end(&h->run);
	if (r == 0 && interrupt_count())
		return err_set(&h->cmd->err, ERR_STOPPED, "stopped");
	if (r == 0 && h->answer.outcome != OUTCOME_OK)
		return err_set(&h->cmd->err, ERR_ENGINE, "%s: %s", outcome_words(h->answer.outcome),
			       h->answer.detail);
	return r;
}

static void hello_print_field(const char *name, const char *text)
{
	printf("%-10s ", name);
	display_write(text, stdout);
	putchar('\n');
}

/* A server gives no probability. Without a label, shows the reply itself. */
static const char *hello_label_words(struct hello *h)
{
	struct arena *a = &h->cmd->arena;
	int label = h->answer.label;

	if (label < 0)
		return arena_printf(a, "none; the model wrote: %s", h->answer.raw);
	if (h->answer.n_probs == 0)
		return h->pass.labels[label];
	return arena_printf(a, "%s (%.0f%%)", h->pass.labels[label], 100 * h->answer.probs[label]);
}

/* The probability of every label, the most likely first: what a decision model is for. */
static const char *hello_probabilities(struct hello *h)
{
	enum { SHOWN_MAX = 8 };
	struct arena *a = &h->cmd->arena;
	size_t n = h->answer.n_probs;
	bool *used = arena_array(a, n, sizeof(*used));
	const char *list = NULL;

	for (size_t k = 0; k < n && k < SHOWN_MAX; k++) {
		size_t best = n;

		for (size_t i = 0; i < n; i++)
			if (!used[i] && (best == n || h->answer.probs[i] > h->answer.probs[best]))
				best = i;
		used[best] = true;
		list = arena_add_item(a, list, ", ", "%s %.1f%%", h->pass.labels[best],
				      100 * h->answer.probs[best]);
	}
	return n > SHOWN_MAX ? arena_printf(a, "%s, and %zu more", list, n - SHOWN_MAX) : list;
}

static void hello_print_decision(struct hello *h)
{
	hello_print_field("question", h->pass.question);
	hello_print_field("label", hello_label_words(h));
	hello_print_field("labels", hello_probabilities(h));
	if (*h->answer.detail)
		hello_print_field("note", h->answer.detail);
	hello_print_field("rationale", "none: a decision model does not write");
}

static void hello_print_probes(struct hello *h)
{
	const char *host = served_leaves_for(&h->cmd->arena, &h->model);
	const char *words = server_probe_words(&h->cmd->arena, h->run.report.probes);

	if (host)
		printf("%-10s the ticket was sent to %s, outside this machine\n", "WARNING", host);
	hello_print_field("thinking", h->run.report.thinking);
	hello_print_field("probes", words ? words : "all passed");
}

/* A server writes the reason with the answer, so its time is the reason's own. */
static double hello_writing_rate(const struct hello *h)
{
	const struct pass_report *r = &h->run.report;

	return rate_per_s(r->reason_tok,
			  h->model.engine == ENGINE_HTTP ? h->reason.reason_us : r->reason_us);
}

/* A plan may be the next command. The speed of a run is better, so it is not overwritten. */
static void hello_learn_speed(struct hello *h)
{
	const struct pass_report *r = &h->run.report;
	int64_t prompt_tok = r->prefix_tok, prompt_us = r->prefix_us;

	if (h->model.prompt_tok_per_s > 0)
		return;
	if (prompt_tok == 0) { /* nothing is shared: an encoder, a decision model */
		prompt_tok = h->answer.prompt_tok;
		prompt_us = h->answer.label_us;
	}
	prepare_learn_speed(h->cmd, &h->model,
			    (struct prepare_speed){ rate_per_s(prompt_tok, prompt_us),
						    rate_per_s(r->reason_tok, r->reason_us), 0 });
}

/* An encoder's vector: its length, and how it begins. */
static void hello_print_vector(struct hello *h)
{
	enum { SHOWN = 3 };

	if (*h->pass.system)
		hello_print_field("prefix", h->pass.system);
	printf("vector     %zu numbers:", h->answer.n_hidden);
	for (size_t i = 0; i < SHOWN && i < h->answer.n_hidden; i++)
		printf(" %.4f", h->answer.hidden[i]);
	printf(" …\n");
	if (*h->answer.detail)
		hello_print_field("note", h->answer.detail);
}

static void hello_print_vector_speed(struct hello *h)
{
	const struct pass_report *r = &h->run.report;
	struct arena *a = &h->cmd->arena;

	printf("\nload       %s\ntext       %lld tokens in %s\nmemory     %s at its peak\n",
	       str_duration(a, r->load_us), (long long)h->answer.prompt_tok,
	       str_duration(a, h->answer.label_us), str_bytes(a, (uint64_t)r->peak_rss_bytes));
}

static void hello_print_speed(struct hello *h)
{
	struct arena *a = &h->cmd->arena;
	const struct pass_report *r = &h->run.report;

	if (!model_writes(&h->model)) {
		printf("answer     %s\ntokens/s   prompt %.0f\n",
		       str_duration(a, h->answer.label_us),
		       rate_per_s(h->answer.prompt_tok - r->prefix_tok, h->answer.label_us));
		return;
	}
	printf("TTFT       %s%s\n", str_duration(a, h->answer.ttft_us),
	       h->model.engine == ENGINE_HTTP ? "" : " (behind the shared prompt)");
	if (h->pass.think_tok > 0)
		printf("thinking   %s: %lld tokens in %s, part of the TTFT\n", r->thinking,
		       (long long)h->answer.think_tok, str_duration(a, h->answer.think_us));
	printf("tokens/s   prompt %.0f, writing %.1f\n", rate_per_s(r->prefix_tok, r->prefix_us),
	       hello_writing_rate(h));
}

/* The labels that the model could choose from. */
static void hello_print_offered(struct hello *h)
{
	struct arena *a = &h->cmd->arena;
	const char *list = NULL;

	for (size_t i = 0; i < h->pass.n_labels; i++)
		list = arena_add_item(a, list, ", ", "%s", h->pass.labels[i]);
	hello_print_field("offered",
			  h->has_job ? list :
				       arena_printf(a,
						    "%s (labels of this test; --job JOB offers "
						    "your own)",
						    list));
}

static const char *hello_rationale(struct hello *h)
{
	struct label *labels = arena_array(&h->cmd->arena, h->pass.n_labels, sizeof(*labels));
	const char *text = h->reason.rationale ? h->reason.rationale : "";

	for (size_t i = 0; i < h->pass.n_labels; i++)
		labels[i].name = h->pass.labels[i];
	return reason_is_own(text, h->pass.system, labels, h->pass.n_labels) ? text :
									       REASON_NOT_OWN;
}

/* RULE: right-size. One odd answer of a small model, asked plainly, is no result. */
static void hello_print_caution(const struct hello *h)
{
	if (h->model.facts.n_params > 0 && h->model.facts.n_params < HELLO_SMALL_PARAMS)
		hello_print_field("note",
				  "a small model without worked examples may well answer nonsense. "
				  "'toehold smoke JOB' measures it, also with examples");
}

static void hello_print_answer(struct hello *h)
{
	if (model_is_encoder(&h->model)) {
		hello_print_vector(h);
		return;
	}
	if (h->answer.think_tok > 0)
		hello_print_field("thought", h->answer.thought);
	if (h->model.facts.kind == MODEL_KIND_DECISION) {
		hello_print_decision(h);
		return;
	}
	hello_print_offered(h);
	hello_print_field("label", hello_label_words(h));
	hello_print_field("rationale", hello_rationale(h));
	hello_print_caution(h);
}

static void hello_print_text(struct hello *h)
{
	struct arena *a = &h->cmd->arena;
	const struct pass_report *r = &h->run.report;

	hello_print_field("ticket", h->text);
	hello_print_answer(h);
	putchar('\n');
	model_write_text(a, &h->model, stdout);
	printf("engine     %s on %s\nsandbox    %s\n", r->engine_build, r->device, r->sandbox);
	if (h->model.engine == ENGINE_HTTP)
		hello_print_probes(h);
	if (model_is_encoder(&h->model)) {
		hello_print_vector_speed(h);
		return;
	}
	printf("\nload       %s\nprompt     %lld tokens, the shared %lld in %s\n",
	       str_duration(a, r->load_us), (long long)h->answer.prompt_tok,
	       (long long)r->prefix_tok, str_duration(a, r->prefix_us));
	hello_print_speed(h);
	printf("memory     %s at its peak\n", str_bytes(a, (uint64_t)r->peak_rss_bytes));
}

static void hello_print_vector_json(struct hello *h)
{
	const struct pass_report *r = &h->run.report;
	json_t *vector = json_array();

	for (size_t i = 0; i < h->answer.n_hidden; i++)
		json_array_append_new(vector, json_real(h->answer.hidden[i]));
	json_print(json_pack("{s:o, s:s, s:s, s:s, s:o, s:s, s:I, s:I, s:I, s:I}", "model",
			     model_to_json(&h->model), "engine_build", r->engine_build, "device",
			     r->device, "sandbox", r->sandbox, "vector", vector, "detail",
			     h->answer.detail, "load_us", (json_int_t)r->load_us, "prompt_tok",
			     (json_int_t)h->answer.prompt_tok, "text_us",
			     (json_int_t)h->answer.label_us, "peak_rss_bytes",
			     (json_int_t)r->peak_rss_bytes),
		   stdout);
}

static void hello_print_json(struct hello *h)
{
	const struct pass_report *r = &h->run.report;
	const char *label = h->answer.label < 0 ? NULL : h->pass.labels[h->answer.label];
	json_t *labels = json_text_list(h->pass.labels, h->pass.n_labels), *j;

	j = json_pack(
		"{s:o, s:s, s:s, s:s, s:o, s:s*, s:o*, s:s*, s:I, s:I, s:I, s:I, s:I, s:f, s:f, "
		"s:I}",
		"model", model_to_json(&h->model), "engine_build", r->engine_build, "device",
		r->device, "sandbox", r->sandbox, "labels", labels, "label", label, "probability",
		h->answer.n_probs ? json_real(h->answer.probs[h->answer.label]) : NULL, "rationale",
		h->reason.rationale, "load_us", (json_int_t)r->load_us, "prefix_us",
		(json_int_t)r->prefix_us, "prompt_tok", (json_int_t)h->answer.prompt_tok, "ttft_us",
		(json_int_t)h->answer.ttft_us, "reason_tok", (json_int_t)r->reason_tok,
		"prompt_tok_per_s", rate_per_s(r->prefix_tok, r->prefix_us), "reason_tok_per_s",
		hello_writing_rate(h), "peak_rss_bytes", (json_int_t)r->peak_rss_bytes);
	thought_add_json(&h->answer, j);
	if (h->model.engine == ENGINE_HTTP) {
		json_object_set_new(j, "probes", json_loads(r->probes, 0, NULL));
		json_object_set_new(j, "server", json_loads(r->server, 0, NULL));
		json_object_set_new(j, "thinking", json_any_text(r->thinking));
		json_object_set_new(j, "label_us", json_integer(h->answer.label_us));
	}
	json_print(j, stdout);
}

static int hello_run(struct cmd *cmd, void *options)
{
	const struct hello_options *o = options;
	struct hello h = { .cmd = cmd };
	int r;

	h.text = cmd->args.n > 1 ? cmd->args.items[1] : default_text;
	if (!*h.text || str_utf8_error(h.text, strlen(h.text)) >= 0)
		return err_set(&cmd->err, ERR_INPUT, "the ticket's text is empty or not UTF-8");
	if (hello_load_question(&h, o->job) < 0 ||
	    hello_find_model(&h, cmd->args.items[0], !o->no_sandbox) < 0 ||
	    (model_is_encoder(&h.model) && hello_make_encoder_pass(&h, o->job) < 0))
		return -1;
	interrupt_catch(NULL);
	r = hello_ask(&h, o);
	if (r == 0)
		hello_learn_speed(&h);
	if (r == 0 && o->json && model_is_encoder(&h.model))
		hello_print_vector_json(&h);
	else if (r == 0 && o->json)
		hello_print_json(&h);
	else if (r == 0)
		hello_print_text(&h);
	pass_release(&h.run);
	return r;
}

const struct command cmd_hello = { &spec, hello_run };
