/*
 * Systems for which this program has no sandbox: a run is refused there without --no-sandbox. Core
 * files are still switched off.
 */
#ifndef __linux__

#include "work/sandbox/sandbox.h"

#include <stdio.h>
#include <sys/resource.h>

unsigned sandbox_before_exec(const struct sandbox_request *request)
{
	struct rlimit none = { 0, 0 };

	(void)request;
	return setrlimit(RLIMIT_CORE, &none) == 0 ? SANDBOX_LIMITS : 0;
}

unsigned sandbox_leaves_open(const struct sandbox_request *request)
{
	return request->network_port ? SANDBOX_TRY_TCP | SANDBOX_TRY_UDP : 0;
}

int sandbox_enter(const struct sandbox_request *request, unsigned before_exec_bits, bool required,
		  char ret_level[SANDBOX_TEXT_MAX], struct err *err)
{
	(void)request;
	(void)before_exec_bits;
	if (required)
		return err_set(err, ERR_REFUSED,
			       "there is no sandbox for this system; use --no-sandbox to open the "
			       "model without one");
	snprintf(ret_level, SANDBOX_TEXT_MAX, "none: no sandbox on this system");
	return 0;
}

#endif
