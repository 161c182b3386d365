/*
 * The scan: runs every recogniser over the text, weighs each match by the words around it, and
 * resolves overlaps.
 */
#include "job/redact/redact.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/str.h"
#include "job/redact/names/redact_words.h"
#include "job/redact/redact_fold.h"
#include "job/redact/redact_rows.h"

enum {
	BEFORE_BYTES = 64, /* the context of a value */
	AFTER_BYTES = 16,
	MATCH_LIMIT = 1000000, /* far above what the bounded patterns need: catches a bad new one */
	HEAP_LIMIT_KIB = 64 << 10,
	JIT_STACK_BYTES = 1 << 20,
	MAX_RULES = 160,
	REST_BYTES = 6, /* of a suspect beside what is covered: shorter is noise */
};

static const char *const type_names[REDACT_N_TYPES] = { REDACT_TYPES(NAMES_TEXT) };

/* Above every other score, so that no other match may reach into a placeholder. */
static const struct redact_row placeholder_row =
	ROW(REDACT_PLACEHOLDER, "placeholder", "(?-i)\\[[A-Z]{2,10}_[0-9a-f]{6}\\]",
	    REDACT_SCORE_MAX + 1);

struct rule {
	const struct redact_row *row;
	pcre2_code *code, *near, *against;
	uint32_t value_group; /* 0: the whole match */
};

struct redactor {
	struct arena arena;
	struct redact_words words;
	struct rule rules[MAX_RULES];
	size_t n_rules;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack;
	pcre2_match_data *found;
	pcre2_compile_context *compiling;
};

/* One scan. */
struct scan {
	struct redactor *redactor;
	struct arena *arena;
	const char *text;
	size_t n_bytes;
	struct redact_span *spans;
	size_t n, cap;
};

const char *redact_type_name(enum redact_type type)
{
	return type < REDACT_N_TYPES ? type_names[type] : "";
}

int redact_type_find(const char *name)
{
	for (int i = 0; i < REDACT_N_TYPES; i++)
		if (strcasecmp(type_names[i], name) == 0)
			return i;
	return -1;
}

/* Never NULL: PCRE2's JIT compiler would crash. */
static void *redact_must_have(PCRE2_SIZE n_bytes, void *unused)
{
	void *p = malloc(n_bytes);

	(void)unused;
	if (!p)
		arena_out_of_memory(n_bytes);
	return p;
}

static void redact_give_back(void *p, void *unused)
{
	(void)unused;
	free(p);
}

static int redact_compile(const struct redactor *redactor, const char *pattern, const char *what,
			  pcre2_code **ret_code, struct err *err)
{
	const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS;
	PCRE2_SIZE at;
	int code;

	*ret_code = NULL;
	if (!pattern)
		return 0;
	*ret_code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &code, &at,
				  redactor->compiling);
	if (!*ret_code) {
		PCRE2_UCHAR words[128] = "";

		pcre2_get_error_message(code, words, sizeof(words));
		return err_set(err, ERR_REFUSED, "cannot compile the pattern of '%s': %s at %zu",
			       what, (const char *)words, (size_t)at);
	}
	/* Without JIT on this machine, the interpreter does the same, more slowly. */
	(void)pcre2_jit_compile(*ret_code, PCRE2_JIT_COMPLETE);
	return 0;
}

static int redact_add_rule(struct redactor *redactor, const struct redact_row *row, struct err *err)
{
	struct rule *rule = &redactor->rules[redactor->n_rules];
	int group;

	if (redactor->n_rules == MAX_RULES)
		return err_set(err, ERR_REFUSED, "more than %d recognisers", MAX_RULES);
	redactor->n_rules++;
	rule->row = row;
	if (redact_compile(redactor, row->pattern, row->what, &rule->code, err) < 0 ||
	    redact_compile(redactor, row->near, row->what, &rule->near, err) < 0 ||
	    redact_compile(redactor, row->against, row->what, &rule->against, err) < 0)
		return -1;
	group = pcre2_substring_number_from_name(rule->code, (PCRE2_SPTR) "v");
	rule->value_group = group > 0 ? (uint32_t)group : 0;
	return 0;
}

static int redact_add_rules(struct redactor *redactor, enum redact_scope scope, struct err *err)
{
	const struct redact_table *const tables[] = {
		&redact_numbers, &redact_labelled, &redact_nets,
		&redact_people,	 &redact_dates,	   &redact_suspects,
	};

	if (redact_add_rule(redactor, &placeholder_row, err) < 0)
		return -1;
	for (size_t t = 0; t < COUNT_OF(tables); t++)
		for (size_t i = 0; i < tables[t]->n; i++) {
			const struct redact_row *row = &tables[t]->rows[i];

			if (scope == REDACT_STRUCTURED &&
			    !(REDACT_STRUCTURED_TYPES >> row->type & 1))
				continue;
			if (redact_add_rule(redactor, row, err) < 0)
				return -1;
		}
	return 0;
}

int redactor_open(enum redact_scope scope, struct redactor **ret_redactor, struct err *err)
{
	struct redactor *redactor = redact_must_have(sizeof(*redactor), NULL);
	pcre2_general_context *memory =
		pcre2_general_context_create(redact_must_have, redact_give_back, NULL);

	*redactor = (struct redactor){ 0 };
	redactor->limits = pcre2_match_context_create(memory);
	redactor->stack = pcre2_jit_stack_create(64 << 10, JIT_STACK_BYTES, memory);
	redactor->found = pcre2_match_data_create(16, memory);
	redactor->compiling = pcre2_compile_context_create(memory);
	pcre2_general_context_free(memory);
	pcre2_set_match_limit(redactor->limits, MATCH_LIMIT);
	pcre2_set_heap_limit(redactor->limits, HEAP_LIMIT_KIB);
	if (redactor->stack)
		pcre2_jit_stack_assign(redactor->limits, NULL, redactor->stack);
	redact_words_load(&redactor->arena, &redactor->words);
	if (redact_add_rules(redactor, scope, err) < 0) {
		redactor_close(redactor);
		return -1;
	}
	*ret_redactor = redactor;
	return 0;
}

void redactor_close(struct redactor *redactor)
{
	if (!redactor)
		return;
	for (size_t i = 0; i < redactor->n_rules; i++) {
		pcre2_code_free(redactor->rules[i].code);
		pcre2_code_free(redactor->rules[i].near);
		pcre2_code_free(redactor->rules[i].against);
	}
	pcre2_compile_context_free(redactor->compiling);
	pcre2_match_data_free(redactor->found);
	pcre2_jit_stack_free(redactor->stack);
	pcre2_match_context_free(redactor->limits);
	arena_release(&redactor->arena);
	free(redactor);
}

/* Returns 1 if [from, to) holds the pattern, 0 if not, -1 if the library gave up. */
static int redact_find(const struct scan *scan, const pcre2_code *code, size_t from, size_t to)
{
	struct redactor *redactor = scan->redactor;
	int r = pcre2_match(code, (PCRE2_SPTR)scan->text, to, from, PCRE2_NO_UTF_CHECK,
			    redactor->found, redactor->limits);

	if (r == PCRE2_ERROR_NOMATCH)
		return 0;
	return r < 0 ? -1 : 1;
}

/* As redact_find(), in the text just before and just after the value. */
static int redact_is_around(const struct scan *scan, const pcre2_code *code,
			    const struct redact_match *match)
{
	size_t from = match->start > BEFORE_BYTES ? match->start - BEFORE_BYTES : 0;
	size_t to = scan->n_bytes;
	int r;

	if (!code)
		return 0;
	if (to - match->end > AFTER_BYTES)
		to = str_char_start(scan->text, match->end + AFTER_BYTES);
	r = redact_find(scan, code, str_char_start(scan->text, from), match->start);
	return r ? r : redact_find(scan, code, match->end, to);
}

static int redact_weigh(const struct scan *scan, const struct rule *rule,
			struct redact_match *match)
{
	int near = redact_is_around(scan, rule->near, match);
	int against = redact_is_around(scan, rule->against, match);

	if (rule->row->type == REDACT_PLACEHOLDER)
		return 0;
	if (near < 0 || against < 0)
		return -1;
	match->score += (near ? rule->row->bonus : 0) - (against ? rule->row->malus : 0);
	if (match->score > REDACT_SCORE_MAX)
		match->score = REDACT_SCORE_MAX;
	return 0;
}

static void redact_keep(struct scan *scan, const struct rule *rule,
			const struct redact_match *match)
{
	if (match->score < REDACT_SUSPECT_FROM)
		return;
	scan->spans =
		arena_grow(scan->arena, scan->spans, scan->n, &scan->cap, sizeof(*scan->spans));
	scan->spans[scan->n++] = (struct redact_span){ .start = match->start,
						       .end = match->end,
						       .type = rule->row->type,
						       .score = match->score,
						       .what = rule->row->what };
}

static int redact_fail_limit(const struct rule *rule, size_t at, struct err *err)
{
	return err_set(err, ERR_REFUSED,
		       "the recogniser of '%s' reached its limit near byte %zu, so the text was "
		       "refused; split it there",
		       rule->row->what, at);
}

static int redact_run_rule(struct scan *scan, const struct rule *rule, struct err *err)
{
	size_t at = 0;

	while (at < scan->n_bytes) {
		const PCRE2_SIZE *where = pcre2_get_ovector_pointer(scan->redactor->found);
		struct redact_match match = { .text = scan->text,
					      .n_bytes = scan->n_bytes,
					      .score = rule->row->score,
					      .words = &scan->redactor->words };
		int r = redact_find(scan, rule->code, at, scan->n_bytes);
		size_t first;

		if (r < 0)
			return redact_fail_limit(rule, at, err);
		if (r == 0)
			break;
		first = where[0];
		match.start = where[2 * rule->value_group];
		match.end = where[2 * rule->value_group + 1];
		at = str_char_end(scan->text, first, scan->n_bytes);
		if (match.start >= match.end || (rule->row->check && !rule->row->check(&match)))
			continue;
		if (redact_weigh(scan, rule, &match) < 0)
			return redact_fail_limit(rule, match.start, err);
		redact_keep(scan, rule, &match);
		at = match.end > at ? match.end : at;
	}
	return 0;
}

/* By start, then the longest first, then the highest score first. */
static int redact_by_place(const void *x, const void *y)
{
	const struct redact_span *a = x, *b = y;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end > b->end ? -1 : 1;
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (a->type > b->type) - (a->type < b->type);
}

static bool redact_is_margin(char c)
{
	return strchr(" \t\r\n.,;:!?()-", c) != NULL;
}

/* Removes spaces and punctuation from the edges of a span. */
static void redact_trim(const struct scan *scan, struct redact_span *span)
{
	while (span->start < span->end && redact_is_margin(scan->text[span->start]))
		span->start++;
	while (span->start < span->end && redact_is_margin(scan->text[span->end - 1]))
		span->end--;
}

/* Of two that overlap, the higher score keeps the shared part. False if no `span` is left. */
static bool redact_cut(const struct scan *scan, struct redact_span *spans, size_t *n,
		       struct redact_span *span)
{
	while (*n && spans[*n - 1].end > span->start) {
		struct redact_span *last = &spans[*n - 1];

		if (last->score >= span->score) {
			span->start = last->end;
			redact_trim(scan, span);
			return span->start < span->end;
		}
		last->end = span->start;
		redact_trim(scan, last);
		if (last->start < last->end)
			break;
		(*n)--;
	}
	return true;
}

/*
 * Drops spans inside other spans. If two overlap, the higher score keeps the shared part and the
 * other keeps its rest, so every letter and digit that a recogniser found stays covered. Returns
 * how many spans remain.
 */
static size_t redact_resolve(const struct scan *scan, struct redact_span *spans, size_t n)
{
	size_t n_outer = 0, n_apart = 0, n_left = 0;

	if (n > 1)
		qsort(spans, n, sizeof(*spans), redact_by_place);
	for (size_t i = 0; i < n; i++)
		if (n_outer == 0 || spans[i].end > spans[n_outer - 1].end)
			spans[n_outer++] = spans[i];
	for (size_t i = 0; i < n_outer; i++) {
		struct redact_span span = spans[i];

		if (redact_cut(scan, spans, &n_apart, &span))
			spans[n_apart++] = span;
	}
	for (size_t i = 0; i < n_apart; i++)
		if (spans[i].type != REDACT_PLACEHOLDER)
			spans[n_left++] = spans[i];
	return n_left;
}

/* The first of n sorted spans that shares a byte with this one, or NULL. */
static const struct redact_span *redact_overlap(const struct redact_span *spans, size_t n,
						const struct redact_span *span)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (spans[middle].end <= span->start)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && spans[low].start < span->end ? &spans[low] : NULL;
}

/* Cuts off what a sorted span covers. False if nothing with a digit or an @ is left. */
static bool redact_cut_off(const struct scan *scan, const struct redact_span *spans, size_t n,
			   struct redact_span *suspect)
{
	const struct redact_span *over = redact_overlap(spans, n, suspect);

	if (!over)
		return true;
	if (over->start > suspect->start)
		suspect->end = over->start;
	else
		suspect->start = over->end < suspect->end ? over->end : suspect->end;
	redact_trim(scan, suspect);
	if (redact_overlap(spans, n, suspect) || suspect->end - suspect->start < REST_BYTES)
		return false;
	for (size_t i = suspect->start; i < suspect->end; i++)
		if (strchr("0123456789@", scan->text[i]))
			return true;
	return false;
}

enum part { PART_COVERED, PART_KEPT, PART_SUSPECT };

/* A placeholder of an earlier run belongs to every part, so that no span reaches into it. */
static bool redact_is_part(const struct redact_span *span, enum part part, uint32_t wanted)
{
	if (span->type == REDACT_PLACEHOLDER)
		return true;
	if (span->score < REDACT_COVER || span->type >= REDACT_N_TYPES)
		return part == PART_SUSPECT;
	return part == ((wanted >> span->type & 1) ? PART_COVERED : PART_KEPT);
}

static struct redact_span *redact_take(struct scan *scan, enum part part, uint32_t wanted,
				       size_t *ret_n)
{
	struct redact_span *spans = arena_array(scan->arena, scan->n + 1, sizeof(*spans));
	size_t n = 0;

	for (size_t i = 0; i < scan->n; i++)
		if (redact_is_part(&scan->spans[i], part, wanted))
			spans[n++] = scan->spans[i];
	*ret_n = redact_resolve(scan, spans, n);
	return spans;
}

/* A recognised value of a type that is kept is not a suspect. */
static void redact_divide(struct scan *scan, uint32_t wanted, struct redact_result *ret_result)
{
	struct redact_result result = { 0 };
	size_t n_kept, n;
	struct redact_span *kept = redact_take(scan, PART_KEPT, wanted, &n_kept);

	result.covered = redact_take(scan, PART_COVERED, wanted, &result.n_covered);
	result.suspects = redact_take(scan, PART_SUSPECT, wanted, &n);
	for (size_t i = 0; i < n; i++)
		if (redact_cut_off(scan, result.covered, result.n_covered, &result.suspects[i]) &&
		    !redact_overlap(kept, n_kept, &result.suspects[i]))
			result.suspects[result.n_suspects++] = result.suspects[i];
	*ret_result = result;
}

static int redact_run_rules(struct scan *scan, struct err *err)
{
	for (size_t i = 0; i < scan->redactor->n_rules; i++)
		if (redact_run_rule(scan, &scan->redactor->rules[i], err) < 0)
			return -1;
	return 0;
}

/* Whether two of the n sorted spans begin in this one: a hidden character stands between them. */
static bool redact_joins_two(const struct redact_span *spans, size_t n,
			     const struct redact_span *span)
{
	size_t low = 0, high = n, n_inside = 0, end = 0;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (spans[middle].start < span->start)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < n && spans[low].start < span->end; low++) {
		if (spans[low].type != span->type || spans[low].start < end)
			continue;
		n_inside++;
		end = spans[low].end;
	}
	return n_inside > 1;
}

/*
 * Scans the text as a reader sees it, so that a hidden character or a full-width digit does not
 * hide a value. The spans cover the original from the first character to the last.
 */
static int redact_scan_folded(struct scan *scan, struct err *err)
{
	struct redact_folded folded;
	struct arena scratch = { 0 };
	struct scan inner = *scan;
	size_t n;
	int r = 0;

	if (redact_fold(&scratch, scan->text, scan->n_bytes, &folded)) {
		inner.text = folded.text;
		inner.n_bytes = folded.n_bytes;
		r = redact_run_rules(&inner, err);
	}
	if (scan->n > 1 && inner.n > scan->n)
		qsort(inner.spans, scan->n, sizeof(*inner.spans), redact_by_place);
	for (size_t i = n = scan->n; i < inner.n; i++) {
		struct redact_span span = inner.spans[i];

		span.end = str_char_end(scan->text, folded.from[span.end - 1], scan->n_bytes);
		span.start = folded.from[span.start];
		if (!redact_joins_two(inner.spans, scan->n, &span))
			inner.spans[n++] = span;
	}
	scan->spans = inner.spans;
	scan->n = n;
	scan->cap = inner.cap;
	arena_release(&scratch);
	return r;
}

int redact_scan(struct redactor *redactor, struct arena *a, const char *text, size_t n_bytes,
		uint32_t wanted, struct redact_result *ret_result, struct err *err)
{
	struct scan scan = { redactor, a, text, n_bytes, NULL, 0, 0 };
	int64_t bad = str_utf8_error(text, n_bytes);

	if (bad >= 0)
		return err_set(err, ERR_INPUT, "byte %lld of the text is not well-formed UTF-8",
			       (long long)bad + 1);
	if (redact_run_rules(&scan, err) < 0 || redact_scan_folded(&scan, err) < 0)
		return -1;
	redact_divide(&scan, wanted, ret_result);
	return 0;
}
