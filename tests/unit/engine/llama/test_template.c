/*
 * The template renderer against golden references made by Jinja2 (make-template-references.py),
 * byte for byte, for every template file that llama.cpp ships (TEST_TEMPLATES_DIR); and against
 * small templates for each rule. exceptions.txt lists accepted differences with reasons. A new
 * difference fails, and so does an exception that has become equal.
 */
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/template.h"
#include "unit/template_files.h"

#define SYSTEM "You are an exacting classifier."
#define TICKET "I was charged twice."
#define NOW_S 1751544000 /* 2025-07-03 12:00:00 UTC, as in the references */
#define CHATML \
	"{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}" \
	"{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"

static const struct template_turn example = {
	"My card has not arrived.", "{\"label\":\"card\",\"rationale\":\"It is about a card.\"}"
};

static struct template_request request(const char *source)
{
	return (struct template_request){
		.source = source, .bos = "<s>", .eos = "</s>", .system = SYSTEM, .now_s = NOW_S
	};
}

/* Whether a golden list has the line "NAME" or "NAME: reason". */
static bool listed(const char *list, const char *name)
{
	struct arena a = { 0 };
	char *text = golden_text(&a, list), *save = NULL;
	bool found = false;
	size_t len = strlen(name);

	assert_non_null(text);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, name, len) && (line[len] == '\0' || line[len] == ':'))
			found = true;
	arena_release(&a);
	return found;
}

/* The prompt for TICKET, owned by the caller, or NULL with *ret_err set. */
static char *prompt(const struct template_request *rq, unsigned *ret_marks, struct err *ret_err)
{
	struct template_parts parts = { 0 };
	char *text;
	size_t size;

	if (template_render(rq, &parts, ret_err) < 0)
		return NULL;
	size = strlen(parts.before) + strlen(TICKET) + strlen(parts.after) + 1;
	text = malloc(size);
	assert_non_null(text);
	snprintf(text, size, "%s" TICKET "%s", parts.before, parts.after);
	*ret_marks = parts.marks;
	template_parts_release(&parts);
	return text;
}

/* folded.txt is the reference's verdict; marks.txt is ours, as "NAME: marks". */
static bool marks_listed(const char *name, unsigned marks)
{
	char text[TEMPLATE_MARKS_TEXT_BYTES], line[512];

	snprintf(line, sizeof(line), "%s: %s", name, template_marks_text(marks, text));
	if (!listed("marks.txt", line)) {
		print_message("not in marks.txt: %s\n", line);
		return false;
	}
	return !!(marks & TEMPLATE_SYSTEM_FOLDED) == listed("folded.txt", name);
}

/* Whether the file's prompt equals the reference, without or with a worked example. */
static bool equal(struct arena *a, const struct template_file *file, bool with_example)
{
	const char *name = arena_printf(a, "%s%s.txt", with_example ? "examples/" : "", file->name);
	struct template_request rq = request(file->source);
	char *expected = golden_text(a, name), *got;
	unsigned marks = 0;
	struct err err = { 0 };
	bool same;

	rq.examples = &example;
	rq.n_examples = with_example;
	got = prompt(&rq, &marks, &err);
	same = expected && got && !strcmp(expected, got);
	if (!same)
		print_message("%s: not as in %s%s%s\n", file->name, golden_path(a, name),
			      got ? "" : ": ", err.msg);
	if (got)
		same = marks_listed(file->name, marks) && same;
	free(got);
	return same;
}

static void test_template__equals_reference(void **state)
{
	struct arena a = { 0 };
	struct template_file *files;
	size_t n = template_files(&a, &files), n_equal = 0, n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		bool same = equal(&a, &files[i], false) && equal(&a, &files[i], true);

		n_equal += same;
		if (same != listed("exceptions.txt", files[i].name))
			continue;
		print_message("%s: %s\n", files[i].name,
			      same ? "is equal: strike it from exceptions.txt" :
				     "is new: find out why");
		n_wrong++;
	}
	print_message("%zu of %zu templates are rendered as the reference does\n", n_equal, n);
	arena_release(&a);
	assert_int_equal(n_wrong, 0);
}

static struct template_parts render(const struct template_request *rq)
{
	struct template_parts parts = { 0 };
	struct err err = { 0 };

	if (template_render(rq, &parts, &err) < 0)
		fail_msg("%s", err.msg);
	return parts;
}

static void test_template__splits_at_the_ticket(void **state)
{
	struct template_request rq = request(CHATML);
	struct template_parts parts = render(&rq);

	(void)state;
	assert_string_equal(parts.before,
			    "<|im_start|>system\n" SYSTEM "<|im_end|>\n<|im_start|>user\n");
	assert_string_equal(parts.after, "<|im_end|>\n<|im_start|>assistant\n");
	assert_int_equal(parts.marks, 0);
	template_parts_release(&parts);
	assert_null(parts.before);
	template_parts_release(&parts);
	template_parts_release(NULL);
}

static void test_template__without_system(void **state)
{
	struct template_request rq = request(CHATML);
	struct template_parts parts;

	(void)state;
	rq.system = NULL;
	parts = render(&rq);
	assert_string_equal(parts.before, "<|im_start|>user\n");
	assert_int_equal(parts.marks, 0);
	template_parts_release(&parts);
}

static void test_template__folds_a_refused_system(void **state)
{
	struct template_request rq = request("{% if messages[0].role == 'system' %}"
					     "{{ raise_exception('no') }}{% endif %}" CHATML);
	struct template_parts parts = render(&rq);

	(void)state;
	assert_string_equal(parts.before, "<|im_start|>user\n" SYSTEM "\n\n");
	assert_int_equal(parts.marks, TEMPLATE_SYSTEM_FOLDED);
	template_parts_release(&parts);
}

static void test_template__folds_a_dropped_system_into_the_first_turn(void **state)
{
	struct template_request rq = request(
		"{% for m in messages %}{% if m.role != 'system' %}[{{ m.content }}]{% endif %}"
		"{% endfor %}");
	struct template_parts parts;

	(void)state;
	rq.examples = &example;
	rq.n_examples = 1;
	parts = render(&rq);
	assert_string_equal(parts.before,
			    "[" SYSTEM "\n\nMy card has not arrived.][{\"label\":\"card\","
			    "\"rationale\":\"It is about a card.\"}][");
	assert_string_equal(parts.after, "]");
	assert_int_equal(parts.marks, TEMPLATE_SYSTEM_FOLDED);
	template_parts_release(&parts);
}

static void test_template__gives_typed_content(void **state)
{
	struct template_request rq =
		request("{% for m in messages %}[{{ m.role }}] {% for c in m.content %}{{ c.text }}"
			"{% endfor %}{% endfor %}");
	struct template_parts parts = render(&rq);

	(void)state;
	assert_string_equal(parts.before, "[system] " SYSTEM "[user] ");
	assert_int_equal(parts.marks, TEMPLATE_CONTENT_TYPED);
	template_parts_release(&parts);
}

static void test_template__marks_trimmed_and_edited_text(void **state)
{
	struct template_request rq = request(
		"{% for m in messages %}{{ m.content | trim | replace('exact', 'EXACT') }}\n"
		"{% endfor %}");
	struct template_parts parts = render(&rq);

	(void)state;
	assert_int_equal(parts.marks, TEMPLATE_CONTENT_TRIMMED | TEMPLATE_TEXT_EDITED);
	template_parts_release(&parts);
}

static void test_template__pins_the_date_in_utc(void **state)
{
	static const char *const zones[] = { "UTC", "Asia/Tokyo", "JST-9", "PST8PDT" };
	struct template_request rq = request("{{ strftime_now('%Y-%m-%d %H:%M') }} " CHATML);

	(void)state;
	rq.now_s = NOW_S - 12 * 3600; /* midnight: any zone except UTC would show another time */
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		struct template_parts parts;

		setenv("TZ", zones[i], 1);
		tzset();
		parts = render(&rq);
		assert_int_equal(strncmp(parts.before, "2025-07-03 00:00 ", 17), 0);
		assert_int_equal(parts.marks, TEMPLATE_DATE_PRINTED);
		template_parts_release(&parts);
	}
	unsetenv("TZ");
	tzset();
}

static void test_template__switches_thinking(void **state)
{
	struct template_request rq =
		request(CHATML "{% if not enable_thinking %}<think></think>{% endif %}");
	struct template_parts parts = render(&rq);

	(void)state;
	assert_string_equal(parts.after, "<|im_end|>\n<|im_start|>assistant\n<think></think>");
	assert_int_equal(parts.marks, TEMPLATE_THINKING_SWITCHED);
	template_parts_release(&parts);
	rq.thinking = true;
	parts = render(&rq);
	assert_string_equal(parts.after, "<|im_end|>\n<|im_start|>assistant\n");
	assert_int_equal(parts.marks, TEMPLATE_THINKING_SWITCHED);
	template_parts_release(&parts);
}

static void test_template__survives_its_own_probe_words(void **state)
{
	struct template_request rq = request(CHATML);
	struct template_parts parts;

	(void)state;
	rq.system = "ticketword1x systemword1x";
	parts = render(&rq);
	assert_non_null(strstr(parts.before, "ticketword1x systemword1x"));
	assert_string_equal(parts.after, "<|im_end|>\n<|im_start|>assistant\n");
	template_parts_release(&parts);
}

static void test_template__refuses(void **state)
{
	static const struct {
		const char *source, *says;
	} cases[] = {
		{ "{{ raise_exception('not today') }}", "not today" },
		{ "no user text", "0 times" },
		{ "{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}", "2 times" },
		{ "{% if %}", "" },
		{ "{% for m in messages %}", "" },
		{ "{{ '", "" },
		{ "{% for m in messages %}{{ m.content }}{% endfor %}{{ 'xxxxxxxx' * 1048576 }}",
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct template_request rq = request(cases[i].source);
		struct template_parts parts = { 0 };
		struct err err = { 0 };

		assert_int_equal(template_render(&rq, &parts, &err), -1);
		assert_int_equal(err.kind, ERR_ENGINE);
		assert_null(parts.before);
		assert_null(strchr(err.msg, '\n'));
		if (!strstr(err.msg, cases[i].says))
			fail_msg("'%s' does not say '%s'", err.msg, cases[i].says);
	}
}

static void test_template__refuses_a_large_source(void **state)
{
	char *source = malloc(TEMPLATE_MAX_SOURCE_BYTES + 2);
	struct template_parts parts = { 0 };
	struct template_request rq;
	struct err err = { 0 };

	(void)state;
	assert_non_null(source);
	memset(source, 'x', TEMPLATE_MAX_SOURCE_BYTES + 1);
	source[TEMPLATE_MAX_SOURCE_BYTES + 1] = '\0';
	rq = request(source);
	assert_int_equal(template_render(&rq, &parts, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	free(source);
}

static void test_template__refuses_a_large_output(void **state)
{
	struct template_request rq = request("{% for i in range(60000) %}{{ '"
					     "0123456789012345678901234567890123456789"
					     "0123456789012345678901234567890123456789"
					     "' }}{% endfor %}" CHATML);
	struct template_parts parts = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(template_render(&rq, &parts, &err), -1);
	assert_non_null(strstr(err.msg, "4 MiB"));
}

#define REFUSED 7
/* More CPU seconds than a case can need: another limit must end it. */
#define PLENTY_S 60

/* Wait status of a child that renders `source` under a worker's limits. */
static int limited(const char *source, rlim_t cpu_s)
{
	const struct rlimit memory = { 512 << 20, 512 << 20 }, cpu = { cpu_s, cpu_s };
	const struct rlimit no_core = { 0, 0 };
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct template_request rq = request(source);
		struct template_parts parts = { 0 };
		struct err err = { 0 };

		setrlimit(RLIMIT_AS, &memory);
		setrlimit(RLIMIT_CPU, &cpu);
		setrlimit(RLIMIT_CORE, &no_core);
		_exit(template_render(&rq, &parts, &err) < 0 ? REFUSED : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* A list too large for memory is refused; endless steps and recursion end the worker. */
static void test_template__hostile_templates_end(void **state)
{
	int list, steps, stack;

	(void)state;
#ifdef __SANITIZE_ADDRESS__
	print_message("SKIPPED: the address sanitizer cannot run under RLIMIT_AS\n");
	skip();
#endif
	list = limited("{% for i in range(1000000000) %}x{% endfor %}" CHATML, PLENTY_S);
	steps = limited("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}"
			"{% endfor %}" CHATML,
			1);
	stack = limited("{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}" CHATML, PLENTY_S);
	assert_true(WIFEXITED(list) && WEXITSTATUS(list) == REFUSED);
	assert_true(WIFSIGNALED(steps) && WTERMSIG(steps) == SIGKILL);
	assert_true(WIFSIGNALED(stack) && WTERMSIG(stack) == SIGSEGV);
}

static void test_template__plain(void **state)
{
	struct template_request rq = request(NULL);
	struct template_parts parts = { 0 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(template_plain(&rq, &parts, &err), 0);
	assert_string_equal(parts.before, SYSTEM "\n\n### Ticket:\n");
	assert_string_equal(parts.after, "\n\n### Answer:\n");
	assert_int_equal(parts.marks, TEMPLATE_NO_TEMPLATE);
	template_parts_release(&parts);
	rq.system = NULL;
	rq.examples = &example;
	rq.n_examples = 1;
	assert_int_equal(template_plain(&rq, &parts, &err), 0);
	assert_string_equal(parts.before,
			    "### Ticket:\nMy card has not arrived.\n\n### Answer:\n"
			    "{\"label\":\"card\",\"rationale\":\"It is about a card.\"}\n\n"
			    "### Ticket:\n");
	template_parts_release(&parts);
}

static void test_template__marks_text(void **state)
{
	char buf[TEMPLATE_MARKS_TEXT_BYTES];

	(void)state;
	assert_string_equal(template_marks_text(0, buf), "none");
	assert_string_equal(
		template_marks_text(TEMPLATE_SYSTEM_FOLDED | TEMPLATE_DATE_PRINTED, buf),
		"system folded, date printed");
	assert_true(strlen(template_marks_text(~0u, buf)) < TEMPLATE_MARKS_TEXT_BYTES - 1);
	assert_non_null(strstr(buf, "no template"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_template__equals_reference),
		cmocka_unit_test(test_template__splits_at_the_ticket),
		cmocka_unit_test(test_template__without_system),
		cmocka_unit_test(test_template__folds_a_refused_system),
		cmocka_unit_test(test_template__folds_a_dropped_system_into_the_first_turn),
		cmocka_unit_test(test_template__gives_typed_content),
		cmocka_unit_test(test_template__marks_trimmed_and_edited_text),
		cmocka_unit_test(test_template__pins_the_date_in_utc),
		cmocka_unit_test(test_template__switches_thinking),
		cmocka_unit_test(test_template__survives_its_own_probe_words),
		cmocka_unit_test(test_template__refuses),
		cmocka_unit_test(test_template__refuses_a_large_source),
		cmocka_unit_test(test_template__refuses_a_large_output),
		cmocka_unit_test(test_template__hostile_templates_end),
		cmocka_unit_test(test_template__plain),
		cmocka_unit_test(test_template__marks_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
