/*
 * YAML through libyaml: a pass over the tokens that accepts only plain YAML, then the document
 * API. Decides what is refused for safety. Must not know what a key means.
 */
#include "job/file/job_yaml.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/str.h"
#include "job/file/yaml_advice.h"

enum { JOB_MAX_DEPTH = 8 };

static const struct {
	yaml_token_type_t type;
	const char *words;
} refused_tokens[] = {
	{ YAML_ANCHOR_TOKEN,
	  "a YAML anchor (&) is not accepted; write out what it stands for, or put text "
	  "that begins "
	  "with & in quotes" },
	{ YAML_ALIAS_TOKEN,
	  "a YAML alias (*) is not accepted; put text that begins with * in quotes" },
	{ YAML_TAG_TOKEN, "a YAML tag (!) is not accepted; put text that begins with ! in quotes" },
	{ YAML_VERSION_DIRECTIVE_TOKEN, "a YAML directive (%) is not accepted; remove it" },
	{ YAML_TAG_DIRECTIVE_TOKEN, "a YAML directive (%) is not accepted; remove it" },
};

static int yaml_fail_at(const struct yaml_file *file, const yaml_mark_t *mark, struct err *err,
			const char *words)
{
	return err_set(err, ERR_INPUT, "%s:%zu:%zu: %s", file->path, mark->line + 1,
		       mark->column + 1, words);
}

static int yaml_fail_parser(const struct yaml_file *file, const char *text,
			    const yaml_parser_t *parser, struct err *err)
{
	const char *problem = parser->problem ? parser->problem : "out of memory", *advice;
	yaml_mark_t mark;

	if (parser->error == YAML_READER_ERROR)
		return err_set(err, ERR_INPUT, "%s: not YAML: %s at byte %zu", file->path, problem,
			       parser->problem_offset + 1);
	advice = yaml_advice(text, parser, &mark);
	if (advice)
		return yaml_fail_at(file, &mark, err, advice);
	return err_set(err, ERR_INPUT, "%s:%zu:%zu: not YAML: %s%s%s", file->path,
		       parser->problem_mark.line + 1, parser->problem_mark.column + 1, problem,
		       parser->context ? " " : "", parser->context ? parser->context : "");
}

static void yaml_open_parser(yaml_parser_t *parser, const char *text, size_t n_bytes)
{
	yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(parser, (const unsigned char *)text, n_bytes);
}

/* How a token changes the depth of nesting. */
static int yaml_depth_change(yaml_token_type_t type)
{
	switch (type) {
	case YAML_BLOCK_SEQUENCE_START_TOKEN:
	case YAML_BLOCK_MAPPING_START_TOKEN:
	case YAML_FLOW_SEQUENCE_START_TOKEN:
	case YAML_FLOW_MAPPING_START_TOKEN:
		return 1;
	case YAML_BLOCK_END_TOKEN:
	case YAML_FLOW_SEQUENCE_END_TOKEN:
	case YAML_FLOW_MAPPING_END_TOKEN:
		return -1;
	default:
		return 0;
	}
}

struct scan {
	size_t n_tokens;
	int depth;
	bool ended; /* "..." was seen */
};

static int yaml_check_token(const struct yaml_file *file, struct scan *scan,
			    const yaml_token_t *token, struct err *err)
{
	for (size_t i = 0; i < COUNT_OF(refused_tokens); i++)
		if (token->type == refused_tokens[i].type)
			return yaml_fail_at(file, &token->start_mark, err, refused_tokens[i].words);
	if ((token->type == YAML_DOCUMENT_START_TOKEN && scan->n_tokens > 1) ||
	    (scan->ended && token->type != YAML_STREAM_END_TOKEN))
		return yaml_fail_at(file, &token->start_mark, err,
				    "a second YAML document begins here; keep only one");
	scan->ended = token->type == YAML_DOCUMENT_END_TOKEN;
	scan->depth += yaml_depth_change(token->type);
	if (scan->depth > (file->max_depth ? file->max_depth : JOB_MAX_DEPTH))
		return yaml_fail_at(file, &token->start_mark, err,
				    "nested too deeply; use fewer levels");
	scan->n_tokens++;
	return 0;
}

static int yaml_check_tokens(const struct yaml_file *file, const char *text, size_t n_bytes,
			     struct err *err)
{
	struct scan scan = { 0 };
	yaml_parser_t parser;
	bool more = true;
	int r = 0;

	if (!yaml_parser_initialize(&parser))
		return err_set(err, ERR_INPUT, "%s: out of memory", file->path);
	yaml_open_parser(&parser, text, n_bytes);
	while (more && r == 0) {
		yaml_token_t token;

		if (!yaml_parser_scan(&parser, &token)) {
			r = yaml_fail_parser(file, text, &parser, err);
			break;
		}
		r = yaml_check_token(file, &scan, &token, err);
		more = token.type != YAML_STREAM_END_TOKEN;
		yaml_token_delete(&token);
	}
	yaml_parser_delete(&parser);
	return r;
}

int yaml_file_load(struct yaml_file *file, const char *text, size_t n_bytes, struct err *err)
{
	/* libyaml counts a byte-order mark as a column, which would indent the first line. */
	size_t n_mark = str_mark_bytes(text, n_bytes);
	yaml_parser_t parser;
	int r = 0;

	text += n_mark;
	n_bytes -= n_mark;
	if (yaml_check_tokens(file, text, n_bytes, err) < 0)
		return -1;
	if (!yaml_parser_initialize(&parser))
		return err_set(err, ERR_INPUT, "%s: out of memory", file->path);
	yaml_open_parser(&parser, text, n_bytes);
	if (yaml_parser_load(&parser, &file->doc))
		file->loaded = true;
	else
		r = yaml_fail_parser(file, text, &parser, err);
	yaml_parser_delete(&parser);
	return r;
}

void yaml_file_release(struct yaml_file *file)
{
	if (file && file->loaded)
		yaml_document_delete(&file->doc);
	if (file)
		file->loaded = false;
}

yaml_node_t *yaml_file_root(struct yaml_file *file)
{
	return yaml_document_get_root_node(&file->doc);
}

yaml_node_t *yaml_file_node(struct yaml_file *file, int index)
{
	return yaml_document_get_node(&file->doc, index);
}

int yaml_fail(const struct yaml_file *file, const yaml_node_t *at, struct err *err, const char *fmt,
	      ...)
{
	char words[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	return yaml_fail_at(file, &at->start_mark, err, words);
}

const char *yaml_text(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

const char *yaml_copy(const struct yaml_file *file, const yaml_node_t *node)
{
	return arena_strndup(file->arena, yaml_text(node), node->data.scalar.length);
}

const char *yaml_display(const struct yaml_file *file, const yaml_node_t *node)
{
	return display_text(file->arena, yaml_text(node));
}

const char *yaml_found(const struct yaml_file *file, const yaml_node_t *node)
{
	if (node->type == YAML_SEQUENCE_NODE)
		return "a list";
	if (node->type == YAML_MAPPING_NODE)
		return "a mapping";
	if (node->data.scalar.length == 0)
		return "nothing";
	return arena_printf(file->arena, "'%s'", yaml_display(file, node));
}
