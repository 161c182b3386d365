/*
 * Lies in what the scripted worker sends, as a worker would that its model file took over: odd
 * numbers, hostile and endless texts, labels and tickets that do not exist, frames that are
 * junk, twice, or of another type. The linker puts it in the place of message_send(). The
 * file "liar.seed" beside the program holds a seed and, in thousandths, how often a value is a lie.
 * The message HELLO is always true, so that the worker is started at all.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "unit/random.h"
#include "work/message.h"

int __real_message_send(int fd, enum message_type type, const void *message, struct err *err);
int __wrap_message_send(int fd, enum message_type type, const void *message, struct err *err);

enum kind { WHOLE, NUMBER, REAL, FLAG, WORDS, REALS };

struct member {
	enum kind kind;
	size_t at, n_at;
};

/* clang-format off */
#define AT(kind, s, name) { kind, offsetof(struct s, name), 0 },
#define LIST(kind, s, name, n) { kind, offsetof(struct s, name), offsetof(struct s, n) },
#define LIE_I64(s, name, more) AT(WHOLE, s, name)
#define LIE_SIZE(s, name, more) AT(WHOLE, s, name)
#define LIE_INT(s, name, more) AT(NUMBER, s, name)
#define LIE_OUTCOME(s, name, more) AT(NUMBER, s, name)
#define LIE_BOOL(s, name, more) AT(FLAG, s, name)
#define LIE_REAL(s, name, more) AT(REAL, s, name)
#define LIE_WORD(s, name, more) AT(WORDS, s, name)
#define LIE_TEXT(s, name, more) AT(WORDS, s, name)
#define LIE_BYTES(s, name, len) /* any bytes are true */
#define LIE_NUMBERS(s, name, len) LIST(REALS, s, name, len)
#define LIE_UNSTORED_NUMBERS(s, name, len) LIST(REALS, s, name, len)
#define LIE_CHARS(s, name, more)
#define LIE_NAME(s, name, more)

static const struct member answer_members[] = {
#define MEMBER(type, name, more) LIE_##type(answer, name, more)
#include "work/answer.def"
};
static const struct member reason_members[] = {
#define MEMBER(type, name, more) LIE_##type(reason, name, more)
#include "work/reason.def"
};
static const struct member opened_members[] = {
#define MEMBER(type, name, more) LIE_##type(msg_opened, facts.name, more)
#include "job/model/facts.def"
	AT(WORDS, msg_opened, sandbox) AT(WORDS, msg_opened, server) AT(WHOLE, msg_opened, load_us)
	AT(WHOLE, msg_opened, peak_rss_bytes)
};
static const struct member ready_members[] = {
	AT(WORDS, msg_pass_ready, rendered) AT(WORDS, msg_pass_ready, template_sha256)
	AT(WORDS, msg_pass_ready, opening) AT(WORDS, msg_pass_ready, thinking)
	AT(WORDS, msg_pass_ready, probes) AT(WHOLE, msg_pass_ready, prefix_tok)
};
static const struct member wave_members[] = {
	AT(WHOLE, msg_wave_ready, n_accepted) AT(WHOLE, msg_wave_ready, n_ctx)
	AT(WHOLE, msg_wave_ready, prefix_us) AT(WHOLE, msg_wave_ready, prefix_tok)
	AT(WHOLE, msg_wave_ready, n_parts)
};
static const struct member prefix_members[] = {
	AT(WHOLE, msg_prefix_ready, part) AT(WHOLE, msg_prefix_ready, n_tok)
	AT(FLAG, msg_prefix_ready, loaded) AT(WHOLE, msg_prefix_ready, prefix_us)
	AT(WHOLE, msg_prefix_ready, n_bytes)
};
static const struct member done_members[] = {
	AT(WHOLE, msg_reasons_done, n_tok) AT(WHOLE, msg_reasons_done, peak_rss_bytes)
};
static const struct member failed_members[] = {
	AT(WHOLE, msg_failed, outcome) AT(WORDS, msg_failed, text)
};
/* clang-format on */

static const struct {
	const struct member *members;
	size_t n, size;
} messages[MSG_TYPE_COUNT] = {
	[MSG_ANSWER] = { answer_members, COUNT_OF(answer_members), sizeof(struct answer) },
	[MSG_REASON] = { reason_members, COUNT_OF(reason_members), sizeof(struct reason) },
	[MSG_OPENED] = { opened_members, COUNT_OF(opened_members), sizeof(struct msg_opened) },
	[MSG_PASS_READY] = { ready_members, COUNT_OF(ready_members),
			     sizeof(struct msg_pass_ready) },
	[MSG_WAVE_READY] = { wave_members, COUNT_OF(wave_members), sizeof(struct msg_wave_ready) },
	[MSG_PREFIX_READY] = { prefix_members, COUNT_OF(prefix_members),
			       sizeof(struct msg_prefix_ready) },
	[MSG_REASONS_DONE] = { done_members, COUNT_OF(done_members),
			       sizeof(struct msg_reasons_done) },
	[MSG_FAILED] = { failed_members, COUNT_OF(failed_members), sizeof(struct msg_failed) },
};

static uint64_t seed;
static size_t per_mille;

static bool lies_now(size_t rarer)
{
	return random_below(&seed, 1000 * rarer) < per_mille;
}

static int64_t odd_whole(void)
{
	static const int64_t odd[] = {
		0, -1, 1, -2, 255, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, (int64_t)1 << 62
	};

	return odd[random_below(&seed, COUNT_OF(odd))];
}

static double odd_real(void)
{
	static const double odd[] = {
		0, -0.0, -1, 1e308, -1e308, INFINITY, NAN, 5e-324, 1.0000001
	};

	return odd[random_below(&seed, COUNT_OF(odd))];
}

static const char *odd_words(void)
{
	enum { LONG_BYTES = 9 << 20 };
	static const char *const odd[] = {
		"",
		"\x1b[31mred\x1b[0m\x07",
		"\xff\xfe bad \xc0\x80",
		"\u202e bidi",
		"{\"a\":",
		"[[[[[[",
		"%s%n",
		"'; DROP TABLE run; --",
		"=cmd|'x'!A0",
		"<script>alert(1)</script>",
		"a\nb\r\nc\td",
	};
	static char *endless;
	size_t i = random_below(&seed, COUNT_OF(odd) + 2);

	if (i == COUNT_OF(odd))
		return NULL;
	if (i < COUNT_OF(odd))
		return odd[i];
	if (!endless) {
		endless = malloc(LONG_BYTES);
		memset(endless, 'z', LONG_BYTES - 1);
		endless[LONG_BYTES - 1] = '\0';
	}
	return endless;
}

static void lie_in_list(double **values, size_t n)
{
	double *copy = malloc((n + 1) * sizeof(*copy));

	for (size_t i = 0; i < n; i++)
		copy[i] = lies_now(1) ? odd_real() : (*values)[i];
	*values = copy;
}

static void lie(char *message, const struct member *m)
{
	void *at = message + m->at;

	if (m->kind == REALS)
		lie_in_list(at, *(size_t *)(void *)(message + m->n_at));
	if (!lies_now(1))
		return;
	switch (m->kind) {
	case WHOLE:
		*(int64_t *)at = odd_whole();
		break;
	case NUMBER:
		*(int *)at = (int)odd_whole();
		break;
	case REAL:
		*(double *)at = odd_real();
		break;
	case FLAG:
		*(bool *)at = !*(bool *)at;
		break;
	case WORDS:
		*(const char **)at = odd_words();
		break;
	case REALS:
		*(size_t *)(void *)(message + m->n_at) =
			random_below(&seed, *(size_t *)(void *)(message + m->n_at) + 1);
		break;
	}
}

static void read_seed(void)
{
	struct arena a = { 0 };
	struct err err;
	char *text;
	size_t len;

	if (file_read(&a, arena_printf(&a, "%s/liar.seed", file_program_dir(&a)), 100, &text, &len,
		      &err) < 0 ||
	    sscanf(text, "%lu %zu", &seed, &per_mille) != 2)
		abort();
	seed = seed * 2654435761u + (uint64_t)getpid(); /* a restarted worker tells other lies */
	arena_release(&a);
}

int __wrap_message_send(int fd, enum message_type type, const void *message, struct err *err)
{
	union {
		max_align_t align;
		char bytes[8192];
	} copy;
	size_t size = messages[type].size;
	int r = 0;

	if (type == MSG_HELLO)
		read_seed();
	if (type == MSG_HELLO || size == 0 || size > sizeof(copy))
		return __real_message_send(fd, type, message, err);
	memcpy(copy.bytes, message, size);
	for (size_t i = 0; i < messages[type].n; i++)
		lie(copy.bytes, &messages[type].members[i]);
	if (lies_now(8))
		(void)!write(fd,
			     "\x05\x00\x00\x00\x0a"
			     "junk",
			     9);
	if (lies_now(8))
		type = (enum message_type)random_below(&seed, MSG_TYPE_COUNT);
	if (messages[type].size != size)
		return write(fd, "\x01\x00\x00\x00\xff", 5) == 5 ? 0 : -1;
	r = __real_message_send(fd, type, copy.bytes, err);
	if (r == 0 && lies_now(6))
		r = __real_message_send(fd, type, copy.bytes, err);
	return r;
}
