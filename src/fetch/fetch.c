/*
 * toehold-fetch: one HTTP transfer at a time. Requests come on standard input, the answer goes to
 * standard output (work/transfer/transfer.h). It reads hostile bytes from the network, so it gives
 * up all other rights: it can write no file, and gets a token only for one transfer.
 */
#include "fetch/fetch.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "work/child.h"

static int fetch_greet(int out, bool sandbox, struct err *err)
{
	char box[512] = "none: " TRANSFER_NO_SANDBOX;
	struct transfer_hello hello = { .version = TRANSFER_VERSION,
					.library = fetch_library(),
					.box = box };
	struct err why;

	if (sandbox && fetch_give_up_rights(box, sizeof(box), &why) < 0)
		hello.refused = why.msg;
	return transfer_send(out, TRANSFER_HELLO, &hello, err);
}

static int fetch_handle(void *ctx, uint8_t type, struct wire_reader *payload, struct arena *a,
			struct err *err)
{
	const int *out = ctx;
	struct transfer_get get;

	if (type != TRANSFER_GET)
		return err_set(err, ERR_ENGINE, "a message of unknown type %d", type);
	if (transfer_decode(TRANSFER_GET, payload, a, &get, err) < 0)
		return -1;
	if (!get.url || get.from_bytes < 0 || get.max_bytes < 0)
		return err_set(err, ERR_ENGINE,
			       "a transfer without an address, or with a negative size");
	return fetch_transfer(*out, &get, err);
}

int main(int argc, char **argv)
{
	bool sandbox = argc < 2 || strcmp(argv[1], TRANSFER_NO_SANDBOX) != 0;
	struct err err = { 0 };
	int out, r;

	signal(SIGPIPE, SIG_IGN);
	child_close_inherited(STDERR_FILENO + 1);
	out = wire_take_stdout();
	if (out < 0)
		return err_exit_code(ERR_ENGINE);
	r = fetch_greet(out, sandbox, &err);
	if (r == 0)
		r = wire_serve(STDIN_FILENO, fetch_handle, &out, &err);
	return r < 0 ? err_exit_code(ERR_ENGINE) : 0;
}
