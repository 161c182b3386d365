/*
 * fork, exec and wait. Ctrl-C reaches a process of the foreground by itself; other signals that end
 * this program are passed on.
 */
#include "flow/verb_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include "base/display.h"
#include "flow/interrupt.h"
#include "flow/say/say.h"
#include "work/child.h"

enum { OF_SIGNALS = 128, CANNOT_RUN = 126 };

/* The first word of command lines that the verb prints: as typed, if that is a plain name. */
static const char *verb_process_name(const struct cmd *cmd, const char *program)
{
	return cmd->argv && !strchr(cmd->argv[0], '/') ? cmd->argv[0] : program;
}

/* The standard streams of a process in the background; then its own descriptors end. */
static void verb_process_redirect(const int fds[VERB_PROCESS_FDS])
{
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setpgid(0, 0);
	if (in < 0 || dup2(in, STDIN_FILENO) < 0)
		_exit(CANNOT_RUN);
	for (int i = 0; i < VERB_PROCESS_FDS && fds[i] >= 0; i++)
		if (dup2(fds[i], i + 1) < 0 || fcntl(i + 1, F_SETFD, 0) < 0)
			_exit(CANNOT_RUN);
}

static void verb_process_exec(const char *const names[2], const char *folder,
			      const char *const *words, const int *fds)
{
	char *argv[VERB_PROCESS_WORDS + 2] = { (char *)names[1] };
	int n_kept = STDERR_FILENO;

#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
#endif
	if (fds) {
		verb_process_redirect(fds);
		n_kept = fds[2] >= 0 ? VERB_PROCESS_FDS : n_kept;
	}
	if (folder && chdir(folder) < 0)
		_exit(CANNOT_RUN);
	child_close_inherited(n_kept + 1);
	for (size_t i = 0; words[i] && i < VERB_PROCESS_WORDS; i++)
		argv[i + 1] = (char *)words[i];
	execv(names[0], argv);
	_exit(CANNOT_RUN);
}

static int verb_process_fork(struct cmd *cmd, const char *folder, const char *const *words,
			     const int *fds, struct verb_process *ret_process)
{
	const char *names[2];
	char *program;

	if (child_find_program(&cmd->arena, "toehold", "", &program, &cmd->err) < 0)
		return -1;
	names[0] = program;
	names[1] = verb_process_name(cmd, program);
	fflush(stdout);
	ret_process->pid = fork();
	if (ret_process->pid == 0)
		verb_process_exec(names, folder, words, fds);
	if (ret_process->pid > 0)
		return 0;
	ret_process->pid = 0;
	return err_sys(&cmd->err, ERR_ENGINE, errno, "cannot start '%s'", program);
}

int verb_process_start(struct cmd *cmd, const char *folder, const char *const *words,
		       const char *log_path, struct verb_process *ret_process)
{
	int fds[VERB_PROCESS_FDS] = { -1, -1, -1 };
	int r;

	if (!log_path)
		return verb_process_fork(cmd, folder, words, NULL, ret_process);
	fds[0] = fds[1] = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fds[0] < 0)
		return err_sys(&cmd->err, ERR_INPUT, errno, "cannot write '%s'",
			       display_path(&cmd->arena, log_path));
	r = verb_process_fork(cmd, folder, words, fds, ret_process);
	close(fds[0]);
	return r;
}

int verb_process_start_piped(struct cmd *cmd, const char *const *words,
			     const int fds[VERB_PROCESS_FDS], struct verb_process *ret_process)
{
	return verb_process_fork(cmd, NULL, words, fds, ret_process);
}

static int verb_process_code(int status)
{
	return WIFSIGNALED(status) ? OF_SIGNALS + WTERMSIG(status) : WEXITSTATUS(status);
}

bool verb_process_has_ended(struct verb_process *p, int *ret_code)
{
	int status;

	if (p->pid == 0 || waitpid(p->pid, &status, WNOHANG) != p->pid)
		return false;
	p->pid = 0;
	*ret_code = verb_process_code(status);
	return true;
}

int verb_process_wait(struct verb_process *p)
{
	bool passed_on = false;
	int status = 0;

	if (p->pid == 0)
		return 0;
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR) {
		if (passed_on || interrupt_exit_code() == OF_SIGNALS + SIGINT)
			continue;
		kill(p->pid, SIGTERM);
		passed_on = true;
	}
	p->pid = 0;
	return verb_process_code(status);
}

void verb_process_stop(struct verb_process *p)
{
	if (p->pid > 0)
		kill(p->pid, SIGTERM);
	verb_process_wait(p);
}

int verb_process_run(struct cmd *cmd, const char *folder, const char *const *words)
{
	struct verb_process p = { 0 };
	const char *line = "";

	for (size_t i = 0; words[i]; i++)
		line = arena_printf(&cmd->arena, "%s %s", line,
				    display_shell_word(&cmd->arena, words[i]));
	say("\n$ toehold%s\n", line);
	if (verb_process_start(cmd, folder, words, NULL, &p) < 0)
		return -1;
	return verb_process_wait(&p);
}
