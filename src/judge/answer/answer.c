/*
 * Reads free text, rule by rule.
 */
#include "judge/answer/answer.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/str.h"
#include "job/file/label_key.h"
#include "judge/answer/answer_word.h"

enum { FRAMES_MAX = 16 };

/* The text that is read, and the labels it may name. */
struct answer_text {
	struct arena *a;
	const struct label *labels;
	size_t n_labels;
	const char **keys; /* the folded labels */
	size_t longest; /* bytes of the longest label, as written or folded */
	bool cut;
};

/* What a text may put around a label. `at_end` ones also stand behind it alone. */
static const char *const frames[] = { "\"", "'", "`", "*", "_", "(", "[", "{", "<", ")", "]",
				      "}",  ">", "“", "”", "„", "‘", "’", "«", "»", "‹", "›" };
static const char *const frame_ends[] = { ".", ",", ";", ":", "!", "。" };
/* Signs of Markdown that come in pairs. */
static const char pairs[] = "\"'`*_";

static size_t answer_frame_in(const char *const *list, size_t n_list, const char *at, size_t n)
{
	for (size_t i = 0; i < n_list; i++)
		if (strlen(list[i]) <= n && memcmp(at, list[i], strlen(list[i])) == 0)
			return strlen(list[i]);
	return 0;
}

/* The bytes of a frame, a blank, or the mark of a list or heading at the start; 0 if none. */
static size_t answer_frame_at_start(const char *text, size_t n)
{
	size_t run = 0;

	if (n > 0 && isspace((unsigned char)*text))
		return 1;
	while (run < n && text[run] && strchr("#>-+", text[run]))
		run++;
	if (run == 0) {
		while (run < n && isdigit((unsigned char)text[run]))
			run++;
		run = run > 0 && run < n && strchr(".)", text[run]) ? run + 1 : 0;
	}
	if (run > 0 && run < n && text[run] == ' ')
		return run + 1;
	return answer_frame_in(frames, COUNT_OF(frames), text, n);
}

/* The same at the end. */
static size_t answer_frame_at_end(const char *text, size_t n)
{
	size_t start, size;

	if (n == 0)
		return 0;
	start = str_char_start(text, n - 1);
	size = n - start;
	if (isspace((unsigned char)text[n - 1]) ||
	    answer_frame_in(frames, COUNT_OF(frames), text + start, size) == size ||
	    answer_frame_in(frame_ends, COUNT_OF(frame_ends), text + start, size) == size)
		return size;
	return 0;
}

/* The label that these bytes are, letter by letter or for a reader; or -1. */
static int answer_equal(const struct answer_text *t, const char *text, size_t n)
{
	const char *key;

	if (n == 0 || n > 4 * t->longest)
		return -1;
	for (size_t i = 0; i < t->n_labels; i++)
		if (strlen(t->labels[i].name) == n && memcmp(t->labels[i].name, text, n) == 0)
			return (int)i;
	key = label_fold(t->a, arena_strndup(t->a, text, n));
	for (size_t i = 0; i < t->n_labels; i++)
		if (*key && strcmp(t->keys[i], key) == 0)
			return (int)i;
	return -1;
}

/* Whether as many of each paired sign were taken off the start as off the end. */
static bool answer_is_balanced(const char *text, size_t start, size_t end, size_t n)
{
	for (const char *pair = pairs; *pair; pair++) {
		size_t opened = 0, closed = 0;

		for (size_t i = 0; i < start; i++)
			opened += text[i] == *pair;
		for (size_t i = end; i < n; i++)
			closed += text[i] == *pair;
		if (opened != closed)
			return false;
	}
	return true;
}

/*
 * The label that these bytes are inside their frames, or -1. As little as possible is taken off,
 * so that "C#." is C# and not C; pairs of signs go together.
 */
static int answer_framed(const struct answer_text *t, const char *text, size_t n)
{
	size_t starts[FRAMES_MAX] = { 0 }, ends[FRAMES_MAX] = { n }, n_starts = 1, n_ends = 1;

	for (size_t size; n_starts < FRAMES_MAX; starts[n_starts++] = size) {
		size = answer_frame_at_start(text + starts[n_starts - 1], n - starts[n_starts - 1]);
		if (size == 0)
			break;
		size += starts[n_starts - 1];
	}
	for (size_t size; n_ends < FRAMES_MAX; ends[n_ends++] -= size) {
		ends[n_ends] = ends[n_ends - 1];
		size = answer_frame_at_end(text, ends[n_ends]);
		if (size == 0)
			break;
	}
	for (int balanced = 1; balanced >= 0; balanced--)
		for (size_t off = 0; off < n_starts + n_ends - 1; off++)
			for (size_t i = 0; i <= off && i < n_starts; i++) {
				size_t start = starts[i], end;
				int label;

				if (off - i >= n_ends || ends[off - i] <= start)
					continue;
				end = ends[off - i];
				if (balanced && !answer_is_balanced(text, start, end, n))
					continue;
				label = answer_equal(t, text + start, end - start);
				if (label >= 0)
					return label;
			}
	return -1;
}

static int answer_words(const struct answer_text *t, const char *text, size_t n)
{
	static const char dash[] = "—"; /* parts words, but folds to a hyphen, which joins them */
	char *line = arena_strndup(t->a, text, n);

	for (char *p = line; (p = strstr(p, dash)); p += sizeof(dash) - 1)
		memset(p, ' ', sizeof(dash) - 1);
	return answer_word(label_fold(t->a, line), t->keys, t->n_labels);
}

/* Joins what a rule finds in each line. */
static int answer_by_lines(const struct answer_text *t, const char *text,
			   int (*rule)(const struct answer_text *t, const char *text, size_t n))
{
	int found = ANSWER_NOTHING;

	while (*text && found != ANSWER_SEVERAL) {
		size_t n = strcspn(text, "\n");
		struct arena scratch = { 0 };
		struct answer_text line = *t;

		line.a = &scratch;
		found = answer_join(found, rule(&line, text, n));
		arena_release(&scratch);
		text += n + (text[n] == '\n');
	}
	return found;
}

/* The label that a text gives by itself: all of it, or as a word of it. */
static int answer_value(const struct answer_text *t, const char *text)
{
	int label = answer_framed(t, text, strlen(text));

	return label >= 0 ? label : answer_by_lines(t, text, answer_words);
}

/* The next `"name":` of any case; the text behind it, or NULL. */
static const char *answer_find_member(const char *text, const char *quoted)
{
	for (const char *p = text; (p = strcasestr(p, quoted)); p++) {
		const char *behind = p + strlen(quoted);

		behind += strspn(behind, " \t\r\n");
		if (*behind == ':')
			return behind + 1 + strspn(behind + 1, " \t\r\n");
	}
	return NULL;
}

/* The string that begins at a quote; *ret_end is behind it, *ret_closed: it has an end. */
static char *answer_string(struct arena *a, const char *quote, const char **ret_end,
			   bool *ret_closed)
{
	const char *p = quote + 1;
	struct buf plain;

	for (; *p && *p != '"'; p++)
		if (*p == '\\' && p[1])
			p++;
	*ret_closed = *p == '"';
	*ret_end = p + *ret_closed;
	buf_init(&plain, 1 << 20);
	str_json_unescape(&plain, quote + 1, (size_t)(p - quote - 1));
	return buf_to_arena(&plain, a);
}

/* What is found in the values of "label" members. */
struct answer_json {
	int found;
	bool named; /* a value was there, of whatever kind */
};

static void answer_take_value(const struct answer_text *t, const char *value, struct answer_json *j)
{
	/* The form, copied from the prompt. */
	if (strspn(value, ".… ") == strlen(value))
		return;
	j->named = true;
	j->found = answer_join(j->found, answer_value(t, value));
}

/* A string, a list of strings, or a word such as 3 or null. */
static void answer_take_member(const struct answer_text *t, const char *p, struct answer_json *j)
{
	bool list = *p == '[', closed;

	p += list;
	for (;;) {
		p += strspn(p, list ? " \t\r\n," : "");
		if (*p == '"') {
			const char *value = answer_string(t->a, p, &p, &closed);

			if (*value && (closed || !t->cut))
				answer_take_value(t, value, j);
		} else {
			size_t n = strcspn(p, " \t\r\n,]}");

			if (n > 0 && p[n])
				answer_take_value(t, arena_strndup(t->a, p, n), j);
			p += n;
		}
		if (!list || *p == ']' || *p == '}' || !*p)
			return;
	}
}

static struct answer_json answer_by_json(const struct answer_text *t, const char *text)
{
	struct answer_json j = { .found = ANSWER_NOTHING };

	if (t->cut && !strchr("{`", text[strspn(text, " \t\r\n")]))
		return j;
	while ((text = answer_find_member(text, "\"label\"")) && j.found != ANSWER_SEVERAL)
		answer_take_member(t, text, &j);
	return j;
}

static const char *answer_rationale(struct arena *a, const char *text)
{
	const char *value = answer_find_member(text, "\"rationale\""), *end;
	bool closed;

	return value && *value == '"' ? answer_string(a, value, &end, &closed) : "";
}

static const char *answer_why(const struct answer_text *t, const struct answer_json *j,
			      const char *text, int found)
{
	switch (found) {
	case ANSWER_SEVERAL:
		return "it names several labels, or denies one";
	case ANSWER_DENIED:
		return "it only says which label it is not";
	case ANSWER_NOTHING:
		break;
	default:
		return "";
	}
	if (t->cut && *text)
		return "its text was cut at the token cap";
	/* A reply is private, so the words do not quote it. */
	return j->named ? "it gives a label that the job does not have" : "";
}

void answer_read(struct arena *a, const struct free_text *text, const struct label *labels,
		 size_t n_labels, struct reading *ret_reading)
{
	const char *whole = arena_strndup(a, text->text, text->n_bytes);
	struct answer_text t = { .a = a,
				 .labels = labels,
				 .n_labels = n_labels,
				 .keys = arena_array(a, n_labels, sizeof(*t.keys)),
				 .cut = text->cut };
	struct answer_json j = { .found = ANSWER_NOTHING };
	const char *rule = "json";
	int found;

	for (size_t i = 0; i < n_labels; i++) {
		t.keys[i] = label_fold(a, labels[i].name);
		if (t.longest < strlen(labels[i].name) + strlen(t.keys[i]))
			t.longest = strlen(labels[i].name) + strlen(t.keys[i]);
	}
	j = answer_by_json(&t, whole);
	found = j.found;
	if (!j.named && !t.cut) {
		rule = "line";
		found = answer_by_lines(&t, whole, answer_framed);
		if (found < 0) {
			rule = "word";
			found = answer_by_lines(&t, whole, answer_words);
		}
	}
	*ret_reading = (struct reading){ .label = found < 0 ? -1 : found,
					 .rule = found < 0 ? "none" : rule,
					 .rationale = answer_rationale(a, whole),
					 .why = answer_why(&t, &j, whole, found) };
}
