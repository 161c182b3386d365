/*
 * What toehold-fetch gives up before its first transfer: all that a worker does (work/sandbox),
 * but for the network, whose hosts and ports it cannot know. It writes no file at all.
 */
#include "fetch/fetch.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "work/sandbox/sandbox.h"

/* Buffers, certificates, and threads that look up names; a transfer is never kept. */
#define BOX_MEMORY_BYTES ((int64_t)256 << 20)

int fetch_give_up_rights(char *ret_words, size_t size, struct err *err)
{
	const char *const certificates[] = { fetch_ca_file(), fetch_ca_dir() };
	struct sandbox_request request = { .memory_bytes = BOX_MEMORY_BYTES,
					   .network_port = SANDBOX_ANY_PORT,
					   .network_names = true };
	const struct rlimit no_files = { 0, 0 }; /* pipes and sockets may be written to */
	char level[SANDBOX_TEXT_MAX], tried[SANDBOX_TEXT_MAX];
	const char *set[2];
	unsigned open = sandbox_leaves_open(&request), bits;

	for (size_t i = 0; i < 2; i++)
		if (certificates[i])
			set[request.n_certificates++] = certificates[i];
	request.certificates = set;
	setrlimit(RLIMIT_FSIZE, &no_files);
	bits = sandbox_before_exec(&request);
	if (sandbox_enter(&request, bits, true, level, err) < 0)
		return -1;
	if (!strstr(level, "Landlock ABI"))
		return err_set(err, ERR_REFUSED,
			       "this system has no Landlock, so a hostile server could make "
			       "toehold-fetch read your files; --no-sandbox runs it unconfined");
	if (sandbox_prove(open, tried) != 0 && !strstr(level, "missing"))
		return err_set(err, ERR_REFUSED, "the sandbox of toehold-fetch does not hold (%s)",
			       tried);
	snprintf(ret_words, size, "%s; %s", level, tried);
	return 0;
}
