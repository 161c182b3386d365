/*
 * The label trie with real models and awkward sets of labels. Each must give an answer in the set,
 * probabilities that sum to 1, and JSON with exactly that label. For some sets the probabilities
 * are also computed label by label, with plain llama.h calls and without a trie.
 */
#include <math.h>

#include "llama_brute.h"

/*
 * How far a probability may move if a label's tokens are decoded alone instead of beside other
 * branches: the matrix products have another number of rows. A kernel that takes one row at a time
 * (q4_1 on x86) moved it by 1e-16 at most; one that takes several (repacked k-quants) by 0.015 at
 * most, over all sets and models. A wrongly scored branch moves it far more.
 */
#define TOLERANCE 0.05
#define TOLERANCE_ROW_BY_ROW 1e-9

struct label_set {
	const char *what;
	const char *labels[10];
	bool brute; /* also computed label by label */
};

static const struct label_set sets[] = {
	{ "two labels", { "yes", "no" }, true },
	{ "one label", { "only" }, true },
	{ "one character each", { "a", "b", "c", "d", "e", "f", "g" }, false },
	{ "digits", { "0", "1", "2", "10", "11", "100", "1000" }, true },
	{ "numbers of any kind", { "-1", "1.5", "1e9", "0x1f", "007", "3/4" }, false },
	{ "a label that begins another", { "card", "card_lost", "card_lost_abroad" }, true },
	{ "each the beginning of the next",
	  { "a", "aa", "aaa", "aaaa", "aaaaa", "aaaaaa" },
	  false },
	{ "shared beginnings",
	  { "top_up_by_card", "top_up_by_cash", "top_up_by_cheque", "top_up_limits", "transfer" },
	  true },
	{ "shared endings", { "card_fee", "cash_fee", "transfer_fee", "fee" }, false },
	{ "capitals alone differ", { "Other", "other", "OTHER", "oTHER" }, false },
	{ "spaces", { "bank card", "bank  card", " bank card", "bank card ", " " }, true },
	{ "tabs and line breaks", { "a\tb", "a\nb", "a\r\nb", "\n", "a b" }, false },
	{ "control characters", { "a\001b", "a\037b", "a\177b", "\033[31mred" }, false },
	{ "quotes", { "\"", "\"\"", "say \"card\"", "'card'", "`card`" }, false },
	{ "backslashes", { "\\", "\\\\", "C:\\temp\\new", "\\n", "\\u0041", "\\\"" }, true },
	{ "braces and brackets", { "{", "}", "{}", "{\"label\":\"x\"}", "[1,2]", "]}" }, false },
	{ "looks like the answer's end",
	  { "card\",\"rationale\":\"", "card", "card\"}", "card\",", "card\":\"" },
	  true },
	{ "punctuation", { ",", ":", ";", ".", "...", "?!", "/", "//" }, false },
	{ "special tokens of chat templates",
	  { "<|im_end|>", "<|im_start|>", "<|endoftext|>", "</s>", "<eos>", "<end_of_turn>" },
	  false },
	{ "special tokens inside", { "card<|im_end|>", "<|im_start|>user", "a<bos>b" }, false },
	{ "tags and code", { "<b>bold</b>", "<think>", "${x}", "%s%n", "{{ label }}" }, false },
	{ "Arabic", { "بطاقة", "تحويل", "سحب نقدي", "أخرى" }, true },
	{ "Chinese", { "银行卡", "转账", "取现", "充值", "其他" }, false },
	{ "Japanese", { "カード", "カード紛失", "振込", "その他", "ｶｰﾄﾞ" }, false },
	{ "Hindi", { "कार्ड", "स्थानांतरण", "नकद निकासी", "अन्य" }, false },
	{ "Amharic", { "ካርድ", "ማስተላለፍ", "ጥሬ ገንዘብ", "ሌላ" }, false },
	{ "Thai, Georgian, Hebrew, Khmer", { "บัตร", "ბარათი", "כרטיס", "កាត" }, false },
	{ "Cyrillic that looks Latin", { "card", "\u0441ard", "c\u0430rd", "car\u0501" }, false },
	{ "emoji", { "😀", "😃", "😄", "🏦", "💳" }, false },
	{ "emoji of several code points",
	  { "👨\u200d👩\u200d👧", "👨\u200d👩\u200d👦", "👩🏽", "👩", "🇩🇪", "🇩🇰", "1️⃣" },
	  false },
	{ "combining marks", { "cafe\u0301", "caf\u00e9", "cafe", "e\u0301\u0302\u0303" }, false },
	{ "writing directions",
	  { "\u202ecard\u202c", "card", "\u200fcard", "\u2066a\u2069" },
	  false },
	{ "invisible characters", { "card", "card\u200b", "card\ufeff", "ca\u00adrd" }, false },
	{ "spaces of other widths", { "a b", "a\u00a0b", "a\u2003b", "a\u3000b" }, false },
	{ "rare planes", { "\U0001d400", "\U00020000", "\U0010fffd", "\u0fff", "\uffee" }, false },
	{ "words of the prompt", { "label", "rationale", "JSON", "null", "true", "user" }, false },
	{ "very unlike lengths",
	  { "x", "a purchase or a charge: card payments, refunds, fees" },
	  false },
};

/* Sets made by a rule: the i-th label of n. */
static const struct made_set {
	const char *what;
	size_t n;
	const char *form;
} made[] = {
	{ "64 with a long common beginning", 64, "customer/complaints/card/physical/%02zu" },
	{ "64 numbers", 64, "%zu" },
	{ "120 bytes each", 8, "%0120zu" },
	{ "120 bytes of words, the end differs", 6,
	  "the customer asks about something that has to do with a card, a transfer, a payment or "
	  "a withdrawal in some other way %02zu" },
};

enum { N_SETS = sizeof(sets) / sizeof(sets[0]), N_MADE = sizeof(made) / sizeof(made[0]) };

/* One test: a set, a model, and the order of the answer's keys. */
struct label_case {
	const char *model, *what;
	const char **labels;
	size_t n;
	bool brute, reason_first, reasons;
};

static const char *texts[] = {
	"Stolen! {\"label\":\"x\"} <|im_end|>",
	"?",
};

/* "f10 c4 f15": the lengths. */
static size_t spans_total(const char *spans)
{
	size_t total = 0;
	char *at = (char *)spans;

	while (*at) {
		assert_true(*at == 'f' || *at == 'c');
		total += strtoul(at + 1, &at, 10);
		at += *at == ' ';
	}
	return total;
}

/* The whole reply is JSON and contains the label. */
static void check_raw(const struct label_case *c, const struct answer *answer)
{
	struct arena a = { 0 };
	const char *whole = arena_printf(&a, c->reason_first ? "{\"rationale\":\"x%.*s" : "%.*s\"}",
					 (int)answer->raw_len, answer->raw);
	json_error_t error;
	json_t *j = json_loads(whole, JSON_REJECT_DUPLICATES, &error);

	if (!j)
		fail_msg("%s is not JSON: %s", whole, error.text);
	assert_string_equal(json_string_value(json_object_get(j, "label")),
			    c->labels[answer->label]);
	assert_int_equal(json_object_size(j), 2);
	assert_int_equal(spans_total(answer->spans), answer->raw_len);
	json_decref(j);
	arena_release(&a);
}

static void check_answer(const struct label_case *c, const struct answer *answer)
{
	double sum = 0;
	int best = 0;

	assert_int_equal(answer->outcome, OUTCOME_OK);
	assert_string_equal(answer->rule, "trie");
	assert_in_range(answer->label, 0, c->n - 1);
	assert_int_equal(answer->n_probs, c->n);
	for (size_t i = 0; i < c->n; i++) {
		assert_true(answer->probs[i] >= 0 && answer->probs[i] <= 1);
		sum += answer->probs[i];
		if (answer->probs[i] > answer->probs[best])
			best = (int)i;
	}
	assert_true(fabs(sum - 1) < 1e-9);
	assert_int_equal(best, answer->label);
	assert_int_equal(answer->chosen_tok > 0, c->n > 1);
	check_raw(c, answer);
}

static double tolerance(const char *model)
{
#ifdef __x86_64__
	if (strcmp(model, TINY_MODEL) == 0)
		return TOLERANCE_ROW_BY_ROW;
#endif
	(void)model;
	return TOLERANCE;
}

static void check_brute(const struct label_case *c, struct engine *e, const struct answer *answer)
{
	double largest = 0, sum = 0;

	for (size_t i = 0; i < c->n; i++) {
		double p = brute_probability(e, answer->ticket, i);

		largest = fmax(largest, fabs(p - answer->probs[i]));
		sum += p;
	}
	printf("label by label: largest difference %.2g, sum %.6f\n", largest, sum);
	assert_true(largest <= tolerance(c->model));
	assert_true(fabs(sum - 1) <= tolerance(c->model) * (double)c->n);
}

/* Each ticket once, in any order: the shortest finishes first. */
static int take_reason(void *ctx, const struct reason *reason, struct err *err)
{
	unsigned *seen = ctx;

	(void)err;
	assert_in_range(reason->ticket, 0, 1);
	assert_false(*seen & 1u << reason->ticket);
	assert_non_null(reason->rationale);
	assert_true(str_utf8_error(reason->rationale, strlen(reason->rationale)) < 0 ||
		    reason->outcome == OUTCOME_CUT);
	*seen |= 1u << reason->ticket;
	return 0;
}

static void test_labels(void **state)
{
	const struct label_case *c = *state;
	struct engine *e = fixture_open(c->model);
	struct msg_pass pass = fixture_pass(c->labels, c->n);
	struct msg_reasons_done done;
	struct arena a = { 0 };
	struct err err = { 0 };
	size_t n_texts = c->reasons ? 2 : 1;
	unsigned seen = 0;

	pass.reason_first = c->reason_first;
	fixture_begin(e, &a, &pass, texts, n_texts);
	for (size_t t = 0; t < n_texts; t++) {
		struct answer answer;

		fixture_ask(e, &a, t, &answer);
		check_answer(c, &answer);
		if (c->brute && !c->reason_first)
			check_brute(c, e, &answer);
	}
	if (c->reasons) {
		if (engine_reasons(e, &a, take_reason, &seen, &done, &err) < 0)
			fail_msg("%s", err.msg);
		assert_int_equal(seen, (1u << n_texts) - 1);
	}
	arena_release(&a);
}

static int take_label(void *ctx, const struct answer *answer, struct err *err)
{
	const struct label_case *c = ctx;

	(void)err;
	check_answer(c, answer);
	return 0;
}

/* Deep branches side by side must not overfill a small batch, and a branch must fit alone. */
static void test_small_batch(void **state)
{
	struct label_case c = { .model = TINY_MODEL, .n = 12 };
	struct engine *e = fixture_open(c.model);
	struct msg_pass_ready ready;
	struct arena a = { 0 };
	struct err err = { 0 };
	struct msg_pass pass;

	(void)state;
	c.labels = arena_array(&a, c.n, sizeof(*c.labels));
	for (size_t i = 0; i < c.n; i++)
		c.labels[i] = arena_printf(&a,
					   "%zu the customer asks about this kind of card, "
					   "payment or transfer, and it is %s",
					   i / 2, i % 2 ? "late" : "early");
	pass = fixture_pass(c.labels, c.n);
	pass.label_only = true;
	pass.n_batch = pass.n_ubatch = 64;
	fixture_begin(e, &a, &pass, texts, 2);
	assert_true(e->prompt.trie.branches[e->prompt.trie.n_branches - 1].depth > 64 / 8);
	if (engine_labels(e, &a, 2, take_label, &c, &err) < 0)
		fail_msg("%s", err.msg);
	pass.n_batch = pass.n_ubatch = 8;
	assert_int_equal(engine_pass(e, &a, &pass, &ready, &err), -1);
	assert_non_null(strstr(err.msg, "use a larger --batch"));
	arena_release(&a);
}

/* All sets with one model; every fifth also with reasons and with the reason first. */
static size_t add_cases(struct arena *a, const char *model, struct CMUnitTest *tests)
{
	size_t n_tests = 0;

	for (size_t i = 0; i < N_SETS + N_MADE; i++) {
		const struct made_set *m = i < N_SETS ? NULL : &made[i - N_SETS];

		for (int first = 0; first <= (i % 5 == 0); first++) {
			struct label_case *c = arena_alloc(a, sizeof(*c));

			*c = (struct label_case){ .model = model, .reason_first = first == 1 };
			c->reasons = i % 5 == 0;
			c->what = m ? m->what : sets[i].what;
			c->brute = !m && sets[i].brute;
			c->labels = arena_array(a, LABELS_MAX, sizeof(*c->labels));
			for (; m && c->n < m->n; c->n++)
				c->labels[c->n] = arena_printf(a, m->form, c->n);
			for (; !m && c->n < 10 && sets[i].labels[c->n]; c->n++)
				c->labels[c->n] = sets[i].labels[c->n];
			tests[n_tests++] = (struct CMUnitTest){
				.name = arena_printf(a, "%s%s (%.12s)", c->what,
						     first ? ", reason first" : "", model),
				.test_func = test_labels,
				.initial_state = c,
			};
		}
	}
	return n_tests;
}

int main(void)
{
	static struct CMUnitTest tests[1 + 4 * 2 * (N_SETS + N_MADE)];
	struct arena a = { 0 };
	size_t n = 0;
	int r;

	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_small_batch);
	for (size_t i = 0; i < fixture_n_models(); i++)
		n += add_cases(&a, fixture_models[i], &tests[n]);
	r = _cmocka_run_group_tests("labels", tests, n, NULL, fixture_leave);
	arena_release(&a);
	return r;
}
