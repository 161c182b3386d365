/*
 * The header of a GGUF file, read without its weights. Decides which metadata become facts. Runs
 * in the sandboxed worker, because the file is hostile. Keys: ggml's docs/gguf.md.
 */
#include "engine/llama/llama_engine.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <ggml.h>
#include <gguf.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/str.h"

/* Text of a string key, or "" if there is none. */
static const char *header_meta_text(const struct gguf_context *g, const char *key)
{
	int64_t id = gguf_find_key(g, key);

	return id >= 0 && gguf_get_kv_type(g, id) == GGUF_TYPE_STRING ? gguf_get_val_str(g, id) :
									"";
}

/* An integer of any width, or the largest of a per-layer array; 0 if absent. */
static int64_t header_meta_int(const struct gguf_context *g, const char *key)
{
	int64_t id = gguf_find_key(g, key), max = 0;

	if (id < 0)
		return 0;
	switch (gguf_get_kv_type(g, id)) {
	case GGUF_TYPE_UINT32:
		return gguf_get_val_u32(g, id);
	case GGUF_TYPE_INT32:
		return gguf_get_val_i32(g, id);
	case GGUF_TYPE_UINT64:
		return (int64_t)gguf_get_val_u64(g, id);
	case GGUF_TYPE_UINT16:
		return gguf_get_val_u16(g, id);
	case GGUF_TYPE_ARRAY:
		if (gguf_get_arr_type(g, id) != GGUF_TYPE_INT32 &&
		    gguf_get_arr_type(g, id) != GGUF_TYPE_UINT32)
			return 0;
		for (size_t i = 0; i < gguf_get_arr_n(g, id); i++)
			if (((const int32_t *)gguf_get_arr_data(g, id))[i] > max)
				max = ((const int32_t *)gguf_get_arr_data(g, id))[i];
		return max;
	default:
		return 0;
	}
}

static int64_t header_arch_int(const struct gguf_context *g, const char *arch, const char *name)
{
	char key[128];

	snprintf(key, sizeof(key), "%s.%s", arch, name);
	return header_meta_int(g, key);
}

/* Copies hostile text as valid UTF-8, cut at a character that does not fit or is malformed. */
static void header_fact_text(char *to, size_t size, const char *text)
{
	size_t n = strnlen(text, size - 1);
	int64_t bad = str_utf8_error(text, n);

	if (bad >= 0)
		n = (size_t)bad;
	memcpy(to, text, n);
	to[n] = '\0';
}

static void header_read_licence(const struct gguf_context *g, struct model_facts *f)
{
	const char *licence = header_meta_text(g, "general.license");

	if (strcmp(licence, "other") == 0 && *header_meta_text(g, "general.license.name"))
		licence = header_meta_text(g, "general.license.name");
	header_fact_text(f->licence, sizeof(f->licence), licence);
	header_fact_text(f->licence_link, sizeof(f->licence_link),
			 header_meta_text(g, "general.license.link"));
	header_fact_text(f->base_model, sizeof(f->base_model),
			 *header_meta_text(g, "general.base_model.0.repo_url") ?
				 header_meta_text(g, "general.base_model.0.repo_url") :
				 header_meta_text(g, "general.base_model.0.name"));
}

static const char *header_arch_text(const struct gguf_context *g, const char *arch,
				    const char *name)
{
	char key[128];

	snprintf(key, sizeof(key), "%s.%s", arch, name);
	return header_meta_text(g, key);
}

/* enum llama_pooling_type as text; "" if the file does not state it, or does not pool. */
static const char *header_pooling(const struct gguf_context *g, const char *arch)
{
	static const char *const names[] = {
		[LLAMA_POOLING_TYPE_NONE] = "",	    [LLAMA_POOLING_TYPE_MEAN] = "mean",
		[LLAMA_POOLING_TYPE_CLS] = "cls",   [LLAMA_POOLING_TYPE_LAST] = "last",
		[LLAMA_POOLING_TYPE_RANK] = "rank",
	};
	int64_t type = header_arch_int(g, arch, "pooling_type");

	return type > 0 && type < (int64_t)COUNT_OF(names) ? names[type] : "";
}

/* Models that classify or rank pool by rank, or name their outputs. */
static bool header_ranks(const struct gguf_context *g, const struct model_facts *f)
{
	char key[128];

	snprintf(key, sizeof(key), "%s.classifier.output_labels", f->arch);
	return strcmp(f->pooling, "rank") == 0 || gguf_find_key(g, key) >= 0;
}

/* What kind of file it is, by its header. */
static enum model_kind header_kind_of(const struct gguf_context *g, const struct model_facts *f)
{
	const char *type = header_meta_text(g, "general.type");

	if (strcmp(type, "adapter") == 0)
		return MODEL_KIND_ADAPTER;
	if (strcmp(type, "mmproj") == 0 || strcmp(f->arch, "clip") == 0)
		return MODEL_KIND_PROJECTOR;
	if (strcmp(type, "imatrix") == 0 || gguf_find_key(g, "imatrix.chunk_count") >= 0)
		return MODEL_KIND_IMATRIX;
	if (strcmp(f->arch, "controlvector") == 0)
		return MODEL_KIND_CONTROL;
	if (gguf_get_n_tensors(g) == 0)
		return MODEL_KIND_VOCABULARY;
	if (*f->decision)
		return MODEL_KIND_DECISION;
	if (header_ranks(g, f))
		return MODEL_KIND_RERANKER;
	if (strstr(f->arch, "bert") || strcmp(f->arch, "t5encoder") == 0 || *f->pooling)
		return MODEL_KIND_ENCODER;
	return MODEL_KIND_MODEL;
}

/*
 * Tokens of one image, or 0 if that depends on the image (tools/mtmd/clip.cpp,
 * clip_n_output_tokens). `merge` by `merge` patches of the encoder become one token.
 */
static int64_t header_image_tokens(const struct gguf_context *g)
{
	static const struct {
		const char *type;
		int64_t merge; /* unless the file states it */
		bool says;
	} rows[] = {
		{ "mlp", 1, false },
		{ "ldp", 2, false },
		{ "ldpv2", 2, false },
		{ "gemma3", 4, true },
	};
	int64_t size = header_meta_int(g, "clip.vision.image_size");
	int64_t patch = header_meta_int(g, "clip.vision.patch_size");
	int64_t scale = header_meta_int(g, "clip.vision.projector.scale_factor");

	if (patch <= 0 || size <= 0 || gguf_find_key(g, "clip.vision.image_grid_pinpoints") >= 0)
		return 0;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t merge = rows[i].says && scale > 0 ? scale : rows[i].merge;

		if (strcmp(header_meta_text(g, "clip.projector_type"), rows[i].type) == 0)
			return size / patch / merge * (size / patch / merge);
	}
	return 0;
}

static void header_read_facts(const struct gguf_context *g, struct model_facts *f)
{
	const char *arch = header_meta_text(g, "general.architecture");
	const char *chat;
	char tokenizer[sizeof(f->tokenizer)];

	header_fact_text(f->name, sizeof(f->name), header_meta_text(g, "general.name"));
	header_fact_text(f->arch, sizeof(f->arch), arch);
	snprintf(f->quant, sizeof(f->quant), "%s",
		 llama_ftype_name((enum llama_ftype)header_meta_int(g, "general.file_type")));
	snprintf(tokenizer, sizeof(tokenizer), "%s %s", header_meta_text(g, "tokenizer.ggml.model"),
		 header_meta_text(g, "tokenizer.ggml.pre"));
	header_fact_text(f->tokenizer, sizeof(f->tokenizer), tokenizer);
	header_fact_text(f->decision, sizeof(f->decision),
			 header_arch_text(g, f->arch, "decision.type"));
	chat = header_meta_text(g, *f->decision ? "tokenizer.chat_template.systemone" :
						  "tokenizer.chat_template");
	if (chat[strspn(chat, " \t\r\n")])
		hash_bytes(chat, strlen(chat), f->template_sha256);
	header_read_licence(g, f);
	f->n_ctx_train = header_arch_int(g, f->arch, "context_length");
	f->n_layer = header_arch_int(g, f->arch, "block_count");
	f->n_embd = header_arch_int(g, f->arch, "embedding_length");
	f->n_head = header_arch_int(g, f->arch, "attention.head_count");
	f->n_head_kv = header_arch_int(g, f->arch, "attention.head_count_kv");
	f->n_key = header_arch_int(g, f->arch, "attention.key_length");
	f->n_value = header_arch_int(g, f->arch, "attention.value_length");
	f->n_expert = header_arch_int(g, f->arch, "expert_count");
	f->n_expert_used = header_arch_int(g, f->arch, "expert_used_count");
	if (f->n_head_kv == 0)
		f->n_head_kv = f->n_head;
	if (f->n_head > 0 && f->n_key == 0)
		f->n_key = f->n_embd / f->n_head;
	if (f->n_head > 0 && f->n_value == 0)
		f->n_value = f->n_embd / f->n_head;
	header_fact_text(f->pooling, sizeof(f->pooling), header_pooling(g, f->arch));
	f->kind = header_kind_of(g, f);
	if (f->kind == MODEL_KIND_PROJECTOR)
		f->image_tok = header_image_tokens(g);
	if (gguf_find_key(g, "tokenizer.ggml.tokens") >= 0)
		f->n_vocab = (int64_t)gguf_get_arr_n(g, gguf_find_key(g, "tokenizer.ggml.tokens"));
}

/* A token uses only some of a stack of experts (gguf: "….ffn_up_exps.weight"). */
static int64_t header_active_elements(const struct model_facts *f, const struct ggml_tensor *t)
{
	int64_t n = ggml_nelements(t);

	if (f->n_expert > 0 && f->n_expert_used < f->n_expert && strstr(t->name, "_exps."))
		return (int64_t)((double)n * (double)f->n_expert_used / (double)f->n_expert);
	return n;
}

/* Adds one file's tensors, and checks that the file contains all their bytes. */
static int header_read_tensors(const char *path, const struct gguf_context *g,
			       struct ggml_context *meta, struct model_facts *f, struct err *err)
{
	uint64_t needed = gguf_get_data_offset(g);
	struct stat st;

	for (int64_t i = 0; i < gguf_get_n_tensors(g); i++) {
		const struct ggml_tensor *t = ggml_get_tensor(meta, gguf_get_tensor_name(g, i));
		uint64_t end = gguf_get_data_offset(g) + gguf_get_tensor_offset(g, i) +
			       gguf_get_tensor_size(g, i);

		if (end > needed)
			needed = end;
		f->tensor_bytes += (int64_t)gguf_get_tensor_size(g, i);
		f->n_params += t ? ggml_nelements(t) : 0;
		f->n_params_active += t ? header_active_elements(f, t) : 0;
	}
	if (stat(path, &st) == 0 && (uint64_t)st.st_size < needed)
		return err_set(err, ERR_INPUT,
			       "the model file is incomplete: it has %lld bytes of %llu; download "
			       "'%s' again",
			       (long long)st.st_size, (unsigned long long)needed, path);
	return 0;
}

/* Checks the first four bytes, to tell a wrong file from a damaged one. */
static int header_check_magic(const char *path, struct err *err)
{
	FILE *f = fopen(path, "rb");
	char magic[4] = "";
	size_t n;

	if (!f)
		return err_set(err, ERR_INPUT, "cannot open the model file '%s'", path);
	n = fread(magic, 1, sizeof(magic), f);
	fclose(f);
	if (n == 4 && memcmp(magic, "GGUF", 4) == 0)
		return 0;
	return err_set(err, ERR_INPUT,
		       "'%s' is not a GGUF file (it does not begin with 'GGUF'); use the model's "
		       ".gguf file",
		       path);
}

/*
 * The parts of a split model keep their place and their number in the header. llama.cpp finds the
 * other parts by the file's name, so a renamed part, and parts that were joined, do not load.
 */
static int header_check_part(const char *path, const struct gguf_context *g, size_t at,
			     size_t n_paths, struct err *err)
{
	int64_t n = header_meta_int(g, "split.count"), no = header_meta_int(g, "split.no");

	if (n <= 1 || (n == (int64_t)n_paths && no == (int64_t)at))
		return 0;
	return err_set(err, ERR_INPUT,
		       "'%s' says that it is part %lld of %lld of a split model, but its name does "
		       "not: it was renamed, or the parts were joined. Put all parts beside each "
		       "other as NAME-00001-of-%05lld.gguf and so on, or join them with "
		       "'llama-gguf-split --merge'",
		       path, (long long)no + 1, (long long)n, (long long)n);
}

static int header_read_file(const char *const *paths, size_t n_paths, size_t at,
			    struct model_facts *f, struct err *err)
{
	const char *path = paths[at];
	struct ggml_context *meta = NULL;
	struct gguf_init_params params = { .no_alloc = true, .ctx = &meta };
	struct gguf_context *g;
	int r;

	if (header_check_magic(path, err) < 0)
		return -1;
	g = gguf_init_from_file(path, params);
	if (!g)
		return err_set(err, ERR_INPUT,
			       "the header of '%s' is damaged or incomplete%s%s; download it again",
			       path, *llama_error_text() ? ": " : "", llama_error_text());
	if (at == 0)
		header_read_facts(g, f);
	r = header_check_part(path, g, at, n_paths, err);
	if (r == 0)
		r = header_read_tensors(path, g, meta, f, err);
	gguf_free(g);
	ggml_free(meta);
	return r;
}

const char *header_refusal(const struct model_facts *facts)
{
	static const char *const whys[MODEL_KIND_COUNT] = {
		[MODEL_KIND_RERANKER] =
			"it is a reranker: it rates how well two texts match, and cannot choose a "
			"label",
		[MODEL_KIND_PROJECTOR] =
			"it is a projector, which shows images to a model: name it behind that "
			"model, as 'MODEL + PROJECTOR'",
		[MODEL_KIND_ADAPTER] = "it is an adapter, which changes a model: name it behind "
				       "that model, as 'MODEL + ADAPTER'",
		[MODEL_KIND_VOCABULARY] = "it is only a vocabulary, without weights",
		[MODEL_KIND_IMATRIX] = "it is an importance matrix; name the model's own file",
		[MODEL_KIND_CONTROL] = "it is a control vector, which is not supported",
	};

	if (facts->kind == MODEL_KIND_ENCODER && !*facts->pooling)
		return "it is an encoder whose file does not state how to pool";
	return whys[facts->kind];
}

int header_read(const char **paths, size_t n_paths, struct model_facts *ret_facts, struct err *err)
{
	struct model_facts facts = { 0 };

	for (size_t i = 0; i < n_paths; i++)
		if (header_read_file(paths, n_paths, i, &facts, err) < 0)
			return -1;
	/* The first part of a split model may contain no weights. */
	if (facts.n_params == 0 && facts.kind != MODEL_KIND_IMATRIX)
		facts.kind = MODEL_KIND_VOCABULARY;
	else if (facts.kind == MODEL_KIND_VOCABULARY)
		facts.kind = MODEL_KIND_MODEL;
	*ret_facts = facts;
	return 0;
}
