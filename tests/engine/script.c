/*
 * An engine that plays a script: its answers, its times and its crashes. With it, every fault of a
 * worker can be tested without weights. A script is a JSON object (examples are in tests/data):
 * facts of a fictitious model, delays, and a list of steps by ticket text. `models` never lists it.
 */
#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "engine/engine.h"
#include "engine/head_label.h"
#include "job/task/choice.h"
#include "work/machine.h"

struct engine {
	json_t *script;
	struct arena pass_arena, wave_arena;
	const char **labels;
	size_t n_labels;
	bool free_mode, on_gpu, hidden, label_only;
	int64_t n_orders;
	bool is_encoder;
	const char *prefix; /* what an encoder puts before every text */
	double *head; /* chooses the labels, or NULL */
	double yes_at; /* of the pass */
	size_t n_state; /* length of the state that the head reads */
	int64_t n_wave, n_ctx_max; /* limits of the pass, 0: none */
	int64_t think_tok; /* cap of a thought; 0: thinking is off, or the script cannot think */
	const char **tickets;
	size_t n_tickets;
	int64_t n_parts, n_parts_done; /* of the prefix: "prefix_parts" in the script */
	size_t kept[256];
	int kept_label[256];
	bool recomputed[256];
	size_t n_kept;
};

const char *engine_build(void)
{
	return "script 1";
}

/*
 * The CPU; or, to test other devices, the name in the file "toehold-script.device" beside this
 * program.
 */
const char *engine_device(struct arena *a)
{
	enum { NAME_MAX_BYTES = 100 };
	static char name[NAME_MAX_BYTES + 1]; /* kept, because the sandbox hides the file later */
	struct err unused;
	char *text;
	size_t len;

	if (!*name && file_read(a, arena_printf(a, "%s/toehold-script.device", file_program_dir(a)),
				NAME_MAX_BYTES, &text, &len, &unused) == 0)
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, "\n"), text);
	if (!*name)
		snprintf(name, sizeof(name), "CPU");
	return name;
}

static void sleep_ms(int64_t ms)
{
	if (ms > 0)
		usleep((useconds_t)ms * 1000);
}

/* Takes memory until there is no more, like a model that is too large. */
static void eat_memory(void)
{
	enum { BITE = 16 << 20 };

	for (;;) {
		char *bite = malloc(BITE);

		if (!bite)
			abort();
		memset(bite, 1, BITE);
	}
}

struct fault {
	const char *name;
	int signal;
};

static const struct fault signals[] = {
	{ "segv", SIGSEGV },  { "abort", SIGABRT }, { "kill", SIGKILL },
	{ "sigsys", SIGSYS }, { "stop", SIGSTOP },
};

/* Writes bytes that are not a frame to every pipe that may lead to the controller. */
static void talk_garbage(void)
{
	enum { MAX_FDS = 16 };
	static const char garbage[] = "\xff\xff\xff\xff\xff garbage";

	for (int fd = STDERR_FILENO + 1; fd < MAX_FDS; fd++)
		if (write(fd, garbage, sizeof(garbage)) < 0)
			continue;
	for (;;)
		pause();
}

struct fault_exit {
	const char *name;
	int code;
};

static const struct fault_exit exits[] = {
	{ "exit", 7 },
	{ "no_memory", WORKER_EXIT_NO_MEMORY },
	{ "device", WORKER_EXIT_DEVICE_LOST },
};

/* Plays a fault: a name from the two tables, "hang", "memory" or "garbage". */
static void play_fault(const char *name)
{
	if (!name)
		return;
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		if (strcmp(name, signals[i].name) == 0) {
			signal(signals[i].signal, SIG_DFL);
			raise(signals[i].signal);
		}
	if (strcmp(name, "hang") == 0)
		for (;;)
			pause();
	for (size_t i = 0; i < COUNT_OF(exits); i++)
		if (strcmp(name, exits[i].name) == 0)
			_exit(exits[i].code);
	if (strcmp(name, "memory") == 0)
		eat_memory();
	if (strcmp(name, "garbage") == 0)
		talk_garbage();
}

static int64_t number(const json_t *object, const char *key, int64_t otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? (int64_t)json_integer_value(value) : otherwise;
}

static void text(const json_t *object, const char *key, const char *otherwise, char *to,
		 size_t size)
{
	const char *value = json_string_value(json_object_get(object, key));

	snprintf(to, size, "%s", value ? value : otherwise);
}

/*
 * A fault is a name, or an object {"name": …, "wave_over": N, "wave_limit": N, "ctx_over": N,
 * "gpu": true}. The object's conditions: more than N tickets are kept; the controller allows N or
 * fewer; the context has more than N tokens; a device other than the CPU is in use.
 */
static void play_fault_of(const struct engine *e, const json_t *fault)
{
	if (json_is_object(fault) &&
	    ((int64_t)e->n_tickets <= number(fault, "wave_over", -1) ||
	     (json_object_get(fault, "wave_limit") &&
	      (e->n_wave == 0 || e->n_wave > number(fault, "wave_limit", 0))) ||
	     (e->n_ctx_max > 0 && e->n_ctx_max <= number(fault, "ctx_over", -1)) ||
	     (json_is_true(json_object_get(fault, "gpu")) && !e->on_gpu)))
		return;
	play_fault(
		json_string_value(json_is_object(fault) ? json_object_get(fault, "name") : fault));
}

static void read_facts(const json_t *script, struct model_facts *f)
{
	const json_t *facts = json_object_get(script, "facts");
	char kind[16];

	text(facts, "name", "script", f->name, sizeof(f->name));
	text(facts, "arch", "script", f->arch, sizeof(f->arch));
	text(facts, "licence", "mit", f->licence, sizeof(f->licence));
	text(facts, "licence_link", "", f->licence_link, sizeof(f->licence_link));
	text(facts, "base_model", "", f->base_model, sizeof(f->base_model));
	snprintf(f->quant, sizeof(f->quant), "none");
	text(facts, "kind", model_kind_name(MODEL_KIND_MODEL), kind, sizeof(kind));
	f->kind = (enum model_kind)names_find_or_first(&model_kind_names, kind);
	text(facts, "pooling", "", f->pooling, sizeof(f->pooling));
	f->n_params = number(facts, "n_params", 1000000);
	f->tensor_bytes = number(facts, "bytes", 1000000);
	f->n_ctx_train = number(facts, "n_ctx_train", 4096);
	f->n_layer = 1;
	f->n_head_kv = 1;
	f->n_key = f->n_value = 64;
	f->n_vocab = 256;
}

int engine_open(const struct msg_open *open, struct msg_opened *ret_opened,
		struct engine **ret_engine, enum outcome *ret_outcome, struct err *err)
{
	json_error_t why;
	json_t *script = json_load_file(open->paths[0], 0, &why);
	struct engine *e;

	*ret_outcome = OUTCOME_LOAD_FAILED;
	if (!script)
		return err_set(err, ERR_INPUT, "%s:%d: %s", open->paths[0], why.line, why.text);
	e = calloc(1, sizeof(*e));
	if (!e)
		return err_set(err, ERR_ENGINE, "out of memory");
	e->script = script;
	e->on_gpu = strcmp(engine_device(&e->pass_arena), "CPU") != 0 && open->n_gpu_layers != 0;
	if (!open->inspect)
		play_fault_of(e, json_object_get(script, "load_fault"));
	sleep_ms(open->inspect ? 0 : number(script, "load_ms", 0));
	*ret_opened = (struct msg_opened){ .load_us = 1000, .server = "" };
	read_facts(script, &ret_opened->facts);
	e->is_encoder = ret_opened->facts.kind == MODEL_KIND_ENCODER;
	*ret_engine = e;
	return 0;
}

void engine_close(struct engine *e)
{
	if (!e)
		return;
	json_decref(e->script);
	arena_release(&e->pass_arena);
	arena_release(&e->wave_arena);
	free(e);
}

static void keep_head(struct engine *e, const struct msg_pass *pass)
{
	e->head = NULL;
	if (pass->n_head == 0)
		return;
	e->n_state = pass->n_head / pass->n_labels - 1;
	e->head = arena_array(&e->pass_arena, pass->n_head, sizeof(*e->head));
	memcpy(e->head, pass->head, pass->n_head * sizeof(*e->head));
}

/* A part's state in a script: its own sum, which is of the prompt and the part's number. */
static const char *part_state(struct arena *a, const struct engine *e, int64_t part)
{
	const char *of = arena_printf(a, "%s %lld", e->prefix, (long long)part);
	char hex[HASH_HEX_LEN + 1];

	hash_bytes(of, strlen(of), hex);
	return arena_strdup(a, hex);
}

static void name_parts(struct engine *e, struct arena *a, struct msg_pass_ready *ret_ready)
{
	e->n_parts = number(e->script, "prefix_parts", 0);
	e->n_parts_done = 0;
	ret_ready->n_parts = (size_t)e->n_parts;
	ret_ready->parts = arena_array(a, ret_ready->n_parts, sizeof(*ret_ready->parts));
	for (int64_t i = 0; i < e->n_parts; i++)
		ret_ready->parts[i] = part_state(a, e, i);
}

/* A script with "thinks": true thinks if the pass asks for it. */
static const char *thinking_words(const struct engine *e, struct arena *a,
				  const struct msg_pass *pass)
{
	if (e->think_tok > 0)
		return arena_printf(a, "at most %lld tokens", (long long)e->think_tok);
	return pass->think_tok > 0 ? "none: the model does not think" : "off";
}

/*
 * The step's thought: "thought" is its text, "think_tok" its length, "think_ms" its time. The cap
 * of the pass cuts it.
 */
static void think(const struct engine *e, struct arena *a, const json_t *step,
		  struct answer *answer)
{
	const char *thought = json_string_value(json_object_get(step, "thought"));
	int64_t ms = number(step, "think_ms", 1), wanted = number(step, "think_tok", 10);

	answer->first_us = answer->ttft_us;
	if (e->think_tok == 0)
		return;
	sleep_ms(ms);
	answer->think_tok = wanted < e->think_tok ? wanted : e->think_tok;
	answer->think_us = ms * 1000;
	answer->ttft_us += answer->think_us;
	answer->label_us += answer->think_us;
	answer->thought = arena_strdup(a, thought ? thought : "Hm.");
	answer->thought_len = strlen(answer->thought);
	if (wanted > e->think_tok)
		answer->detail = arena_printf(a, "its thought was cut at %lld tokens",
					      (long long)e->think_tok);
}

int engine_pass(struct engine *e, struct arena *a, const struct msg_pass *pass,
		struct msg_pass_ready *ret_ready, struct err *err)
{
	(void)err;
	play_fault_of(e, json_object_get(e->script, "pass_fault"));
	arena_release(&e->pass_arena);
	e->labels = arena_strdups(&e->pass_arena, pass->labels, pass->n_labels);
	e->n_labels = pass->n_labels;
	e->free_mode = pass->mode != PASS_FORCED;
	e->hidden = pass->hidden;
	e->yes_at = pass->yes_at;
	e->prefix = arena_strdup(&e->pass_arena, pass->system);
	e->label_only = pass->label_only;
	e->n_orders = 1 + (int64_t)pass->n_rotations;
	keep_head(e, pass);
	e->think_tok = json_is_true(json_object_get(e->script, "thinks")) ? pass->think_tok : 0;
	e->n_wave = pass->n_wave;
	e->n_ctx_max = pass->n_ctx_max;
	*ret_ready = (struct msg_pass_ready){
		.rendered = arena_printf(a, e->is_encoder ? "%s{ticket}" : "%s\n{ticket}\n",
					 pass->system),
		.template_sha256 = "",
		.template_marks = e->is_encoder ? "none" : "no template",
		.opening = "none",
		.prefix_tok = (int64_t)strlen(pass->system) / 4,
		.after_tok = 4,
		.thinking = thinking_words(e, a, pass),
		.probes = "",
	};
	name_parts(e, a, ret_ready);
	return 0;
}

/* A part takes "prefix_ms" to compute. */
int engine_prefix(struct engine *e, const struct msg_prefix *prefix,
		  struct msg_prefix_ready *ret_ready, enum outcome *ret_outcome, struct err *err)
{
	const char *state = part_state(&e->wave_arena, e, prefix->part);
	char given[HASH_HEX_LEN + 1] = "";

	*ret_outcome = OUTCOME_ENGINE_ERROR;
	if (prefix->part != e->n_parts_done++)
		return err_set(err, ERR_ENGINE, "part %lld is not next", (long long)prefix->part);
	play_fault_of(e, json_object_get(e->script, "prefix_fault"));
	*ret_ready = (struct msg_prefix_ready){ .part = prefix->part, .n_tok = 50 };
	ret_ready->loaded = prefix->n_bytes == HASH_HEX_LEN &&
			    pread(PREFIX_FD, given, HASH_HEX_LEN, 0) == HASH_HEX_LEN &&
			    strcmp(given, state) == 0;
	ret_ready->prefix_us = ret_ready->loaded ? 10 : 500;
	if (ret_ready->loaded)
		return 0;
	sleep_ms(number(e->script, "prefix_ms", 0));
	if (prefix->keep && pwrite(PREFIX_FD, state, HASH_HEX_LEN, 0) == HASH_HEX_LEN)
		ret_ready->n_bytes = HASH_HEX_LEN;
	return 0;
}

int engine_wave(struct engine *e, const struct msg_wave *wave, struct msg_wave_ready *ret_ready,
		enum outcome *ret_outcome, struct err *err)
{
	enum { N_CTX = 4096 };
	int64_t limit = number(e->script, "wave", 255);

	*ret_outcome = OUTCOME_OUT_OF_MEMORY;
	if (e->n_wave > 0 && e->n_wave < limit)
		limit = e->n_wave;
	arena_release(&e->wave_arena);
	e->n_tickets = wave->n_texts < (size_t)limit ? wave->n_texts : (size_t)limit;
	e->tickets = arena_strdups(&e->wave_arena, wave->texts, e->n_tickets);
	e->n_kept = 0;
	if ((int64_t)e->n_tickets > number(e->script, "memory_for", INT64_MAX))
		return err_set(err, ERR_ENGINE, "no memory for %zu tickets", e->n_tickets);
	*ret_ready = (struct msg_wave_ready){ .n_accepted = (int64_t)e->n_tickets,
					      .n_ctx = e->n_ctx_max > 0 ? e->n_ctx_max : N_CTX,
					      .n_seq = (int64_t)e->n_tickets + 1 };
	if (wave->prefix_later && e->n_parts > 0) {
		ret_ready->n_parts = e->n_parts - e->n_parts_done;
	} else {
		ret_ready->prefix_us = 1000;
		ret_ready->prefix_tok = 100;
	}
	return 0;
}

/* The step whose "match" occurs in the ticket, or NULL. */
static const json_t *step_for(const struct engine *e, const char *ticket)
{
	const json_t *steps = json_object_get(e->script, "steps"), *step;
	size_t i;

	json_array_foreach (steps, i, step) {
		const char *match = json_string_value(json_object_get(step, "match"));

		if (match && strstr(ticket, match))
			return step;
	}
	return NULL;
}

/*
 * The label that the step names; otherwise one that depends only on the ticket's text. A pass that
 * asks for a written answer has no labels.
 */
static int label_for(const struct engine *e, const json_t *step, const char *ticket)
{
	const char *name = json_string_value(json_object_get(step, "label"));
	char hex[HASH_HEX_LEN + 1];

	if (e->n_labels == 0)
		return 0;
	for (size_t i = 0; name && i < e->n_labels; i++)
		if (strcmp(e->labels[i], name) == 0)
			return (int)i;
	hash_bytes(ticket, strlen(ticket), hex);
	return (int)(strtoul((char[]){ hex[0], hex[1], hex[2], 0 }, NULL, 16) % e->n_labels);
}

/* One per label: those of the step's "probs", by name, or 1 for the given label. */
static double *probs_for(const struct engine *e, struct arena *a, const json_t *step, int label)
{
	const json_t *given = json_object_get(step, "probs");
	double *probs = arena_array(a, e->n_labels, sizeof(*probs));

	probs[label] = 1;
	for (size_t i = 0; given && i < e->n_labels; i++)
		probs[i] = json_number_value(json_object_get(given, e->labels[i]));
	return probs;
}

/* The step's "label_mass" (1 otherwise), and the orders that agree, "agreed" (all otherwise). */
static void shares_for(const struct engine *e, const json_t *step, struct answer *answer)
{
	const json_t *mass = json_object_get(step, "label_mass");

	answer->label_mass = json_is_number(mass) ? json_number_value(mass) : 1;
	answer->n_orders = e->n_orders;
	answer->n_agreed = e->n_orders > 1 ? number(step, "agreed", e->n_orders) : e->n_orders;
}

/* The step's "hidden": the state at the answer's place, as a list of numbers. */
static void hidden_for(struct arena *a, const json_t *step, struct answer *answer)
{
	const json_t *list = json_object_get(step, "hidden"), *value;
	size_t i;

	answer->n_hidden = json_array_size(list);
	answer->hidden = arena_array(a, answer->n_hidden, sizeof(*answer->hidden));
	json_array_foreach (list, i, value)
		answer->hidden[i] = json_number_value(value);
}

/* How an encoder of this engine reads a text: counts of hashed words, as a vector of length 1. */
enum { WORD_BUCKETS = 64 };

static void hash_words(struct arena *a, const char *prefix, const char *ticket,
		       struct answer *answer)
{
	const char *text = arena_printf(a, "%s%s", prefix, ticket), *end = text;
	double length = 0;

	answer->n_hidden = WORD_BUCKETS;
	answer->hidden = arena_array(a, WORD_BUCKETS, sizeof(*answer->hidden));
	for (; *text; text = *end ? end + 1 : end) {
		char word[32], hex[HASH_HEX_LEN + 1];
		size_t n = 0;

		for (end = text; *end && isalnum((unsigned char)*end); end++)
			if (n < sizeof(word))
				word[n++] = (char)tolower((unsigned char)*end);
		hash_bytes(word, n, hex);
		if (n > 0)
			answer->hidden[strtoul((char[]){ hex[0], hex[1], 0 }, NULL, 16) %
				       WORD_BUCKETS] += 1;
	}
	for (size_t i = 0; i < WORD_BUCKETS; i++)
		length += answer->hidden[i] * answer->hidden[i];
	for (size_t i = 0; i < WORD_BUCKETS && length > 0; i++)
		answer->hidden[i] /= sqrt(length);
}

/* Sends the state if the pass needs it, and lets a head choose, like a real model. */
static int use_hidden(const struct engine *e, struct arena *a, const json_t *step,
		      const char *ticket, struct answer *answer, struct err *err)
{
	if (!e->hidden && !e->head)
		return 0;
	if (e->is_encoder)
		hash_words(a, e->prefix, ticket, answer);
	else
		hidden_for(a, step, answer);
	if (e->head && answer->n_hidden != e->n_state)
		return err_set(err, ERR_ENGINE, "the head reads %zu numbers, the state has %zu",
			       e->n_state, answer->n_hidden);
	if (e->head) {
		answer->rule = "head";
		answer->label =
			head_label(e->head, e->n_labels, e->n_state, answer->hidden, answer->probs);
	}
	if (!e->hidden)
		answer->n_hidden = 0;
	return 0;
}

/* The step's "reason": a text, or one for each label by name. */
static const char *reason_for(const json_t *step, const char *label)
{
	const json_t *reason = json_object_get(step, "reason");
	const char *text =
		json_string_value(json_is_object(reason) ? json_object_get(reason, label) : reason);

	return text ? text : "It says so.";
}

int engine_ask(struct engine *e, struct arena *a, const struct msg_ask *ask,
	       struct answer *ret_answer, struct err *err)
{
	const char *ticket = e->tickets[ask->ticket];
	const json_t *step = step_for(e, ticket);
	const char *said = json_string_value(json_object_get(step, "says"));
	int label = label_for(e, step, ticket);

	sleep_ms(number(step, "ms", number(e->script, "ms", 0)));
	play_fault_of(e, json_object_get(step, "fault"));
	*ret_answer = (struct answer){ .ticket = (size_t)ask->ticket,
				       .probs = e->free_mode ? NULL : probs_for(e, a, step, label),
				       .n_probs = e->free_mode ? 0 : e->n_labels,
				       .prompt_tok = 100 + (int64_t)strlen(ticket) / 4,
				       .ticket_tok = (int64_t)strlen(ticket) / 4,
				       .forced_tok = 4,
				       .chosen_tok = 1,
				       .ttft_us = 1000,
				       .label_us = 2000,
				       .rule = e->free_mode ? "none" : "trie",
				       .raw = "",
				       .spans = "",
				       .detail = "" };
	ret_answer->label = e->free_mode ? label : choice_of(e->yes_at, label, ret_answer->probs);
	if (!e->free_mode && !e->hidden && !e->head)
		shares_for(e, step, ret_answer);
	if (use_hidden(e, a, step, ticket, ret_answer, err) < 0)
		return -1;
	label = ask->known_label >= 0 ? (int)ask->known_label : ret_answer->label;
	/* A head is being trained: only the state is needed. */
	ret_answer->label = e->free_mode || (e->hidden && !e->head && e->label_only) ? -1 : label;
	if (said && e->free_mode)
		ret_answer->raw = arena_strdup(a, said);
	else if (e->n_labels > 0)
		ret_answer->raw =
			arena_printf(a, "{\"label\":\"%s\",\"rationale\":\"", e->labels[label]);
	ret_answer->raw_len = strlen(ret_answer->raw);
	if (e->free_mode && json_is_true(json_object_get(step, "cut")))
		ret_answer->outcome = OUTCOME_CUT;
	think(e, a, step, ret_answer);
	/* A valid frame with invalid content. */
	if (json_is_true(json_object_get(step, "nonsense")))
		ret_answer->label = (int)e->n_labels;
	if (!e->free_mode && !e->label_only) {
		e->kept_label[e->n_kept % 256] = label;
		e->recomputed[e->n_kept % 256] = ask->known_label >= 0;
		e->kept[e->n_kept++ % 256] = (size_t)ask->ticket;
	}
	ret_answer->peak_rss_bytes = machine_peak_rss_bytes();
	return 0;
}

int engine_reasons(struct engine *e, struct arena *a, reason_done *done, void *ctx,
		   struct msg_reasons_done *ret_done, struct err *err)
{
	/* Repeats each reason: only the first may count. */
	bool twice = json_is_true(json_object_get(e->script, "reasons_twice"));
	size_t n = e->n_kept;

	play_fault_of(e, json_object_get(e->script, "reasons_fault"));
	for (size_t i = 0; i < n; i++) {
		const char *ticket = e->tickets[e->kept[i]];
		const char *why = reason_for(step_for(e, ticket), e->labels[e->kept_label[i]]);
		struct reason reason = { .ticket = e->kept[i],
					 .raw = arena_printf(a, "%s\"", why),
					 .rationale = why,
					 .finish = "quote",
					 .reason_tok = 5,
					 .reason_us = 3000,
					 .batch = (int64_t)n,
					 .recomputed = e->recomputed[i],
					 .detail = "" };

		sleep_ms(number(e->script, "reason_ms", 0));
		reason.raw_len = strlen(reason.raw);
		if (done(ctx, &reason, err) < 0 || (twice && done(ctx, &reason, err) < 0))
			return -1;
	}
	e->n_kept = 0;
	*ret_done = (struct msg_reasons_done){ .n_tok = (int64_t)n * 5,
					       .reasons_us = 3000,
					       .peak_rss_bytes = machine_peak_rss_bytes(),
					       .cpu_us = machine_cpu_us() };
	return 0;
}
