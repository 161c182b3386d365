/*
 * The desktop's own opener, as a process that is not a child of this one.
 */
#include "page/page_browser.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "work/child.h"

#ifdef __APPLE__
extern char **environ;
static const char opener[] = "open";
#else
static const char opener[] = "xdg-open";
#endif

enum { CANNOT_RUN = 126 };

/* Without a desktop the opener would start a browser in this terminal. */
static bool browser_has_desktop(void)
{
#ifdef __APPLE__
	return !getenv("SSH_CONNECTION");
#else
	const char *x11 = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");

	return (x11 && *x11) || (wayland && *wayland);
#endif
}

/* In a process in between, which ends at once: nobody has to wait for the browser. */
static void browser_start(const char *address)
{
	char *const argv[] = { (char *)(uintptr_t)opener, (char *)(uintptr_t)address, NULL };
	int null = open("/dev/null", O_RDWR);
	pid_t pid;

	setsid();
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			_exit(CANNOT_RUN);
	child_close_inherited(STDERR_FILENO + 1);
	signal(SIGPIPE, SIG_DFL);
	_exit(posix_spawnp(&pid, opener, NULL, NULL, argv, environ) == 0 ? 0 : CANNOT_RUN);
}

bool page_browser_open(const char *address)
{
	int status = 0;
	pid_t pid;

	if (!browser_has_desktop())
		return false;
	pid = fork();
	if (pid == 0)
		browser_start(address);
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
