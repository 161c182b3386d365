/*
 * The desktop's own opener, as a process that is not a child of this one.
 */
#include "page/page_browser.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "work/child.h"

#ifdef __APPLE__
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

static void browser_exec(const char *address)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			_exit(CANNOT_RUN);
	child_close_inherited(STDERR_FILENO + 1);
	signal(SIGPIPE, SIG_DFL);
	execlp(opener, opener, address, (char *)NULL);
	_exit(CANNOT_RUN);
}

/* A process in between ends at once, so that nobody has to wait for the browser. */
bool page_browser_open(const char *address)
{
	int status = 0;
	pid_t pid;

	if (!browser_has_desktop())
		return false;
	pid = fork();
	if (pid == 0) {
		pid = fork();
		if (pid == 0)
			browser_exec(address);
		_exit(pid < 0 ? CANNOT_RUN : 0);
	}
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
