/*
 * toehold: points local models at ONE job, measures them, logs everything, and picks the smallest
 * that is good enough. This file: from verb to command, from error to exit code.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/json/json.h"
#include "cmd/shell/man.h"
#include "cmd/shell/version.h"
#include "cmd/verbs.h"
#include "flow/say/say.h"

static int main_unknown_verb(const char *verb)
{
	const char *near = verbs_nearest(verb);

	say("toehold: unknown verb '%s'%s%s%s\n", verb, near ? "; did you mean '" : "",
	    near ? near : "; see 'toehold --help'", near ? "'?" : "");
	return err_exit_code(ERR_USAGE);
}

static int main_verb_help(const struct opt_spec *spec)
{
	struct buf help;

	buf_init(&help, 1 << 16);
	opt_help(&help, spec);
	fputs(buf_text(&help), stdout);
	buf_release(&help);
	return 0;
}

/* `toehold help VERB`: as `toehold VERB --help`. */
static int main_help_on(const char *verb)
{
	const struct command *command = verbs_find(verb);

	return command ? main_verb_help(command->spec) : main_unknown_verb(verb);
}

/*
 * Ends the process as SIGPIPE would if nobody reads standard output any more. The signal itself is
 * ignored, because a worker that dies also closes a pipe.
 */
static void main_end_if_pipe_closed(void)
{
	struct pollfd pfd = { .fd = STDOUT_FILENO, .events = POLLOUT };

	if (poll(&pfd, 1, 0) < 1 || !(pfd.revents & POLLERR))
		return;
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

/* argv[0] is the verb, and the program's name is before it. */
static int main_run(const struct command *command, int argc, char **argv)
{
	struct cmd cmd = { .argv = argv - 1, .argc = argc + 1 };
	void *options = opt_defaults(&cmd.arena, command->spec);
	int code;

	cmd.spec = command->spec;
	cmd.options = options;
	code = opt_parse(&cmd.arena, command->spec, argc, argv, options, &cmd.args, &cmd.err);
	if (opt_is_set(command->spec, options, "quiet"))
		say_be_quiet();
	if (code == 0)
		code = cmd.args.help ? main_verb_help(command->spec) : command->run(&cmd, options);
	if (code < 0) {
		if (cmd.err.kind == ERR_INPUT)
			main_end_if_pipe_closed();
		say_always("toehold: %s\n", cmd.err.msg);
		code = err_exit_code(cmd.err.kind);
	}
	arena_release(&cmd.arena);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		main_end_if_pipe_closed();
		fprintf(stderr, "toehold: cannot write to standard output\n");
		return err_exit_code(ERR_INPUT);
	}
	return code;
}

/* Opens the standard streams that the caller closed, so that no pipe or file gets their numbers. */
static void main_fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* A core file would hold tickets: none is written, and no other process of the user may look. */
static void main_forbid_core_files(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

/* `--man DIR` writes the man pages, for a package. */
static int main_man(const char *dir)
{
	struct err err = { 0 };

	if (man_write_pages(dir, &err) == 0)
		return 0;
	say("toehold: %s\n", err.msg);
	return err_exit_code(err.kind);
}

static bool main_is(const char *given, const char *name, const char *other)
{
	return strcmp(given, name) == 0 || strcmp(given, other) == 0;
}

/* Options in the place of a verb, and `help VERB`. */
static int main_option(int argc, char **argv)
{
	if (strcmp(argv[1], "help") == 0 && argc > 2)
		return main_help_on(argv[2]);
	if (main_is(argv[1], "--help", "-h") || strcmp(argv[1], "help") == 0) {
		help_print(stdout);
		return 0;
	}
	if (main_is(argv[1], "--version", "-V")) {
		version_print(stdout);
		return 0;
	}
	if (strcmp(argv[1], "--man") == 0 && argc == 3)
		return main_man(argv[2]);
	return main_unknown_verb(argv[1]);
}

int main(int argc, char **argv)
{
	const struct command *command;

	main_forbid_core_files();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* a parent that ignores it would hide how workers end */
	json_must_have_memory();
	hash_must_have_memory();
	main_fill_standard_streams();
	if (argc < 2) {
		help_print(stderr);
		return err_exit_code(ERR_USAGE);
	}
	command = verbs_find(argv[1]);
	return command ? main_run(command, argc - 1, argv + 1) : main_option(argc, argv);
}
