/*
 * Bytes from a hostile worker, as a stream of frames and as the payload of each message.
 * An accepted message must stay the same when it is written and read again.
 */
#include "fuzz.h"

#include <string.h>

#include "work/message.h"

enum { MAX_MESSAGE_BYTES = 4096 };

union slot {
	max_align_t align;
	char bytes[MAX_MESSAGE_BYTES];
};

static struct wire_reader reader_of(const struct buf *b)
{
	return (struct wire_reader){ .data = (const unsigned char *)buf_text(b), .len = b->len };
}

static void check_message(enum message_type type, struct wire_reader payload)
{
	struct arena a = { 0 };
	struct buf once, twice;
	union slot slot;
	struct err err;

	buf_init(&once, WIRE_MAX_BYTES);
	buf_init(&twice, WIRE_MAX_BYTES);
	memset(&slot, 0xA5, sizeof(slot));
	if (message_decode(type, &payload, &a, &slot, &err) == 0) {
		MUST(payload.at == payload.len && !payload.bad);
		message_encode(type, &slot, &once);
		payload = reader_of(&once);
		MUST(message_decode(type, &payload, &a, &slot, &err) == 0);
		message_encode(type, &slot, &twice);
		MUST(once.len == twice.len);
		MUST(memcmp(buf_text(&once), buf_text(&twice), once.len) == 0);
	}
	/* The memory for a message is little more than its own size. */
	MUST(a.used_bytes <= 64 * (payload.len + 64));
	buf_release(&once);
	buf_release(&twice);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes)
{
	struct wire_reader payload;
	struct wire_input in;
	uint8_t type;
	int got;

	wire_input_init(&in);
	buf_add(&in.bytes, data, n_bytes);
	while ((got = wire_next(&in, &type, &payload)) > 0) {
		MUST(payload.len < n_bytes);
		check_message((enum message_type)type, payload);
	}
	MUST(got == 0 || got == -1);
	wire_input_release(&in);
	if (n_bytes > 0)
		check_message((enum message_type)(data[0] % (MSG_TYPE_COUNT + 1)),
			      (struct wire_reader){ .data = data + 1, .len = n_bytes - 1 });
	return 0;
}

/* One message of each type, as a frame, with non-empty lists. */
int fuzz_seed(size_t i, uint8_t to[FUZZ_MAX_BYTES])
{
	static const char *texts[] = { "one", NULL, "three" };
	static double probs[] = { 0.25, 0.75 };
	enum message_type type = (enum message_type)(i + 1);
	struct buf payload;
	union slot slot;
	int n;

	if (type >= MSG_TYPE_COUNT)
		return -1;
	memset(&slot, 0, sizeof(slot));
	if (type == MSG_WAVE)
		*(struct msg_wave *)(void *)&slot =
			(struct msg_wave){ .texts = texts, .n_texts = 3 };
	if (type == MSG_OPEN)
		*(struct msg_open *)(void *)&slot =
			(struct msg_open){ .paths = texts, .n_paths = 1, .n_gpu_layers = -1 };
	if (type == MSG_PASS)
		*(struct msg_pass *)(void *)&slot =
			(struct msg_pass){ .system = "s", .labels = texts, .n_labels = 1 };
	if (type == MSG_ANSWER)
		*(struct answer *)(void *)&slot = (struct answer){
			.probs = probs, .n_probs = 2, .raw = "a\0b", .raw_len = 3, .rule = "trie"
		};
	buf_init(&payload, FUZZ_MAX_BYTES - WIRE_HEAD_BYTES);
	message_encode(type, &slot, &payload);
	for (int k = 0; k < 4; k++)
		to[k] = (uint8_t)((payload.len + 1) >> (8 * k));
	to[4] = (uint8_t)type;
	memcpy(to + WIRE_HEAD_BYTES, buf_text(&payload), payload.len);
	n = (int)payload.len + WIRE_HEAD_BYTES;
	buf_release(&payload);
	return n;
}
