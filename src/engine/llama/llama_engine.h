/*
 * What the files of the llama engine share. Only llama*.c include this, and only they see
 * llama.h. Reading order: llama.c (open), llama_prompt.c (texts to tokens),
 * llama_answer.c (phase 1), llama_reason.c (phase 2), llama_batch.c (labels
 * alone, of many tickets together); llama_memory.c stands
 * beside them.
 */
#ifndef ENGINE_LLAMA_LLAMA_ENGINE_H
#define ENGINE_LLAMA_LLAMA_ENGINE_H

#include <llama.h>

#include "engine/engine.h"
#include "engine/opening.h"
#include "engine/trie.h"

struct tokens {
	llama_token *items;
	size_t n;
};

/* The answer's text for one label, as this model's tokens. */
struct label_tokens {
	struct tokens all; /* of the whole text, the forced opening included */
	size_t n_path_end; /* tokens up to and with the one that holds the closing quote */
};

/* What is the same for every ticket of a pass. */
struct prompt {
	struct tokens prefix; /* up to the ticket: computed once, shared */
	struct tokens
		after; /* the turn's end, the answer's opening, the forced start of the JSON */
	struct label_tokens *labels;
	size_t n_labels;
	size_t n_common; /* tokens that all labels share: forced before the first choice */
	size_t n_answer_max; /* most tokens that an answer adds to the prompt, rationale included */
	bool trim_ticket; /* the template itself drops white space around the user's text */
	struct opening opening; /* how this family marks its thinking */
	/* Where a thought comes before the answer; otherwise 0 and empty: `after` has it all. */
	size_t n_think; /* most tokens of the thought */
	size_t n_think_end; /* most tokens that end it and open the answer */
	struct tokens answer_start; /* the forced start of the JSON, behind the thought */
	struct tokens between; /* from an answer to the next ticket; for a trainable model alone */
	const char **names; /* of the labels, likewise */
	struct trie trie; /* over the labels' tokens from n_common on */
};

/* A ticket that has its answer and waits for its reason. */
struct kept {
	size_t ticket; /* index within the wave */
	llama_seq_id seq;
	llama_pos pos; /* next free position */
	struct tokens pending; /* chosen and forced tokens that are not decoded yet; borrowed */
	bool recomputed;
	struct reason *written; /* the reason came before the label: nothing to generate */
};

/* A ticket's image. */
struct picture {
	struct blob bytes; /* of its file; len 0: the ticket has no image */
	size_t n_tok; /* cells of the context, with the model's own marks around the image */
	const char *fault; /* why it cannot be shown to this model, or NULL */
};

struct wave {
	struct arena arena;
	struct tokens *tickets;
	struct picture *pictures; /* one a ticket; NULL where no ticket has an image */
	size_t n;
	struct kept *kept;
	size_t n_kept;
};

struct engine {
	struct llama_model *model;
	const struct llama_vocab *vocab;
	struct llama_context *ctx; /* made by the first wave of a pass */
	struct trainer *trainer; /* NULL before the first epoch */
	char *path; /* of the (first) file; owned */
	bool trainable;
	struct mtmd_context *projector; /* NULL where the model reads text only */
	struct llama_adapter_lora *adapter; /* NULL where there is none; freed with the model */
	bool adapter_template; /* the adapter brings a chat template that is not the model's */
	struct llama_batch batch; /* n_batch tokens */
	struct model_facts facts;
	int64_t n_threads;

	struct arena pass_arena; /* prompt and settings of the pass */
	struct msg_pass pass;
	struct prompt prompt;
	struct wave wave;
	size_t n_ctx, n_seq; /* of ctx */
	size_t n_scratch; /* sequences for branches of the trie, the last of n_seq */
	bool prefix_done;
};

enum { SEQ_PREFIX = 0, SEQ_TICKET = 1, SEQ_MAX = 256, SCRATCH_MAX = 8, LABEL_GROUP_MAX = 64 };

/* What the engine first complained of since the last clear, for our own messages; or "". */
const char *llama_complaint(void);
void llama_complaint_clear(void);
/* The engine's log callback, also for its parts. */
void llama_complaint_keep(enum ggml_log_level level, const char *text, void *unused);
/* Says that training begins or ends, so that giving up then is named for what it is. */
void llama_training(bool begun);
/* OUT_OF_MEMORY where the complaint is about memory, otherwise ENGINE_ERROR. */
enum outcome llama_complaint_outcome(void);

/* --- llama_header.c --- */
/* Reads the header of a GGUF file (the first of several) and checks that no file is cut short. */
int header_read(const char **paths, size_t n_paths, struct model_facts *ret_facts,
		struct err *err) MUST_USE;
/* Why a file of this kind cannot answer, in words; NULL where it can. */
const char *header_refusal(const struct model_facts *facts);

/* --- llama_memory.c --- */
/*
 * Has the engine count, without loading any weights, what the model would take, and adds that to
 * the facts. They stay as they are where the engine cannot say.
 */
void memory_measure(const struct msg_open *open, struct model_facts *facts);

/* --- llama_prompt.c --- */
/* Tokens of a text inside a prompt: no BOS, no extra space. Owned by the arena. */
int tokenize(const struct engine *e, struct arena *a, const char *text, bool special,
	     struct tokens *ret_tokens, struct err *err) MUST_USE;
/* One after another; owned by the arena. */
struct tokens tokens_join(struct arena *a, const struct tokens *parts, size_t n_parts);
/* Bytes of one token, special ones included; at most size; the length is returned. */
size_t token_text(const struct engine *e, llama_token token, char *ret_text, size_t size);
/*
 * Text between the answer to one ticket and the next ticket, where a conversation holds several:
 * what the template prints between two turns. Owned by the arena.
 */
int prompt_between(struct engine *e, struct arena *a, const char **ret_text,
		   struct err *err) MUST_USE;
/* Renders, tokenizes, builds the trie. Fills e->prompt from e->pass. */
int prompt_build(struct engine *e, struct arena *a, struct msg_pass_ready *ret_ready,
		 struct err *err) MUST_USE;

/* --- llama_answer.c --- */
/* Tokens of a ticket as the template would have printed it. Owned by the arena. */
int ticket_tokenize(const struct engine *e, struct arena *a, const char *text,
		    struct tokens *ret_tokens, struct err *err) MUST_USE;
/* How every context is made. */
struct llama_context_params context_params(const struct msg_pass *pass, size_t n_ctx, size_t n_seq);
/* Decodes a run of tokens of one sequence in chunks of n_batch; logits of the last one if asked. */
int decode_run(struct engine *e, const llama_token *tokens, size_t n, llama_pos pos,
	       llama_seq_id seq, bool logits, struct err *err) MUST_USE;
/* Adds to e->batch, for decode_batch(); the index of the token in it is returned. */
int batch_add(struct engine *e, llama_token token, llama_pos pos, llama_seq_id seq, bool logits);
int decode_batch(struct engine *e, struct err *err) MUST_USE;
/* The most likely token at the i-th place of the batch that was decoded last. */
llama_token greedy_token(const struct engine *e, int i);

/* The answer's text and which spans of it were forced, for the label that it has. */
void answer_write_raw(const struct engine *e, struct arena *a, struct answer *answer);
/* Whether this ticket of the wave cannot share a decode with others. */
bool label_needs_alone(const struct engine *e, size_t ticket);

/* --- llama_image.c, or llama_text_only.c --- */
/* Loads the projector beside the model. */
int pictures_open(struct engine *e, const struct msg_open *open, struct err *err) MUST_USE;
void pictures_close(struct engine *e);
/* Copies a wave's images into the wave, and counts what each takes. */
void pictures_count(struct engine *e, const struct msg_wave *wave);
/* NULL where the ticket has no image. */
const struct picture *picture_of(const struct engine *e, size_t ticket);
/*
 * Puts the image behind what the sequence holds, and moves *pos past it. What is wrong with the
 * image alone is no error: *ret_fault says it (owned by the wave), NULL otherwise.
 */
int picture_show(struct engine *e, const struct picture *p, llama_seq_id seq, llama_pos *pos,
		 const char **ret_fault, struct err *err) MUST_USE;

/* --- llama_adapter.c --- */
/* Loads the adapter beside the model, before any context is made. */
int adapter_open(struct engine *e, const struct msg_open *open, struct err *err) MUST_USE;
/* Has a new context use it. */
int adapter_apply(struct engine *e, struct err *err) MUST_USE;

/* --- llama_think.c --- */
struct writing;
/* How much room a thought takes in the context, and what comes behind it. Fills e->prompt. */
int think_build(struct engine *e, struct arena *a, struct prompt *p, const struct tokens *start,
		struct err *err) MUST_USE;
/*
 * Has the model think behind what the sequence holds, and decodes what opens the answer, with
 * logits. Does nothing where no thought is wanted. Times run from start_us.
 */
int think(struct engine *e, struct arena *a, struct kept *k, int64_t start_us,
	  struct answer *answer, struct err *err) MUST_USE;
/* Notes in a text under way how far its beginning is thought, and whether that has ended. */
void think_watch(const struct engine *e, struct writing *w);
/* A free text with a thought at its beginning → the answer alone, and the thought apart. */
void think_take(struct engine *e, struct arena *a, const struct writing *w, struct answer *answer);

/* --- llama_head.c --- */
/* Whether answers of this pass need the hidden state at their place. */
bool head_wants_state(const struct engine *e);
/* Whether the pass can have what it asks for. */
int head_check(const struct engine *e, const struct msg_pass *pass, struct err *err) MUST_USE;
/* Copies the pass's head into the engine's own memory. */
void head_keep(struct engine *e);
/* As decode_run() with logits; where the pass wants it, with the last token's state as well. */
int head_decode(struct engine *e, struct arena *a, const llama_token *tokens, size_t n,
		llama_pos pos, llama_seq_id seq, struct answer *answer, struct err *err) MUST_USE;
/* The state of a place in the batch that was decoded last, into the answer. */
int head_read(struct engine *e, int at, struct arena *a, struct answer *answer,
	      struct err *err) MUST_USE;
/* The label and its probabilities by the head; answer->probs is there. */
void head_choose(const struct engine *e, int64_t start_us, struct answer *answer);

/* --- llama_train.c, or llama_untrained.c --- */
struct trainer;
/* Loads the weights so that they can be changed. */
void trainer_load(struct llama_model_params *params);
/* Keeps what training needs of a pass; the prompt is there. */
int trainer_prompt(struct engine *e, struct err *err) MUST_USE;
void trainer_free(struct trainer *t);

/* --- llama_reason.c --- */
enum { REASON_TEXT_MAX = 64 * 1024 };

/* A text in the making: bytes, tokens, and why it ended. */
struct writing {
	struct buf text;
	size_t answer_at; /* where the answer begins: behind a thought that nobody asked for */
	bool thought_closed; /* such a thought has ended */
	int64_t think_tok; /* of n_tok: the thought's */
	int64_t think_end_us; /* on the monotonic clock: its last token, so far */
	size_t rationale_len; /* from answer_at on */
	int64_t n_tok;
	const char *finish; /* NULL while it goes on */
};
void writing_add(const struct engine *e, struct writing *w, llama_token token);
void writing_to_reason(struct arena *a, const struct writing *w, struct reason *ret_reason);

#endif
