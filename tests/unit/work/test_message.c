/*
 * Every message of the protocol, field by field: encoded and decoded with random content, cut short
 * at every byte, with false counts, and mutated at random. The fields are listed here a second
 * time; a member that is missing in a list is detected.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message_members.h"
#include "unit/random.h"

enum { MAX_SIZE = 4096 };

/* Room for any message. */
union slot {
	max_align_t align;
	char bytes[MAX_SIZE];
};

static char *random_text(struct arena *a, uint64_t *seed, size_t max)
{
	size_t n = random_below(seed, max);
	char *text = arena_alloc(a, n + 1);

	for (size_t i = 0; i < n; i++)
		text[i] = (char)(1 + random_below(seed, 255));
	return text;
}

static void fill_list(const struct member *m, char *base, struct arena *a, uint64_t *seed)
{
	size_t n = random_below(seed, 6);
	const char **texts = arena_array(a, n, sizeof(*texts));
	double *values = arena_array(a, n, sizeof(*values));

	for (size_t i = 0; i < n; i++) {
		texts[i] = random_below(seed, 8) ? random_text(a, seed, 40) : NULL;
		random_bytes(seed, &values[i], sizeof(double));
	}
	*(size_t *)(void *)(base + m->n_at) = n;
	if (m->kind == TEXTS)
		*(const char ***)(void *)(base + m->at) = texts;
	else
		*(double **)(void *)(base + m->at) = values;
}

static void fill_blobs(const struct member *m, char *base, struct arena *a, uint64_t *seed)
{
	size_t n = random_below(seed, 4);
	struct blob *blobs = arena_array(a, n, sizeof(*blobs));

	for (size_t i = 0; i < n; i++) {
		size_t len = random_below(seed, 50);
		char *data = arena_alloc(a, len);

		random_bytes(seed, data, len);
		blobs[i] = (struct blob){ data, len };
	}
	*(size_t *)(void *)(base + m->n_at) = n;
	*(struct blob **)(void *)(base + m->at) = blobs;
}

static bool blobs_equal(const struct blob *x, const struct blob *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (x[i].len != y[i].len || memcmp(x[i].data, y[i].data, x[i].len) != 0)
			return false;
	return true;
}

static void fill_member(const struct member *m, char *base, struct arena *a, uint64_t *seed)
{
	void *at = base + m->at;

	switch (m->kind) {
	case I64:
		*(int64_t *)at = (int64_t)random_next(seed);
		break;
	case F64:
		random_bytes(seed, at, sizeof(double));
		break;
	case BOOL:
		*(bool *)at = random_below(seed, 2);
		break;
	case INT:
		*(int *)at = (int)random_next(seed);
		break;
	case KIND:
		*(enum model_kind *)at = (enum model_kind)random_below(seed, MODEL_KIND_COUNT);
		break;
	case TEXT:
		*(const char **)at = random_below(seed, 8) ? random_text(a, seed, 60) : NULL;
		break;
	case CHARS:
		snprintf(at, m->size, "%s", random_text(a, seed, m->size));
		break;
	case BYTES: {
		size_t n = random_below(seed, 50);

		*(char **)at = random_below(seed, 8) ? arena_alloc(a, n) : NULL;
		if (*(char **)at)
			random_bytes(seed, *(char **)at, n);
		*(size_t *)(void *)(base + m->n_at) = *(char **)at ? n : 0;
		break;
	}
	case TEXTS:
	case F64S:
		fill_list(m, base, a, seed);
		break;
	case BLOBS:
		fill_blobs(m, base, a, seed);
		break;
	}
}

static void fill(const struct message *message, union slot *slot, struct arena *a, uint64_t *seed)
{
	memset(slot, 0, sizeof(*slot));
	for (size_t i = 0; i < message->n; i++)
		fill_member(&message->members[i], slot->bytes, a, seed);
}

static bool text_equal(const char *x, const char *y)
{
	return x && y ? strcmp(x, y) == 0 : x == y;
}

static bool member_equal(const struct member *m, const char *x, const char *y)
{
	const void *px = x + m->at, *py = y + m->at;
	size_t n = m->kind >= BYTES ? *(const size_t *)(const void *)(x + m->n_at) : 0;

	if (m->kind >= BYTES && n != *(const size_t *)(const void *)(y + m->n_at))
		return false;
	switch (m->kind) {
	case I64:
	case F64:
	case BOOL:
	case INT:
	case KIND:
		return memcmp(px, py, m->size) == 0;
	case TEXT:
		return text_equal(*(const char *const *)px, *(const char *const *)py);
	case CHARS:
		return strcmp(px, py) == 0;
	case BYTES: {
		const char *bx = *(const char *const *)px, *by = *(const char *const *)py;

		return bx && by ? memcmp(bx, by, n) == 0 : bx == by;
	}
	case F64S:
		return !n || memcmp(*(double *const *)px, *(double *const *)py, n * 8) == 0;
	case BLOBS:
		return blobs_equal(*(struct blob *const *)px, *(struct blob *const *)py, n);
	case TEXTS:
		break;
	}
	for (size_t i = 0; i < n; i++)
		if (!text_equal((*(const char *const *const *)px)[i],
				(*(const char *const *const *)py)[i]))
			return false;
	return true;
}

/* Decodes from a copy of exactly n bytes, so that the sanitizer sees a read past them. */
static int decode(const struct message *message, const char *bytes, size_t n, struct arena *a,
		  union slot *ret, struct err *err)
{
	unsigned char *copy = malloc(n ? n : 1);
	struct wire_reader reader = { .data = copy, .len = n };
	int r;

	memcpy(copy, bytes, n);
	memset(ret, 0xA5, sizeof(*ret));
	r = message_decode(message->type, &reader, a, ret, err);
	free(copy);
	return r;
}

static void there_and_back(void **state)
{
	uint64_t seed = 41;

	(void)state;
	for (int round = 0; round < 200; round++)
		for (size_t i = 0; i < N(messages); i++) {
			const struct message *message = &messages[i];
			struct arena a = { 0 };
			union slot sent, got;
			struct err err = { 0 };
			struct buf b;

			fill(message, &sent, &a, &seed);
			buf_init(&b, 1 << 20);
			message_encode(message->type, &sent, &b);
			assert_int_equal(decode(message, buf_text(&b), b.len, &a, &got, &err), 0);
			assert_int_equal(err.kind, ERR_NONE);
			for (size_t k = 0; k < message->n; k++)
				if (!member_equal(&message->members[k], sent.bytes, got.bytes))
					fail_msg("member %zu of %s", k, message->name);
			buf_release(&b);
			arena_release(&a);
		}
}

/* The wire has the text of an enum, and an unknown text is the first constant. */
static void kind_is_text(void **state)
{
	struct msg_opened sent = { .facts.kind = MODEL_KIND_PROJECTOR }, got;
	struct arena a = { 0 };
	struct wire_reader reader;
	struct err err;
	struct buf b;
	char *text;

	(void)state;
	buf_init(&b, 1 << 20);
	message_encode(MSG_OPENED, &sent, &b);
	text = memmem(b.data, b.len, "projector", strlen("projector"));
	assert_non_null(text);
	*text = 'P';
	reader = (struct wire_reader){ .data = (const unsigned char *)b.data, .len = b.len };
	assert_int_equal(message_decode(MSG_OPENED, &reader, &a, &got, &err), 0);
	assert_int_equal(got.facts.kind, MODEL_KIND_UNKNOWN);
	buf_release(&b);
	arena_release(&a);
}

#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
#define HAVE_CLEAR_PADDING 1
#endif
#endif

/* The bytes of a struct that are not padding. */
#define MARK(s) \
	do { \
		struct s value; \
		memset(&value, 0xFF, sizeof(value)); \
		__builtin_clear_padding(&value); \
		memcpy(bytes, &value, sizeof(value)); \
	} while (0)

#ifdef HAVE_CLEAR_PADDING
static void mark(enum message_type type, unsigned char bytes[MAX_SIZE])
{
	/* clang-format off */
	switch (type) {
	case MSG_HELLO: MARK(msg_hello); break;
	case MSG_OPEN: MARK(msg_open); break;
	case MSG_OPENED: MARK(msg_opened); break;
	case MSG_FAILED: MARK(msg_failed); break;
	case MSG_PASS: MARK(msg_pass); break;
	case MSG_PASS_READY: MARK(msg_pass_ready); break;
	case MSG_WAVE: MARK(msg_wave); break;
	case MSG_WAVE_READY: MARK(msg_wave_ready); break;
	case MSG_ASK: MARK(msg_ask); break;
	case MSG_ANSWER: MARK(answer); break;
	case MSG_REASON: MARK(reason); break;
	case MSG_REASONS_DONE: MARK(msg_reasons_done); break;
	case MSG_CONVERT: MARK(msg_convert); break;
	case MSG_TRAIN: MARK(msg_train); break;
	case MSG_STEP: MARK(msg_step); break;
	case MSG_TRAINED: MARK(msg_trained); break;
	case MSG_SAVE: MARK(msg_save); break;
	case MSG_WRITTEN: MARK(msg_written); break;
	case MSG_PREFIX: MARK(msg_prefix); break;
	case MSG_PREFIX_READY: MARK(msg_prefix_ready); break;
	default: fail();
	}
	/* clang-format on */
}
#endif

static void every_member_is_listed(void **state)
{
	(void)state;
#ifdef HAVE_CLEAR_PADDING
	for (size_t i = 0; i < N(messages); i++) {
		const struct message *message = &messages[i];
		unsigned char bytes[MAX_SIZE] = { 0 };

		mark(message->type, bytes);
		for (size_t k = 0; k < message->n; k++) {
			memset(bytes + message->members[k].at, 0, message->members[k].size);
			if (message->members[k].kind >= BYTES)
				memset(bytes + message->members[k].n_at, 0, sizeof(size_t));
		}
		for (size_t at = 0; at < message->size; at++)
			if (bytes[at])
				fail_msg("byte %zu of %s is in no member", at, message->name);
	}
	assert_int_equal(N(messages) + 2, MSG_TYPE_COUNT - 1); /* LABELS, REASONS: no members */
#else
	skip();
#endif
}

static void cut_short_at_every_byte(void **state)
{
	uint64_t seed = 42;

	(void)state;
	for (size_t i = 0; i < N(messages); i++) {
		const struct message *message = &messages[i];
		char words[64];
		union slot slot;
		struct arena a = { 0 };
		struct err err;
		struct buf b;

		snprintf(words, sizeof(words), "a malformed %s message", message->name);
		fill(message, &slot, &a, &seed);
		buf_init(&b, 1 << 20);
		message_encode(message->type, &slot, &b);
		buf_addc(&b, '\0'); /* and one byte too many */
		for (size_t n = 0; n <= b.len; n++) {
			bool whole = n == b.len - 1;

			if ((decode(message, buf_text(&b), n, &a, &slot, &err) == 0) != whole)
				fail_msg("%s of %zu bytes, of %zu", words, n, b.len - 1);
			if (!whole)
				assert_string_equal(err.msg, words);
		}
		buf_release(&b);
		arena_release(&a);
	}
}

/* An accepted message has one meaning: encoded and decoded again, it stays the same. */
static void assert_stable(const struct message *message, const union slot *slot, struct arena *a)
{
	struct buf once, twice;
	struct err err;
	union slot again;

	buf_init(&once, 1 << 20);
	buf_init(&twice, 1 << 20);
	message_encode(message->type, slot, &once);
	assert_int_equal(decode(message, buf_text(&once), once.len, a, &again, &err), 0);
	message_encode(message->type, &again, &twice);
	assert_int_equal(once.len, twice.len);
	assert_memory_equal(buf_text(&once), buf_text(&twice), once.len);
	buf_release(&once);
	buf_release(&twice);
}

static void mutate(struct buf *b, uint64_t *seed)
{
	for (size_t k = 1 + random_below(seed, 4); k > 0 && b->len; k--) {
		size_t at = random_below(seed, b->len);

		switch (random_below(seed, 5)) {
		case 0:
			b->data[at] ^= (char)(1 << random_below(seed, 8));
			break;
		case 1:
			b->data[at] = (char)random_below(seed, 256);
			break;
		case 2:
			b->len = at;
			break;
		case 3:
			b->data[at] = (char)0xFF;
			break;
		default:
			memset(b->data + at, at % 2 ? 0xFF : 0, b->len - at < 8 ? b->len - at : 8);
		}
	}
}

static void mutations_do_no_harm(void **state)
{
	uint64_t seed = 43;
	size_t n_taken = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		const struct message *message = &messages[random_below(&seed, N(messages))];
		struct arena a = { 0 };
		union slot slot;
		struct err err;
		struct buf b;

		fill(message, &slot, &a, &seed);
		buf_init(&b, 1 << 20);
		message_encode(message->type, &slot, &b);
		mutate(&b, &seed);
		if (decode(message, buf_text(&b), b.len, &a, &slot, &err) == 0) {
			n_taken++;
			assert_stable(message, &slot, &a);
		}
		buf_release(&b);
		arena_release(&a);
	}
	assert_in_range(n_taken, 1000, 19000);
}

/* A count of 2^60 texts is refused before memory is allocated for them. */
static void false_counts(void **state)
{
	static const int64_t lies[] = { (int64_t)1 << 60, INT64_MAX, -1, INT64_MIN, 1, 8 << 20 };

	(void)state;
	for (size_t i = 0; i < N(lies); i++) {
		struct arena a = { 0 };
		union slot slot;
		struct err err;
		struct buf b;

		buf_init(&b, 1000);
		wire_put_i64(&b, lies[i]);
		assert_int_equal(decode(&messages[6], buf_text(&b), b.len, &a, &slot, &err), -1);
		assert_string_equal(err.msg, "a malformed WAVE message");
		buf_clear(&b);
		for (int k = 0; k < 3; k++)
			wire_put_i64(&b, 0);
		wire_put_i64(&b, lies[i]); /* probs of an answer */
		assert_int_equal(decode(&messages[9], buf_text(&b), b.len, &a, &slot, &err), -1);
		assert_string_equal(err.msg, "a malformed ANSWER message");
		assert_true(a.used_bytes < 1000);
		buf_release(&b);
		arena_release(&a);
	}
}

/* A name longer than its place is cut, and ends with NUL. */
static void long_names_are_cut(void **state)
{
	static char name[10000];
	struct msg_opened got;
	struct arena a = { 0 };
	struct wire_reader r;
	struct err err;
	struct buf b;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	memset(&got, 0xA5, sizeof(got));
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 8; i++)
		wire_put_text(&b, i == 1 ? NULL : name);
	for (int i = 0; i < 20; i++)
		wire_put_i64(&b, i);
	for (int i = 0; i < 5; i++)
		wire_put_text(&b, name);
	for (int i = 0; i < 2; i++)
		wire_put_i64(&b, i);
	r = (struct wire_reader){ .data = (unsigned char *)b.data, .len = b.len };
	assert_int_equal(message_decode(MSG_OPENED, &r, &a, &got, &err), 0);
	assert_int_equal(strlen(got.facts.name), MODEL_TEXT_MAX - 1);
	assert_int_equal(strlen(got.facts.arch), 0);
	assert_int_equal(strlen(got.facts.quant), 63);
	assert_int_equal(strlen(got.facts.template_sha256), 64);
	assert_int_equal(got.facts.n_params, 0);
	assert_int_equal(got.facts.tensor_bytes, 1);
	buf_release(&b);
	arena_release(&a);
}

static void names_and_unknown_types(void **state)
{
	static const int unknown[] = { 0, MSG_TYPE_COUNT, 255, -1 };
	struct wire_reader r = { 0 };
	struct arena a = { 0 };
	char words[64];
	struct err err;

	(void)state;
	for (size_t i = 0; i < N(messages); i++)
		assert_string_equal(message_name(messages[i].type), messages[i].name);
	assert_string_equal(message_name(MSG_REASONS), "REASONS");
	for (size_t i = 0; i < N(unknown); i++) {
		enum message_type type = (enum message_type)unknown[i];

		assert_string_equal(message_name(type), "unknown");
		assert_int_equal(message_decode(type, &r, &a, NULL, &err), -1);
		snprintf(words, sizeof(words), "a message of unknown type %d", unknown[i]);
		assert_string_equal(err.msg, words);
	}
	assert_int_equal(message_decode(MSG_REASONS, &r, &a, NULL, &err), 0);
	r = (struct wire_reader){ .data = (const unsigned char *)"x", .len = 1 };
	assert_int_equal(message_decode(MSG_REASONS, &r, &a, NULL, &err), -1);
}

static void sent_through_a_pipe(void **state)
{
	struct msg_ask sent = { .ticket = 3, .known_label = -1 }, got;
	struct wire_reader payload;
	struct wire_input in;
	struct arena a = { 0 };
	struct err err = { 0 };
	uint8_t type;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	wire_input_init(&in);
	assert_int_equal(message_send(fds[1], MSG_ASK, &sent, &err), 0);
	assert_int_equal(message_send(fds[1], MSG_REASONS, NULL, &err), 0);
	assert_true(wire_fill(&in, fds[0]) > 0);
	assert_int_equal(wire_next(&in, &type, &payload), 1);
	assert_int_equal(type, MSG_ASK);
	assert_int_equal(message_decode(MSG_ASK, &payload, &a, &got, &err), 0);
	assert_int_equal(got.ticket, 3);
	assert_int_equal(got.known_label, -1);
	assert_int_equal(wire_next(&in, &type, &payload), 1);
	assert_int_equal(type, MSG_REASONS);
	assert_int_equal(payload.len, 0);
	wire_input_release(&in);
	close(fds[0]);
	close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),	  cmocka_unit_test(kind_is_text),
		cmocka_unit_test(every_member_is_listed), cmocka_unit_test(cut_short_at_every_byte),
		cmocka_unit_test(mutations_do_no_harm),	  cmocka_unit_test(false_counts),
		cmocka_unit_test(long_names_are_cut),	  cmocka_unit_test(names_and_unknown_types),
		cmocka_unit_test(sent_through_a_pipe),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
