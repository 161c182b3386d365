/*
 * A counter that signals increment. System calls are not restarted, so a wait ends.
 */
#include "flow/interrupt.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"

static volatile sig_atomic_t count, first_signal;
static char stop_path[PATH_MAX]; /* "": none */

static void interrupt_note(int sig)
{
	if (!first_signal)
		first_signal = sig;
	count++;
}

int interrupt_check_stop(struct arena *a, const char *store_path, struct err *err)
{
	const char *path = arena_printf(a, "%s.stop", store_path);

	if (!file_exists(path))
		return 0;
	return err_set(err, ERR_REFUSED,
		       "the stop file '%s' exists, so nothing is asked; remove it to continue",
		       display_path(a, path));
}

void interrupt_catch(const char *store_path)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = interrupt_note };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		sigaction(signals[i], &action, NULL);
	if (store_path)
		snprintf(stop_path, sizeof(stop_path), "%s.stop", store_path);
}

int interrupt_count(void)
{
	return count == 0 && *stop_path && file_exists(stop_path) ? 1 : count;
}

int interrupt_exit_code(void)
{
	enum { OF_SIGNALS = 128 };

	return first_signal ? OF_SIGNALS + first_signal : 0;
}
