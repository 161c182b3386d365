/*
 * Two tables: how an answer opens, and how thinking is marked. The first row that matches wins.
 * Each row was read off the template files that it names (docs/templates.md says how). Must not
 * know what the answer is.
 */
#include "engine/opening.h"

#include <string.h>

#include "base/array.h"
#include "base/str.h"

/*
 * A row applies if the source contains `source_has` and the prompt ends with `after_ends`. `off`:
 * how the row keeps thinking off; "" if it has another purpose.
 */
static const struct row {
	const char *name;
	const char *source_has;
	const char *after_ends;
	const char *append;
	const char *off;
} rows[] = {
	/* gpt-oss: past answers are in the final channel, thinking in channel analysis. */
	{ "harmony", "<|channel|>final<|message|>", "<|start|>assistant",
	  "<|channel|>final<|message|>", "off: final channel opened" },
	/* muse-glimmer: a message has a recipient; thinking goes to=self. */
	{ "recipient", "<|start|>assistant to=self<|message|>", "<|start|>assistant",
	  " to=user<|message|>", "off: addressed to the user" },
	/* Solar Open: what its template prints at reasoning_effort low, then the content. */
	{ "solar", "<|begin|>assistant<|think|><|end|>", "<|begin|>assistant",
	  "<|think|><|end|><|begin|>assistant<|content|>", "off: empty block" },
	/* Command R7B: past answers are in a response block. */
	{ "cohere response", "<|START_RESPONSE|>", "<|END_THINKING|>", "<|START_RESPONSE|>", "" },
	/* Cohere2MoE: past answers are in a text block. */
	{ "cohere text", "<|START_TEXT|>", "<|END_THINKING|>", "<|START_TEXT|>", "" },
	/* Cohere templates that always open thinking. */
	{ "cohere thinking", "<|END_THINKING|>", "<|START_THINKING|>", "<|END_THINKING|>",
	  "off: block closed" },
	/* Kimi K2 Thinking: past answers start with an empty block. */
	{ "kimi thinking", "<think></think>{{render_content(message)}}",
	  "<|im_assistant|>assistant<|im_middle|>", "<think></think>", "off: empty block" },
	/* Apriel 1.6: its template puts this between reasoning and answer. */
	{ "apriel reasoning", "[BEGIN FINAL RESPONSE]", "Here are my reasoning steps:\n",
	  "\n[BEGIN FINAL RESPONSE]\n", "off: final response opened" },
	/* Apriel 1.5: its system text asks for reasoning first, then this. */
	{ "apriel", "[BEGIN FINAL RESPONSE]", "<|assistant|>\n", "[BEGIN FINAL RESPONSE]\n",
	  "off: final response opened" },
	/* Functionary 3.2: the recipient of a plain answer. */
	{ "functionary", ">>>all\\n", ">>>", "all\n", "" },
	/* Reka Edge: past answers are "assistant: ..."; the prompt ends before the blank. */
	{ "reka", "\"assistant: \"", "<sep>assistant:", " ", "" },
	/* Mistral templates that always open thinking. */
	{ "mistral thinking", "[/THINK]", "[THINK]", "[/THINK]", "off: block closed" },
	/* Nemotron Nano v2: its own closed form is an empty block without a line break after it. */
	{ "nemotron think", "<SPECIAL_11>", "<think>\n", "</think>", "off: block closed" },
	/* StepFun 3.5: one line break after the block. */
	{ "step think", "'\\n</think>\\n' + content", "<think>\n", "\n</think>\n",
	  "off: block closed" },
	/* K2 Horizon: past answers start with an empty block. */
	{ "ifm think", "</' + think_tag", "<ifm|think>\n", "</ifm|think>", "off: block closed" },
	/* DeepSeek R1 and its distillations, MiniMax M2: the form that Qwen3 prints itself. */
	{ "open think line", "</think>", "<think>\n", "\n</think>\n\n", "off: block closed" },
	{ "open think", "</think>", "<think>", "</think>", "off: block closed" },
};

/* The two most common forms: marks directly around the text, and marks on lines of their own. */
#define TIGHT "<think>", "</think>", "<think>", "</think>"
#define LINES "<think>", "</think>", "<think>\n", "\n</think>"
/* End marks that only thinking uses, and end marks of any message. */
#define LONE true
#define SHARED false

/*
 * start, end: the marks; open, close: their form if this program writes them; answer: what the
 * template prints between the end mark and a past answer.
 */
static const struct thinking {
	const char *source_has;
	const char *start, *end;
	const char *open, *close;
	const char *answer;
	bool lone_end;
} thinkings[] = {
	/* gpt-oss */
	{ "<|channel|>final<|message|>", "<|channel|>analysis<|message|>", "<|end|>",
	  "<|channel|>analysis<|message|>", "<|end|>",
	  "<|start|>assistant<|channel|>final<|message|>", SHARED },
	/* muse */
	{ "<|start|>assistant to=self<|message|>", " to=self<|message|>", "<|eom|>",
	  " to=self<|message|>", "<|eom|>", "<|start|>assistant to=user<|message|>", SHARED },
	/* Solar */
	{ "<|begin|>assistant<|think|>", "<|think|>", "<|end|>", "<|think|>", "<|end|>",
	  "<|begin|>assistant<|content|>", SHARED },
	/* Kimi K3 */
	{ "open_tag('think')", "<|open|>think<|sep|>", "<|close|>think<|sep|>",
	  "<|open|>think<|sep|>", "<|close|>think<|sep|>", "<|open|>response<|sep|>", LONE },
	/* Gemma 4 */
	{ "<|channel>thought", "<|channel>thought\n", "<channel|>", "<|channel>thought\n",
	  "\n<channel|>", "", LONE },
	/* Apertus */
	{ "<|inner_prefix|>", "<|inner_prefix|>", "<|inner_suffix|>", "<|inner_prefix|>",
	  "<|inner_suffix|>", "", LONE },
	/* Cohere: past answers are in a text block, in a response block, or in none. */
	{ "<|START_TEXT|>", "<|START_THINKING|>", "<|END_THINKING|>", "<|START_THINKING|>",
	  "<|END_THINKING|>", "<|START_TEXT|>", LONE },
	{ "<|START_RESPONSE|>", "<|START_THINKING|>", "<|END_THINKING|>", "<|START_THINKING|>",
	  "<|END_THINKING|>", "<|START_RESPONSE|>", LONE },
	{ "<|START_THINKING|>", "<|START_THINKING|>", "<|END_THINKING|>", "<|START_THINKING|>",
	  "<|END_THINKING|>", "", LONE },
	/* K2 Horizon */
	{ "<ifm|think>", "<ifm|think>", "</ifm|think>", "<ifm|think>\n", "</ifm|think>", "", LONE },
	/* Seed: marks and answer on lines of their own. */
	{ "<seed:think>", "<seed:think>", "</seed:think>", "<seed:think>", "</seed:think>", "",
	  LONE },
	/* MiniMax M3 */
	{ "<mm:think>", "<mm:think>", "</mm:think>", "<mm:think>", "</mm:think>", "", LONE },
	/* Hunyuan 3 */
	{ "'<think{}>'.format(HYTK)", "<think:opensource>", "</think:opensource>",
	  "<think:opensource>", "</think:opensource>", "", LONE },
	/* Magistral, Ministral 3 */
	{ "[THINK]", "[THINK]", "[/THINK]", "[THINK]", "[/THINK]", "", LONE },
	/* Apriel: no opening mark */
	{ "[BEGIN FINAL RESPONSE]", "", "[BEGIN FINAL RESPONSE]", "", "\n[BEGIN FINAL RESPONSE]",
	  "\n", LONE },
	/* Granite 3.3: its system text asks for both pairs of marks. */
	{ "<response></response>", TIGHT, "<response>", LONE },
	/* Ling 3, GLM 4.6 and 4.5: the block begins a line; the answer or a line break follows. */
	{ "<role>ASSISTANT</role>", "<think>", "</think>", "\n<think>", "</think>", "", LONE },
	{ "'\\n<think></think>'", "<think>", "</think>", "\n<think>", "</think>", "\n", LONE },
	/* Kimi K2 Thinking */
	{ "<think></think>{{render_content(message)}}", TIGHT, "", LONE },
	/* DeepSeek V3.1; V3.2 and V4 */
	{ "<think></think>'}}", TIGHT, "", LONE },
	{ "thinking_end_token = '</think>'", TIGHT, "", LONE },
	/* GLM 4.7; Spark, Laguna S; LFM 2.5, both */
	{ "'<think>' + reasoning_content.strip() +  '</think>'", TIGHT, "", LONE },
	{ "'<think>' + reasoning_content + '</think>'", TIGHT, "", LONE },
	{ "content.split(\"</think>\")[-1] | trim", TIGHT, "", LONE },
	/* Bielik, Laguna XS, StepFun 3.5; Nemotron 3; SmolLM3: one line break. */
	{ "'\\n</think>\\n'", LINES, "\n", LONE },
	{ "\"\\n</think>\\n\"", LINES, "\n", LONE },
	{ "\"<think>\\n\\n</think>\\n\"", LINES, "\n", LONE },
	/* Qwen3, QwQ, DeepSeek R1 and relatives, MiniMax M2, MiniCPM5, Reka: an empty line. */
	{ "</think>", LINES, "\n\n", LONE },
};

static void opening_take_thinking(const struct thinking *t, const char *after, struct opening *o)
{
	size_t n_end = strlen(t->end), n = strlen(after);

	while (n > 0 && strchr(" \n", after[n - 1]))
		n--;
	o->closed = n >= n_end && memcmp(after + n - n_end, t->end, n_end) == 0;
	o->think_start = t->start;
	o->think_end = t->end;
	o->think_open = t->open;
	o->think_close = t->close;
	o->answer_open = t->answer;
	o->lone_end = t->lone_end;
}

int opening_find(const char *template_source, const char *after, struct opening *ret_opening)
{
	*ret_opening = (struct opening){ .name = "none",
					 .append = "",
					 .off = "",
					 .think_start = "",
					 .think_end = "",
					 .think_open = "",
					 .think_close = "",
					 .answer_open = "" };
	for (size_t i = 0; i < COUNT_OF(thinkings); i++)
		if (strstr(template_source, thinkings[i].source_has)) {
			opening_take_thinking(&thinkings[i], after, ret_opening);
			break;
		}
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strstr(template_source, rows[i].source_has) &&
		    str_ends(after, rows[i].after_ends)) {
			ret_opening->name = rows[i].name;
			ret_opening->append = rows[i].append;
			ret_opening->off = rows[i].off;
			return 1;
		}
	return 0;
}

bool opening_thinks(const struct opening *opening)
{
	return *opening->think_end != '\0';
}

const char *opening_think_append(const struct opening *opening, const char *after)
{
	const char *start = opening->think_start, *last = NULL;

	for (const char *at = after; *start && (at = strstr(at, start)); at++)
		last = at;
	/* A thought has begun if only white space follows the mark. */
	if (last && !last[strlen(start) + strspn(last + strlen(start), " \n")])
		return "";
	return opening->think_open;
}

const char *opening_off_text(const struct opening *opening, bool switched, bool forced)
{
	if (*opening->off)
		return opening->off;
	if (switched)
		return "off: switched in the template";
	if (!opening_thinks(opening))
		return "none known";
	if (opening->closed)
		return "off: the template closes it";
	return forced ? "off: by the forced answer alone" : "on: nothing switches it off";
}
