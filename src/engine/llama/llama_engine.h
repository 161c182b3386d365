/*
 * What the files of the llama engine share. Only this folder includes it, and only this folder
 * sees llama.h. The files form layers: each calls only files that are listed before it.
 */
#ifndef ENGINE_LLAMA_LLAMA_ENGINE_H
#define ENGINE_LLAMA_LLAMA_ENGINE_H

#include <llama.h>

#include "engine/engine.h"
#include "engine/opening.h"
#include "engine/orders.h"
#include "engine/trie.h"

struct tokens {
	llama_token *items;
	size_t n;
};

/* The answer's text for one label, in this model's tokens. */
struct label_tokens {
	struct tokens all; /* the whole text, forced opening included */
	size_t n_path_end; /* number of tokens up to and with the closing quote */
};

/* Tokens of the prefix that are decoded together, and whose state is kept together. */
struct prefix_part {
	size_t order; /* index into prompt.prefixes */
	size_t from, n; /* tokens */
};

/* What all tickets of a pass share. */
struct prompt {
	struct tokens prefix; /* the prompt before the ticket: computed once */
	struct tokens *prefixes; /* one per order of the labels; the first is `prefix` */
	struct orders orders;
	size_t n_prefix_all; /* number of tokens of all prefixes */
	size_t n_prefix_longest;
	size_t n_plain; /* first tokens that are the prefix without the examples; 0: not such */
	struct prefix_part *parts; /* of all prefixes, in order */
	size_t n_parts;
	struct tokens after; /* end of turn, opening of the answer, forced start of the JSON */
	struct label_tokens *labels;
	size_t n_labels;
	size_t n_common; /* first tokens that all labels share: forced before the first choice */
	size_t n_answer_max; /* most tokens that an answer adds to the prompt, with its rationale */
	const char *tool_open; /* opens a call of a tool in this family's format; "" */
	bool trim_ticket; /* the template drops white space around the user's text */
	struct opening opening; /* how this family marks its thinking */
	/* With thinking; otherwise 0 and empty, because `after` holds it all. */
	size_t n_think; /* most tokens of the thought */
	size_t n_think_end; /* most tokens that end the thought and open the answer */
	struct tokens answer_start; /* forced start of the JSON, behind the thought */
	/* Only for a trainable model. */
	struct tokens between; /* from an answer to the next ticket */
	const char **names; /* of the labels */
	struct trie trie; /* over the labels' tokens from n_common on */
};

/* An answered ticket that waits for its reason. */
struct kept {
	size_t ticket; /* index in the wave */
	llama_seq_id seq;
	llama_pos pos; /* next free position */
	struct tokens pending; /* chosen and forced tokens that are not decoded yet; borrowed */
	bool recomputed;
	struct reason *written; /* set if the reason came before the label */
};

/* A ticket's image. */
struct image {
	struct blob bytes; /* the file's; len 0 if the ticket has no image */
	size_t n_tok; /* cells of the context, with the model's own marks around the image */
	const char *fault; /* why this model cannot see it, or NULL */
};

struct wave {
	struct arena arena;
	struct tokens *tickets;
	struct image *images; /* one per ticket, or NULL if no ticket has an image */
	size_t n;
	struct kept *kept;
	size_t n_kept;
	size_t *uncut; /* of a kind of model that cuts texts: tokens of each before that */
};

struct engine;

/* How a kind of model is asked. Arguments and results are those of engine/engine.h. */
struct asking {
	/* e->pass is set, and e->pass_arena, which is empty, takes what *ret_ready points to. */
	int (*pass)(struct engine *e, struct msg_pass_ready *ret_ready, struct err *err);
	int (*wave)(struct engine *e, const struct msg_wave *wave, struct msg_wave_ready *ret_ready,
		    enum outcome *ret_outcome, struct err *err);
	/* NULL if the kind names no parts in PASS_READY. */
	int (*prefix)(struct engine *e, const struct msg_prefix *prefix,
		      struct msg_prefix_ready *ret_ready, struct err *err);
	int (*ask)(struct engine *e, struct arena *a, const struct msg_ask *ask,
		   struct answer *ret_answer, struct err *err);
	int (*labels)(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		      struct err *err);
};

struct form;

struct engine {
	const struct asking *asking; /* by the kind of the model */
	struct llama_model *model;
	const struct llama_vocab *vocab;
	struct llama_context *ctx; /* made by the first wave of a pass */
	struct trainer *trainer; /* NULL before the first epoch */
	char *path; /* of the (first) file; owned */
	bool trainable;
	struct mtmd_context *projector; /* NULL if the model reads only text */
	struct llama_adapter_lora *adapter; /* or NULL; freed with the model */
	bool adapter_template; /* the adapter's chat template differs from the model's */
	struct llama_batch batch; /* n_batch tokens, or for an encoder those of the context */
	struct model_facts facts;
	int64_t n_threads;

	struct arena pass_arena; /* prompt and settings of the pass */
	struct msg_pass pass;
	struct prompt prompt;
	struct form *form; /* of a pass in PASS_FORM, otherwise NULL; owned */
	struct wave wave;
	size_t n_ctx, n_seq; /* of ctx */
	size_t n_scratch; /* sequences for branches of the trie: the last ones of n_seq */
	size_t n_parts_done; /* of the prompt: the context holds them */
	bool prefix_done; /* the same of a decision model's prefix */
	struct decision *decision; /* of a decision model: what its pass needs; in pass_arena */
};

/* Sequences: the prefixes, the tickets, one to take turns in (wave_turn_seq), the scratch ones. */
enum { SEQ_MAX = 256, SCRATCH_MAX = 8, LABEL_GROUP_MAX = 64 };

/* --- llama_error.c: the engine's own words about a failure --- */

/* Makes the engine report to this file. */
void llama_error_listen(void);
/* A log callback, for other parts of the engine. */
void llama_error_log(enum ggml_log_level level, const char *text, void *unused);
/* The engine's first error since the last clear, or "". */
const char *llama_error_text(void);
void llama_error_clear(void);
/* As err_set with ERR_ENGINE, and appends the engine's error if there is one. Returns -1. */
int llama_error_set(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* OUT_OF_MEMORY if the engine's error is about memory. */
enum outcome llama_error_outcome(enum outcome otherwise);
/* Ends an answer whose scores are not numbers: it fails, without a label. */
void llama_error_scores(struct answer *answer);
/* While training, an abort exits with WORKER_EXIT_NO_TRAINING. */
void llama_error_training(bool begun);

/* --- llama_header.c: the file's header --- */

/* Reads the first file's header and checks that every file is complete. */
int header_read(const char **paths, size_t n_paths, struct model_facts *ret_facts,
		struct err *err) MUST_USE;
/* Why a file of this kind cannot answer, as text, or NULL if it can. */
const char *header_refusal(const struct model_facts *facts);

/* --- llama_adapter.c: a LoRA adapter --- */

/* Loads the adapter beside the model. Call it before a context is made. */
int adapter_open(struct engine *e, const struct msg_open *open, struct err *err) MUST_USE;
/* Makes a new context use the adapter. */
int adapter_apply(struct engine *e, struct err *err) MUST_USE;

/* --- llama_decode.c: tokens through the model --- */

/* The settings of every context. */
struct llama_context_params context_params(const struct msg_pass *pass, size_t n_ctx, size_t n_seq);
/*
 * Makes e->ctx, in place of the one before, with the adapter, and a batch of params.n_batch tokens.
 * Sets e->n_ctx and e->n_seq as in params. e->ctx is NULL if the engine makes no context.
 */
int context_open(struct engine *e, struct llama_context_params params, struct err *err) MUST_USE;
/* Frees e->ctx, if there is one, with all that it holds. */
void context_close(struct engine *e);
/* Adds a token to e->batch, for decode_batch(). Returns the token's index in the batch. */
int batch_add(struct engine *e, llama_token token, llama_pos pos, llama_seq_id seq, bool logits);
int decode_batch(struct engine *e, struct err *err) MUST_USE;
/* As decode_batch(), also for a model without a cache, which encodes the batch. */
int decode_or_encode_batch(struct engine *e, struct err *err) MUST_USE;
/* Decodes a run of tokens of one sequence; `logits` asks for those of the last token. */
int decode_run(struct engine *e, const llama_token *tokens, size_t n, llama_pos pos,
	       llama_seq_id seq, bool logits, struct err *err) MUST_USE;
/* The most likely token at place i of the batch that was decoded last. */
llama_token greedy_token(const struct engine *e, int i);

/* A branch of the trie, below what a sequence holds. */
struct branch_place {
	size_t branch;
	llama_seq_id seq;
	llama_pos pos; /* next free position of the sequence */
	double *log_probs; /* of the sequence's labels: the branch's share is added */
};
/*
 * Whether one more branch fits into a batch that begins with *n_tok tokens of other branches. If
 * it does, its tokens are added. The first always fits: prompt_build() refuses deeper ones.
 */
bool decode_branch_fits(const struct engine *e, size_t branch, size_t *n_tok);
/*
 * Decodes the paths to at most n_scratch branches side by side, and scores each. They must fit
 * (decode_branch_fits).
 */
int decode_branches(struct engine *e, const struct branch_place *places, size_t n,
		    struct err *err) MUST_USE;

/* --- llama_memory.c: memory needed --- */

/*
 * Asks the engine what the model would take, without loading weights, and adds it to the facts.
 * Leaves the facts unchanged if the engine cannot say.
 */
void memory_measure(const struct msg_open *open, struct model_facts *facts);

/* --- llama_tokens.c: text to tokens --- */

/* Tokens of n bytes of text, as the tokenizer makes them: no BOS. Owned by the arena. */
int tokens_of_text(const struct engine *e, struct arena *a, const char *text, size_t n_bytes,
		   bool special, struct tokens *ret_tokens, struct err *err) MUST_USE;
/* Tokens of a text with the special tokens that the model expects around it. Owned by the arena. */
int tokens_of_whole_text(const struct engine *e, struct arena *a, const char *text,
			 struct tokens *ret_tokens, struct err *err) MUST_USE;
/* Tokens of a text inside a prompt: no BOS, no added space. Owned by the arena. */
int tokenize(const struct engine *e, struct arena *a, const char *text, bool special,
	     struct tokens *ret_tokens, struct err *err) MUST_USE;
/* Tokens of a ticket as the template would print it. Owned by the arena. */
int ticket_tokenize(const struct engine *e, struct arena *a, const char *text,
		    struct tokens *ret_tokens, struct err *err) MUST_USE;
/* All parts in order. Owned by the arena. */
struct tokens tokens_join(struct arena *a, const struct tokens *parts, size_t n_parts);
/* Writes the text of any token, at most `size` bytes, and returns its length. */
size_t token_text(const struct engine *e, llama_token token, char *ret_text, size_t size);

/* --- llama_image.c, or system/llama_text_only.c: images --- */

/* Loads the projector beside the model. */
int images_open(struct engine *e, const struct msg_open *open, struct err *err) MUST_USE;
void images_close(struct engine *e);
/* Counts the cells that an image of the wave needs, or sets its fault. */
void image_count(struct engine *e, struct image *image);
/*
 * Decodes the image behind what the sequence holds and moves *pos past it. A fault of the image
 * itself is not an error: *ret_fault says what it is (owned by the wave), or is NULL.
 */
int image_decode(struct engine *e, const struct image *image, llama_seq_id seq, llama_pos *pos,
		 const char **ret_fault, struct err *err) MUST_USE;

/* --- llama_head.c: hidden states, and heads that read them --- */

/* Whether answers of this pass need the hidden state at their place. */
bool head_wants_state(const struct engine *e);
/* Whether the pass can have the state or head that it asks for. */
int head_check(const struct engine *e, struct err *err) MUST_USE;
/* Copies the pass's head into the pass's arena. */
void head_keep(struct engine *e);
/* As decode_run() with logits; also reads the last token's state if the pass needs it. */
int head_decode(struct engine *e, struct arena *a, const llama_token *tokens, size_t n,
		llama_pos pos, llama_seq_id seq, struct answer *answer, struct err *err) MUST_USE;
/* Copies the state at a place of the batch that was decoded last into the answer. */
int head_read(struct engine *e, int at, struct arena *a, struct answer *answer,
	      struct err *err) MUST_USE;
/* Chooses the label by the head, or fails the answer. Allocates answer->probs. */
void head_choose(const struct engine *e, struct arena *a, int64_t start_us, struct answer *answer);
/* Decides about each label by the head, or fails the answer. Allocates answer->raw. */
void head_choose_each(const struct engine *e, struct arena *a, struct answer *answer);

/* --- llama_think.c: thought before the answer --- */

/* Fills in the room that a thought takes, and what follows it. */
int think_build(struct engine *e, struct arena *a, struct prompt *p, const struct tokens *start,
		struct err *err) MUST_USE;
/*
 * Lets the model think behind what the sequence holds, then decodes what opens the answer, with
 * logits. Does nothing if the pass does not think. Times run from start_us.
 */
int think(struct engine *e, struct arena *a, struct kept *k, int64_t start_us,
	  struct answer *answer, struct err *err) MUST_USE;

/* --- llama_writing.c: text that the model writes freely --- */

enum { REASON_TEXT_MAX = 64 * 1024, THOUGHT_TEXT_MAX = 1024 * 1024 };

/* A text in progress: bytes, tokens, and why it ended. */
struct writing {
	struct buf text;
	size_t answer_at; /* where the answer begins, behind an unrequested thought */
	bool thought_closed; /* that thought has ended */
	int64_t think_tok; /* the thought's share of n_tok */
	int64_t think_end_us; /* monotonic clock: its last token so far */
	size_t rationale_len; /* from answer_at on */
	int64_t n_tok;
	const char *finish; /* why it ended; NULL while it continues */
	bool cut; /* at the cap */
};

void writing_add(const struct engine *e, struct writing *w, llama_token token);
void writing_to_reason(struct arena *a, const struct writing *w, struct reason *ret_reason);
/* Splits a free text into the thought at its beginning and the answer. */
void writing_to_answer(struct engine *e, struct arena *a, const struct writing *w,
		       struct answer *answer);

/* --- llama_form.c: text that is held to a JSON schema --- */

/* An answer in progress. */
struct form_text {
	struct llama_sampler *grammar; /* behind the text so far */
	struct buf text, spans;
	size_t span; /* bytes of the last span, of kind `kind` */
	char kind; /* 'f' or 'c' */
	int64_t n_forced, n_chosen; /* tokens */
	bool complete;
};

/* Makes e->form from the pass's schema, in place of the one before. Other modes have none. */
int form_open(struct engine *e, struct arena *a, struct err *err) MUST_USE;
void form_close(struct engine *e);
/* What every answer begins with. */
struct tokens form_opening(const struct engine *e);
/* Begins an answer with that opening. */
void form_text_begin(const struct engine *e, struct form_text *ret);
void form_text_release(struct form_text *t);
/*
 * Adds the most likely token that the schema allows, by the logits at place `at` of the batch that
 * was decoded last, and then what must follow it. *ret_tokens are these tokens, to decode unless
 * the text is complete. It has none if the logits are not numbers. Owned by the arena.
 */
int form_text_add(struct engine *e, struct arena *a, struct form_text *t, int at,
		  struct tokens *ret_tokens, struct err *err) MUST_USE;
/* Moves the text and its spans to the answer. */
void form_text_to_answer(struct arena *a, struct form_text *t, struct answer *answer);

/* --- llama_prefix.c: the shared prefix, in parts whose states can be kept --- */

/* Cuts the prefixes into parts: p->parts, owned by the arena. */
void prefix_cut(const struct engine *e, struct arena *a, struct prompt *p);
/* One checksum a part for PASS_READY; none if this model's state cannot be kept in parts. */
void prefix_name_parts(const struct engine *e, struct arena *a, const struct prompt *p,
		       struct msg_pass_ready *ret_ready);
/* Whether the context holds all parts. */
bool prefix_is_done(const struct engine *e);
/* Computes the parts that the context lacks, and measures the time. */
int prefix_compute(struct engine *e, int64_t *ret_us, struct err *err) MUST_USE;
/* As engine_prefix(). */
int writer_prefix(struct engine *e, const struct msg_prefix *prefix,
		  struct msg_prefix_ready *ret_ready, struct err *err) MUST_USE;

/* --- llama_prompt.c: the prompt --- */

/* Renders, tokenizes, builds the trie: e->pass to e->prompt. */
int prompt_build(struct engine *e, struct arena *a, struct msg_pass_ready *ret_ready,
		 struct err *err) MUST_USE;
/* What the template prints between an answer and the next ticket. Owned by the arena. */
int prompt_between(struct engine *e, struct arena *a, const char **ret_text,
		   struct err *err) MUST_USE;

/* --- llama_train.c, or system/llama_untrained.c: training --- */

struct trainer;
/* Sets the load parameters so that weights can be changed. */
void trainer_load(struct llama_model_params *params);
/* Prepares the prompt of a pass for training. Call it after prompt_build(). */
int trainer_prompt(struct engine *e, struct err *err) MUST_USE;
void trainer_free(struct trainer *t);

/* --- llama_wave.c: tickets in the context --- */

/* The image of a ticket, or NULL if it has none. */
const struct image *image_of(const struct engine *e, size_t ticket);
/* The sequence of the n-th ticket. */
llama_seq_id wave_ticket_seq(const struct engine *e, size_t n);
/* The sequence in which a ticket is read behind the orders but the first. */
llama_seq_id wave_turn_seq(const struct engine *e);
/* Tokens that a ticket adds to the context, up to its last reason token. */
size_t wave_ticket_need(const struct engine *e, size_t ticket);
/* Tokens that the ticket needs of wave_context_max(), with the prompt and the answer. */
size_t wave_ticket_total(const struct engine *e, size_t ticket);
/* Tokens of the longest context: the model's own limit, or the pass's. */
int64_t wave_context_max(const struct engine *e);
/* Whether the ticket fits into the longest context. */
bool wave_ticket_fits(const struct engine *e, size_t ticket);

/* --- llama_read.c: a ticket into the context --- */

/* Begins an answer. False, with its outcome, if the image is bad or the ticket too long. */
bool read_begin(const struct engine *e, struct arena *a, size_t ticket, struct answer *ret_answer);
/* Reads the ticket into k's sequence, behind the prefix of one order. A bad image is an outcome. */
int read_ticket(struct engine *e, struct arena *a, size_t order, struct kept *k,
		struct answer *answer, struct err *err) MUST_USE;

/* --- llama_form_answer.c: answers that are held to a schema --- */

/* Most tickets that are written together: a batch that is lost costs no more. */
enum { FORM_GROUP_MAX = 16 };

/* Answers one ticket of the wave from its beginning to its end. */
int form_ask(struct engine *e, struct arena *a, size_t ticket, struct answer *ret_answer,
	     struct err *err) MUST_USE;
/* Reads the first n tickets of the wave one by one, then writes their answers together. */
int form_ask_together(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		      struct err *err) MUST_USE;

/* --- llama_answer.c: one ticket (phase 1); then llama_batch.c (labels only, batched),
 * llama_reason.c (phase 2), llama.c (open and close) --- */

/*
 * Adds what the trie's first branch says at place `at` of the batch that was decoded last: to the
 * labels' log-probabilities, and to the answer's label mass.
 */
void answer_score_root(const struct engine *e, int at, double *log_probs, double *mass);
/*
 * Chooses the label from the scores of all orders, or fails the answer. `log_probs` holds one list
 * per order; answer->label_mass is their sum, and becomes their mean. Allocates answer->probs.
 */
void answer_choose(const struct engine *e, struct arena *a, const double *log_probs,
		   struct answer *answer);
/* Writes the answer's text for its label, if it has one, and which spans of it were forced. */
void answer_write_raw(const struct engine *e, struct arena *a, struct answer *answer);

/* --- llama_encoder.c: encoders --- */

/* Whether a text's vector is the state of its last token, and no token sees those behind it. */
bool encoder_is_causal(const struct llama_model *model, const struct model_facts *facts);
/* The settings of an encoder's context for texts of n_tok tokens; `whole`: in one batch. */
struct llama_context_params encoder_context_params(const struct msg_pass *pass, size_t n_tok,
						   bool whole);
extern const struct asking asking_encoder;

/* --- llama_decision.c: decision models (llama_decision.h) --- */

/* Why the decision model in this file cannot be asked, as an error; 0 if it can. */
int decision_refuse(const struct model_facts *facts, const char *path, struct err *err) MUST_USE;
extern const struct asking asking_decision;

/* --- How each kind of model is asked: llama_asking.c, which is the last layer --- */

/* The steps of a model that writes its answer, from the files above. */
int writer_pass(struct engine *e, struct msg_pass_ready *ret_ready, struct err *err) MUST_USE;
int writer_wave(struct engine *e, const struct msg_wave *wave, struct msg_wave_ready *ret_ready,
		enum outcome *ret_outcome, struct err *err) MUST_USE;
int writer_ask(struct engine *e, struct arena *a, const struct msg_ask *ask,
	       struct answer *ret_answer, struct err *err) MUST_USE;
int writer_labels(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		  struct err *err) MUST_USE;

/* asking->labels() of a kind that gains nothing by batching. */
int asking_one_by_one(struct engine *e, struct arena *a, size_t n, answer_done *done, void *ctx,
		      struct err *err) MUST_USE;

/* The steps for a kind of model. Never NULL. */
const struct asking *asking_of(enum model_kind kind);

#endif
