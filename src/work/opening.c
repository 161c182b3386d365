/*
 * Two tables, read from the top, first match wins: how an answer opens, and how thinking is
 * marked. Each row was read off the template files named in it (docs/templates.md says how).
 * Must not know what the answer is.
 */
#include "work/opening.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A row applies where the source holds `source_has` and the prompt ends with `after_ends`. */
static const struct row {
	const char *name;
	const char *source_has;
	const char *after_ends;
	const char *append;
} rows[] = {
	/* gpt-oss: past answers stand in the final channel; thinking would be channel analysis. */
	{ "harmony", "<|channel|>final<|message|>", "<|start|>assistant",
	  "<|channel|>final<|message|>" },
	/* muse-glimmer: a message has a recipient; thinking goes to=self. */
	{ "recipient", "<|start|>assistant to=self<|message|>", "<|start|>assistant",
	  " to=user<|message|>" },
	/* Solar Open: what its template prints itself at reasoning_effort low, then the content. */
	{ "solar", "<|begin|>assistant<|think|><|end|>", "<|begin|>assistant",
	  "<|think|><|end|><|begin|>assistant<|content|>" },
	/* Command R7B: past answers stand in a response block. */
	{ "cohere response", "<|START_RESPONSE|>", "<|END_THINKING|>", "<|START_RESPONSE|>" },
	/* Cohere2MoE: past answers stand in a text block. */
	{ "cohere text", "<|START_TEXT|>", "<|END_THINKING|>", "<|START_TEXT|>" },
	/* Cohere templates that always open thinking. */
	{ "cohere thinking", "<|END_THINKING|>", "<|START_THINKING|>", "<|END_THINKING|>" },
	/* Kimi K2 Thinking: past answers start with an empty block. */
	{ "kimi thinking", "<think></think>{{render_content(message)}}",
	  "<|im_assistant|>assistant<|im_middle|>", "<think></think>" },
	/* Apriel 1.6: its template puts this between reasoning and answer. */
	{ "apriel reasoning", "[BEGIN FINAL RESPONSE]", "Here are my reasoning steps:\n",
	  "\n[BEGIN FINAL RESPONSE]\n" },
	/* Apriel 1.5: its system text asks for reasoning first, then this. */
	{ "apriel", "[BEGIN FINAL RESPONSE]", "<|assistant|>\n", "[BEGIN FINAL RESPONSE]\n" },
	/* Functionary 3.2: the recipient of a plain answer. */
	{ "functionary", ">>>all\\n", ">>>", "all\n" },
	/* Reka Edge: past answers are "assistant: ..."; the prompt ends before the blank. */
	{ "reka", "\"assistant: \"", "<sep>assistant:", " " },
	/* Mistral templates that always open thinking. */
	{ "mistral thinking", "[/THINK]", "[THINK]", "[/THINK]" },
	/* Nemotron Nano v2: its own closed form is an empty block with no line after it. */
	{ "nemotron think", "<SPECIAL_11>", "<think>\n", "</think>" },
	/* StepFun 3.5: one line break after the block. */
	{ "step think", "'\\n</think>\\n' + content", "<think>\n", "\n</think>\n" },
	/* DeepSeek R1 and its distillations, MiniMax M2: the form that Qwen3 prints itself. */
	{ "open think line", "</think>", "<think>\n", "\n</think>\n\n" },
	{ "open think", "</think>", "<think>", "</think>" },
};

static const struct thinking {
	const char *source_has;
	const char *start;
	const char *end;
} thinkings[] = {
	/* gpt-oss */
	{ "<|channel|>final<|message|>", "<|channel|>analysis<|message|>", "<|end|>" },
	/* muse */
	{ "<|start|>assistant to=self<|message|>", " to=self<|message|>", "<|eom|>" },
	/* Solar */
	{ "<|begin|>assistant<|think|>", "<|think|>", "<|end|>" },
	/* Kimi K3 */
	{ "open_tag('think')", "<|open|>think<|sep|>", "<|close|>think<|sep|>" },
	/* Gemma 4 */
	{ "<|channel>thought", "<|channel>thought\n", "<channel|>" },
	/* Apertus */
	{ "<|inner_prefix|>", "<|inner_prefix|>", "<|inner_suffix|>" },
	/* Cohere */
	{ "<|START_THINKING|>", "<|START_THINKING|>", "<|END_THINKING|>" },
	{ "<seed:think>", "<seed:think>", "</seed:think>" },
	/* MiniMax M3 */
	{ "<mm:think>", "<mm:think>", "</mm:think>" },
	/* Hunyuan 3 */
	{ "'<think{}>'.format(HYTK)", "<think:opensource>", "</think:opensource>" },
	{ "[THINK]", "[THINK]", "[/THINK]" },
	/* Apriel: no opening mark */
	{ "[BEGIN FINAL RESPONSE]", "", "[BEGIN FINAL RESPONSE]" },
	{ "</think>", "<think>", "</think>" },
};

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), n_end = strlen(end);

	return n >= n_end && !strcmp(text + n - n_end, end);
}

int opening_find(const char *template_source, const char *after, struct opening *ret_opening)
{
	*ret_opening = (struct opening){ "none", "", "", "" };
	for (size_t i = 0; i < sizeof(thinkings) / sizeof(thinkings[0]); i++)
		if (strstr(template_source, thinkings[i].source_has)) {
			ret_opening->think_start = thinkings[i].start;
			ret_opening->think_end = thinkings[i].end;
			break;
		}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strstr(template_source, rows[i].source_has) &&
		    ends_with(after, rows[i].after_ends)) {
			ret_opening->name = rows[i].name;
			ret_opening->append = rows[i].append;
			return 1;
		}
	return 0;
}
